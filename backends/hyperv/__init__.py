"""The backend for Hyper-V. It runs the cmdlets of the Hyper-V module, on this machine or over WinRM on another."""
