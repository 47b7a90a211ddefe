# Saves a running VM, applies the checkpoint, and starts a VM that was running and is now saved. The start also follows
# a failure (facts §4 [DEC]).
Assert-NotAsJob -AsJob:$AsJob -Passthru:$Passthru
$checkpoint = switch ($PSCmdlet.ParameterSetName) {
    SnapshotObject { Get-Checkpoint $VMSnapshot.Id }
    VM { Find-Checkpoint $VM $Name }
    SnapshotName { $machine = Find-Machine $VMName; if ($machine) { Find-Checkpoint $machine $Name } }
}
if (-not $checkpoint -or -not $PSCmdlet.ShouldProcess($checkpoint.Name)) { return }
$before = "$((Get-Machine $checkpoint.VMId).State)"
try {
    if ($before -in 'Running', 'Paused') { $null = Invoke-Step save "$($checkpoint.VMId)" }
    $null = Invoke-Step apply "$($checkpoint.Id)"
} finally {
    if ($before -eq 'Running' -and "$((Get-Machine $checkpoint.VMId).State)" -eq 'Saved') { $null = Invoke-Step start "$($checkpoint.VMId)" }
}
if ($Passthru) { Get-Checkpoint $checkpoint.Id }
