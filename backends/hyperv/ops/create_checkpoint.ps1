[CmdletBinding()]
param([guid] $VmId, [string] $Name)

Test-Name $Name
$vm = Find-Vm $VmId
if ("$($vm.CheckpointType)" -eq 'Disabled') { Stop-Operation 'CheckpointsDisabled' 'Checkpoints are disabled for this VM.' }
$before = @(Get-VMSnapshot -VM $vm -ErrorAction Stop | ForEach-Object { $_.Id })
if ($before.Count -ge 50) { Stop-Operation 'TooManyCheckpoints' 'This VM has 50 checkpoints already.' }

# Backup software may make its own at the same time.
function Get-NewCheckpoint {
    @(Get-VMSnapshot -VM $vm -ErrorAction Stop | Where-Object { $before -notcontains $_.Id -and "$($_.SnapshotType)" -ne 'Recovery' })
}

$made = $null
# The cmdlet creates the checkpoint and then renames it (facts §3 [DEC]): only the rename may fail.
try { $made = Checkpoint-VM -VM $vm -SnapshotName $Name -Passthru -ErrorAction Stop }
catch {
    $failure = $_
    try {
        $new = @(Get-NewCheckpoint)
        $named = @($new | Where-Object { $_.Name -ceq $Name })
        $effect = if ($named.Count) { 'done' } elseif ($new.Count) { 'partly' }
        if ($effect) { $failure.Exception.Data['hvtui.effect'] = $effect }
    } catch { $null = $_ }
    throw $failure
}
# It may return nothing, or an object that cannot be read.
$id = ''
try { $id = [string] $made.Id } catch { $null = $_ }
if ($id -and $id -ne '00000000-0000-0000-0000-000000000000') { return @{ Id = $id } }
$new = @()
try {
    $new = @(Get-NewCheckpoint)
    if (-not $new.Count) {
        # The list of checkpoints may be up to 5 s old.
        Start-Sleep -Seconds 6
        $new = @(Get-NewCheckpoint)
    }
} catch { $null = $_ }
$named = @($new | Where-Object { $_.Name -ceq $Name })
if ($named.Count -ne 1) { Stop-Operation 'NotIdentified' 'The checkpoint was made, but it may not have got its name.' }
@{ Id = [string] $named[0].Id }
