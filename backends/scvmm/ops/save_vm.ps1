# Save-SCVirtualMachine would move the VM to the library.
[CmdletBinding()]
param([guid] $VmId)

$vm = Find-Vm $VmId
$job = $null
$null = VirtualMachineManager\Stop-SCVirtualMachine -VM $vm -SaveState -RunAsynchronously -JobVariable job -ErrorAction Stop
Get-StartedJob $job @("$($vm.ID)") 'Stop-SCVirtualMachine'
