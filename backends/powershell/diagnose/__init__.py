"""The checks of `hvtui diagnose` up to a PowerShell that answers, for every kind of host behind it."""
