[CmdletBinding()]
param([guid] $VmId, [bool] $TurnOff)

# Never -Force: where the guest cannot be asked, it cuts the power (facts §4 [DEC]). Without it the cmdlet asks,
# which is an error here, where nobody can answer.
$vm = Find-Vm $VmId
if ($TurnOff) { Stop-VM -VM $vm -TurnOff -Confirm:$false -ErrorAction Stop }
else { Stop-VM -VM $vm -Confirm:$false -ErrorAction Stop }
@{ Done = $true }
