"""A warm PowerShell as a service: one process, many requests, no script text ever built from data."""
