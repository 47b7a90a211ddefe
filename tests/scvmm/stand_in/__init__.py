"""A stand-in for VMM: its module for PowerShell, and a server with its database, its jobs and one simulated host."""
