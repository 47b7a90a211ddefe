[CmdletBinding()]
param([guid] $VmId)

$vm = Find-Vm $VmId
$job = $null
$null = VirtualMachineManager\Stop-SCVirtualMachine -VM $vm -DiscardSavedState -RunAsynchronously -JobVariable job -ErrorAction Stop
Get-StartedJob $job @("$($vm.ID)") 'Stop-SCVirtualMachine'
