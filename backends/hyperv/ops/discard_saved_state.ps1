[CmdletBinding()]
param([guid] $VmId)

Remove-VMSavedState -VM (Find-Vm $VmId) -Confirm:$false -ErrorAction Stop
@{ Done = $true }
