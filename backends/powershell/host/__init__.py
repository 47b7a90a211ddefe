"""What every kind of host that is asked through PowerShell has in common."""
