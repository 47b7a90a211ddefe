# $Leaf: delete it only if no other checkpoint is below it.
[CmdletBinding()]
param([guid] $VmId, [guid] $CheckpointId, [bool] $Leaf)

$vm = Find-Vm $VmId
$checkpoint = Find-Checkpoint $vm $CheckpointId
if ($Leaf -and @(Get-Checkpoints $vm | Where-Object { Test-SameId $_.ParentCheckpointID $CheckpointId }).Count) {
    Stop-Operation 'NotALeaf' 'Another checkpoint is below it now.'
}
$job = $null
$null = VirtualMachineManager\Remove-SCVMCheckpoint -VMCheckpoint $checkpoint -RunAsynchronously -JobVariable job -Confirm:$false -ErrorAction Stop
Get-StartedJob $job @("$($vm.ID)", "$($checkpoint.ID)") 'Remove-SCVMCheckpoint'
