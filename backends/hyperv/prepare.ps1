# Runs before the handshake. The Hyper-V module is required, the others are optional.
# Automatic loading is off: otherwise a module of VMware or SCVMM could be loaded later and replace Get-VM.
Import-Module Hyper-V -ErrorAction Stop
foreach ($name in 'CimCmdlets', 'Storage', 'FailoverClusters') {
    try { Import-Module $name -ErrorAction Stop } catch { $null = $_ }
}
$global:PSModuleAutoLoadingPreference = 'None'
[string] (Get-Module Hyper-V).Version
