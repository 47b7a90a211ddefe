[CmdletBinding()]
param([guid] $VmId, [guid] $CheckpointId)

$vm = Find-Vm $VmId
$checkpoint = Find-Checkpoint $vm $CheckpointId
$job = $null
$null = VirtualMachineManager\Restore-SCVMCheckpoint -VMCheckpoint $checkpoint -RunAsynchronously -JobVariable job -Confirm:$false -ErrorAction Stop
Get-StartedJob $job @("$($vm.ID)", "$($checkpoint.ID)") 'Restore-SCVMCheckpoint'
