# Before the handshake: without this module nothing works, without the others only what needs them is missing.
# Get-VM of VMware or SCVMM would hide Hyper-V's if theirs were loaded later, so no module loads by itself.
Import-Module Hyper-V -ErrorAction Stop
foreach ($name in 'CimCmdlets', 'Storage', 'FailoverClusters') {
    try { Import-Module $name -ErrorAction Stop } catch { $null = $_ }
}
$global:PSModuleAutoLoadingPreference = 'None'
[string] (Get-Module Hyper-V).Version
