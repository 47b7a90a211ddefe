# $Leaf: delete it only if no other checkpoint is below it, but for those of $Gone: VMM may list what is deleted for a while.
[CmdletBinding()]
param([guid] $VmId, [guid] $CheckpointId, [bool] $Leaf, [AllowEmptyCollection()] [string[]] $Gone)

$vm = Find-Vm $VmId
$checkpoint = Find-Checkpoint $vm $CheckpointId
$below = @(Get-Checkpoints $vm | Where-Object { Test-SameId $_.ParentCheckpointID $CheckpointId })
$left = @($below | Where-Object { $Gone -notcontains "$($_.CheckpointID)".Trim('{', '}') })
if ($Leaf -and $left.Count) { Stop-Operation 'NotALeaf' 'Another checkpoint is below it now.' }
$job = $null
$null = VirtualMachineManager\Remove-SCVMCheckpoint -VMCheckpoint $checkpoint -RunAsynchronously -JobVariable job -Confirm:$false -ErrorAction Stop
Get-StartedJob $job @("$($vm.ID)", "$($checkpoint.ID)") 'Remove-SCVMCheckpoint'
