# Runs before the handshake. Every agent needs the Hyper-V module; operations import the others on their first use.
# Automatic loading is off: otherwise a module of VMware or SCVMM could be loaded later and replace Get-VM.
Import-Module Hyper-V -ErrorAction Stop
$global:PSModuleAutoLoadingPreference = 'None'
[string] (Get-Module Hyper-V).Version
