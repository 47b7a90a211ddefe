$class, $where = switch -Wildcard ($PSCmdlet.ParameterSetName) {
    'ClassName*' { $ClassName, $Filter }
    'Query*' {
        if ($Query -notmatch '^\s*select\s+.+?\s+from\s+(\w+)(?:\s+where\s+(.+))?$') { Write-CimFailure '0x80041017' InvalidArgument 'Invalid query '; return }
        $Matches[1], $Matches[2]
    }
    default { throw [NotImplementedException]::new('The fake host supports only -ClassName and -Query.') }
}
$space = if ($Namespace) { $Namespace.Replace('\', '/').ToLowerInvariant() } else { 'root/cimv2' }
if ($space -notin 'root/cimv2', 'root/virtualization/v2') { Write-CimFailure '0x8004100e' MetadataError 'Invalid namespace '; return }
$known = $cimClasses[$space]
if (-not $known.ContainsKey($class)) { Write-CimFailure '0x80041010' MetadataError 'Invalid class '; return }
$found = try { @(& $known[$class]) } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
    switch ($_.Exception.Data['code']) {
        1 { Write-CimFailure '0x8004100e' MetadataError 'Invalid namespace ' }
        32779 { Write-CimFailure '0x80041013' NotSpecified 'Provider load failure ' }
        default { Write-CimFailure '0x80041003' PermissionDenied 'Access denied ' }
    }
    return
}
foreach ($instance in $found) {
    if (-not $where) { $instance; continue }
    $fits = Test-Wql $instance $where
    if ($null -eq $fits) { Write-CimFailure '0x80041017' InvalidArgument 'Invalid query '; return }
    if ($fits) { $instance }
}
