# Makes VMM read the VM from its host. It is a job that locks the VM, so it is only run before a write.
[CmdletBinding()]
param([guid] $VmId)

$vm = Get-VmIfThere $VmId
if ($null -eq $vm -or (Test-InLibrary $vm) -or "$($vm.VirtualizationPlatform)" -ne 'HyperV') { return @{ Done = $false } }
$null = VirtualMachineManager\Read-SCVirtualMachine -VM $vm -ErrorAction Stop
@{ Done = $true }
