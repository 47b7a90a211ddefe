[CmdletBinding()]
param([guid] $VmId, [bool] $TurnOff)

# -Force is not used: it would turn the VM off if the guest cannot shut down (facts §4 [DEC]). Without it the cmdlet prompts,
# and a prompt is an error in this process.
$vm = Find-Vm $VmId
if ($TurnOff) { Stop-VM -VM $vm -TurnOff -Confirm:$false -ErrorAction Stop }
else { Stop-VM -VM $vm -Confirm:$false -ErrorAction Stop }
@{ Done = $true }
