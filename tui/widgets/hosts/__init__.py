"""The rows of hosts: to choose from, and above their VMs."""
