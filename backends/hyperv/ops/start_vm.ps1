[CmdletBinding()]
param([guid] $VmId)

Start-VM -VM (Find-Vm $VmId) -ErrorAction Stop
@{ Done = $true }
