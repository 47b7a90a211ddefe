# Take, then rename as a second call: a refused name leaves a checkpoint with the service's own (facts §3 [DEC]).
Assert-NotAsJob -AsJob:$AsJob -Passthru:$Passthru
foreach ($machine in @(Get-Targets $VM $Name)) {
    if (-not $PSCmdlet.ShouldProcess($machine.Name)) { continue }
    try {
        $made = Invoke-Step take_checkpoint "$($machine.Id)"
        if ($made -and $SnapshotName) { $null = Invoke-Step rename $made $SnapshotName }
        if ($made -and $Passthru) { Get-Checkpoint $made }
    } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
        Write-Refusal $_.Exception $machine
    }
}
