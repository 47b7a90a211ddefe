[CmdletBinding()]
param([guid] $VmId)

Save-VM -VM (Find-Vm $VmId) -ErrorAction Stop
@{ Done = $true }
