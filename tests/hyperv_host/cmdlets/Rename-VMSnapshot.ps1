$checkpoint = switch ($PSCmdlet.ParameterSetName) {
    SnapshotObject { Get-Checkpoint $VMSnapshot.Id }
    VM { Find-Checkpoint $VM $Name }
    SnapshotName { $machine = Find-Machine $VMName; if ($machine) { Find-Checkpoint $machine $Name } }
}
if (-not $checkpoint -or -not $PSCmdlet.ShouldProcess($checkpoint.Name)) { return }
$null = Invoke-Step rename "$($checkpoint.Id)" $NewName
if ($Passthru) { Get-Checkpoint $checkpoint.Id }
