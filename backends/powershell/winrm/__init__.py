"""PowerShell on another machine, over WinRM."""
