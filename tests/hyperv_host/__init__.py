"""The fake Hyper-V host: a server process with a simulated host, and PowerShell modules that connect to it."""
