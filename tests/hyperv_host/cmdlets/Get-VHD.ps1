$paths = switch ($PSCmdlet.ParameterSetName) {
    Path { $Path }
    VMId { Read-HardDiskDrive (Send-Request drives @($VMId | ForEach-Object { "$_" })) | ForEach-Object { $_.Path } }
    default { throw [NotImplementedException]::new('The fake host does not support disk numbers.') }
}
foreach ($one in $paths) {
    try {
        $file = Read-VirtualHardDisk (Send-Request file $one)
        if (-not $file) { throw (New-Refusal 2 "The system cannot find the file specified: '$one' (0x80070002)." -2147024894) }
        $file
    } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
        Write-Refusal $_.Exception $one
    }
}
