[CmdletBinding()]
param([guid] $VmId)

$vm = Find-Vm $VmId
$job = $null
if ("$($vm.Status)" -eq 'Paused') {
    $null = VirtualMachineManager\Resume-SCVirtualMachine -VM $vm -RunAsynchronously -JobVariable job -ErrorAction Stop
    return Get-StartedJob $job @("$($vm.ID)") 'Resume-SCVirtualMachine'
}
$null = VirtualMachineManager\Start-SCVirtualMachine -VM $vm -RunAsynchronously -JobVariable job -ErrorAction Stop
Get-StartedJob $job @("$($vm.ID)") 'Start-SCVirtualMachine'
