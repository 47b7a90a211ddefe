# Runs before the handshake: loads the module of the VMM console and signs in at the VMM server.
# Automatic loading is off: the Hyper-V module has other cmdlets of the same names as this module's aliases.
if ("$($PSVersionTable.PSEdition)" -eq 'Core') {
    Stop-Operation 'NotWindowsPowerShell' "This is PowerShell $($PSVersionTable.PSVersion)."
}
Import-Module VirtualMachineManager -ErrorAction Stop
$global:PSModuleAutoLoadingPreference = 'None'
$null = Get-Vmm
[string] (Get-Module VirtualMachineManager).Version
