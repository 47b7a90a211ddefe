"""The backend for System Center Virtual Machine Manager."""
