$name = $null
$wanted = switch ($PSCmdlet.ParameterSetName) {
    ByDriveLetter { foreach ($letter in $DriveLetter) { "${letter}:" } }
    ByFilePath { $FilePath }
    default { throw [NotImplementedException]::new("The fake host does not support the parameter set $($PSCmdlet.ParameterSetName).") }
}
$rows = if ($wanted) {
    foreach ($path in $wanted) {
        $row = Send-Request volumes $path
        if ($row) { $row } else {
            $id = if ($PSCmdlet.ParameterSetName -eq 'ByDriveLetter') { 'CmdletizationQuery_NotFound_DriveLetter' } else { 'CmdletizationQuery_NotFound' }
            $PSCmdlet.WriteError((New-Record ([Exception]::new("No MSFT_Volume objects found for '$path'.")) $id ObjectNotFound $path))
        }
    }
} else { Send-Request volumes }
foreach ($row in $rows) {
    $name, $size, $free = $row.Split([char]31)
    $name = [regex]::Unescape($name)
    $isLetter = $name -match '^[A-Z]:$'
    [pscustomobject]@{
        PSTypeName = 'Microsoft.Management.Infrastructure.CimInstance#ROOT/Microsoft/Windows/Storage/MSFT_Volume'
        ObjectId = "{1}\\HOST\root/Microsoft/Windows/Storage/Providers_v2\WSP_Volume.ObjectId=""$name"""; PassThroughClass = $null
        PassThroughIds = $null; PassThroughNamespace = $null; PassThroughServer = $null; UniqueId = "\\?\Volume{$name}\"
        AllocationUnitSize = [uint32]4096; DedupMode = 'NotAvailable'
        DriveLetter = if ($isLetter) { [char]$name[0] }; DriveType = 'Fixed'; FileSystem = if ($isLetter) { 'NTFS' } else { 'CSVFS' }
        FileSystemLabel = if ($name -match '\\Mount\\') { 'Data' } else { '' }; FileSystemType = if ($isLetter) { 'NTFS' } else { 'CSVFS_NTFS' }; HealthStatus = 'Healthy'
        OperationalStatus = 'OK'; Path = "\\?\Volume{$name}\"; Size = [uint64]$size; SizeRemaining = [uint64]$free; PSComputerName = $null
    }
}
