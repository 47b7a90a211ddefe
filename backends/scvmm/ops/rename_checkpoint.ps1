[CmdletBinding()]
param([guid] $VmId, [guid] $CheckpointId, [string] $Name)

$vm = Find-Vm $VmId
$checkpoint = Find-Checkpoint $vm $CheckpointId
$job = $null
$null = VirtualMachineManager\Set-SCVMCheckpoint -VMCheckpoint $checkpoint -Name $Name -RunAsynchronously -JobVariable job -ErrorAction Stop
Get-StartedJob $job @("$($vm.ID)", "$($checkpoint.ID)") 'Set-SCVMCheckpoint'
