[CmdletBinding()]
param([guid] $VmId, [guid] $CheckpointId)

$checkpoint = Find-Checkpoint $VmId $CheckpointId
$before = Find-Vm $VmId
$was = "$($before.State) $($before.ParentSnapshotId)"

# The cmdlet saves, applies and starts (facts §4 [DEC]): if a later step fails, an earlier one may have changed the VM.
try { Restore-VMSnapshot -VMSnapshot $checkpoint -Confirm:$false -ErrorAction Stop }
catch {
    $failure = $_
    $after = Find-Vm $VmId
    if ("$($after.State) $($after.ParentSnapshotId)" -ne $was) {
        Stop-Operation 'PartlyDone' "Applying stopped half-way: $($failure.Exception.Message)"
    }
    throw $failure
}
@{ Done = $true }
