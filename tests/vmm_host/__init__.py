"""A fake VMM: real PowerShell, thin cmdlets of VirtualMachineManager, and a service over simulated hosts behind them."""
