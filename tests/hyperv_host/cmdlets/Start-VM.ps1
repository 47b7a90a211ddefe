Assert-NotAsJob -AsJob:$AsJob -Passthru:$Passthru
Set-MachineState Running start (Get-Targets $VM $Name) -Passthru:$Passthru
