"""Hyper-V, through the cmdlets of its own PowerShell module: on this machine, or on another over WinRM."""
