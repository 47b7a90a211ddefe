[CmdletBinding()]
param([guid] $VmId, [guid] $CheckpointId)

# The current files of a VM, or null where they cannot be read. Each apply gives the VM new ones.
function Get-CurrentDisks($Vm) {
    try { (Get-VMHardDiskDrive -VM $Vm -ErrorAction Stop | ForEach-Object { [string] $_.Path }) -join '|' } catch { $null }
}

# What an apply changes of a VM.
function Get-VmFacts($Vm) {
    @{ State = "$(Read-Property $Vm 'State')"; Parent = "$(Read-Property $Vm 'ParentSnapshotId')"; Disks = Get-CurrentDisks $Vm }
}

$checkpoint = Find-Checkpoint $VmId $CheckpointId
$before = Get-VmFacts (Find-Vm $VmId)
$expected = if ("$($checkpoint.State)" -ne 'Saved') { 'Off' } elseif ($before.State -eq 'Running') { 'Running' } else { 'Saved' }

# The cmdlet saves, applies and starts (facts §4 [DEC]): if a step fails, an earlier one may have changed the VM.
try { Restore-VMSnapshot -VMSnapshot $checkpoint -Confirm:$false -ErrorAction Stop }
catch {
    $failure = $_
    try {
        $after = Get-VmFacts (Find-Vm $VmId)
        $moved = $before.Parent -ne $after.Parent -or ($null -ne $before.Disks -and $null -ne $after.Disks -and $before.Disks -ne $after.Disks)
        $effect = if ($moved -and $after.Parent -eq "$CheckpointId" -and $after.State -eq $expected) { 'done' }
            elseif ($moved -or $before.State -ne $after.State) { 'partly' }
        if ($effect) { $failure.Exception.Data['hvtui.effect'] = $effect }
    } catch { $null = $_ }
    throw $failure
}
@{ Done = $true }
