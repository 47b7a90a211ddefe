# Runs before the handshake. The Hyper-V module is required, the others are optional.
# Automatic loading is off: a later module of VMware or SCVMM would hide Hyper-V's Get-VM with its own.
Import-Module Hyper-V -ErrorAction Stop
foreach ($name in 'CimCmdlets', 'Storage', 'FailoverClusters') {
    try { Import-Module $name -ErrorAction Stop } catch { $null = $_ }
}
$global:PSModuleAutoLoadingPreference = 'None'
[string] (Get-Module Hyper-V).Version
