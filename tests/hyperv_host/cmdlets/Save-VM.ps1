Assert-NotAsJob -AsJob:$AsJob -Passthru:$Passthru
Set-MachineState Saved save (Get-Targets $VM $Name) -Passthru:$Passthru
