[CmdletBinding()]
param([guid] $VmId, [string] $Name)

Test-Name $Name
$vm = Find-Vm $VmId
if ("$($vm.CheckpointType)" -eq 'Disabled') { Stop-Operation 'CheckpointsDisabled' 'Checkpoints are disabled for this VM.' }
$before = @(Get-VMSnapshot -VM $vm -ErrorAction Stop | ForEach-Object { $_.Id })
if ($before.Count -ge 50) { Stop-Operation 'TooManyCheckpoints' 'This VM has 50 checkpoints already.' }

# The cmdlet creates the checkpoint and then renames it (facts §3 [DEC]): only the rename may fail.
$failure = $null
$made = $null
try { $made = Checkpoint-VM -VM $vm -SnapshotName $Name -Passthru -ErrorAction Stop } catch { $failure = $_ }
$new = @(Get-VMSnapshot -VM $vm -ErrorAction Stop | Where-Object { $before -notcontains $_.Id })
if ($null -ne $failure) {
    if ($new.Count) { Stop-Operation 'PartlyDone' 'A checkpoint was made, but it may not have got its name.' }
    throw $failure
}
if ($null -ne $made -and $made.Id) { return @{ Id = [string] $made.Id } }
$named = @($new | Where-Object { $_.Name -ceq $Name })
if ($named.Count -ne 1) { Stop-Operation 'PartlyDone' 'The checkpoint was made, but it is not known which one it is.' }
@{ Id = [string] $named[0].Id }
