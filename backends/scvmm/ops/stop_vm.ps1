# -Force is a power cut.
[CmdletBinding()]
param([guid] $VmId, [bool] $TurnOff)

$vm = Find-Vm $VmId
$job = $null
if ($TurnOff) { $null = VirtualMachineManager\Stop-SCVirtualMachine -VM $vm -Force -RunAsynchronously -JobVariable job -ErrorAction Stop }
else { $null = VirtualMachineManager\Stop-SCVirtualMachine -VM $vm -Shutdown -RunAsynchronously -JobVariable job -ErrorAction Stop }
Get-StartedJob $job @("$($vm.ID)") 'Stop-SCVirtualMachine'
