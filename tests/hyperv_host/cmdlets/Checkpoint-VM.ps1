# Creates the checkpoint and renames it with a second call. If the name is refused, the checkpoint keeps its default
# name (facts §3 [DEC]).
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
