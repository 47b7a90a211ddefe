"""A WinRM service on loopback: real wire, real PowerShell behind it, faults on demand."""
