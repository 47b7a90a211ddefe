[CmdletBinding()]
param([guid] $VmId, [string] $Name)

$vm = Find-Vm $VmId
if ("$($vm.CheckpointType)" -eq 'Disabled') { Stop-Operation 'CheckpointsDisabled' 'Checkpoints are disabled for this VM.' }
$before = @(Get-Checkpoints $vm | ForEach-Object { [string] $_.CheckpointID })
if ($before.Count -ge 50) { Stop-Operation 'TooManyCheckpoints' 'This VM has 50 checkpoints already.' }
$job = $null
$null = VirtualMachineManager\New-SCVMCheckpoint -VM $vm -Name $Name -RunAsynchronously -JobVariable job -Confirm:$false -ErrorAction Stop
$answer = Get-StartedJob $job @("$($vm.ID)") 'New-SCVMCheckpoint'
$answer.Before = $before
$answer
