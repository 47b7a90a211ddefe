"""The pretend Hyper-V host: a world in a process of its own, and PowerShell modules that reach it."""
