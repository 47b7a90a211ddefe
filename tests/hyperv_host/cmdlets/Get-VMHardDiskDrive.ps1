$owners = switch ($PSCmdlet.ParameterSetName) {
    VMObject { $VM }
    VMSnapshot { $VMSnapshot }
    VMName { Find-Machines $VMName }
    default { throw [NotImplementedException]::new('The pretend host has no drive controllers.') }
}
Read-HardDiskDrive (Ask-World drives @($owners | ForEach-Object { "$($_.Id)" })) | Where-Object {
    ($null -eq $ControllerType -or $_.ControllerType -eq $ControllerType) -and
    ($null -eq $ControllerNumber -or $_.ControllerNumber -eq $ControllerNumber) -and
    ($null -eq $ControllerLocation -or $_.ControllerLocation -eq $ControllerLocation)
}
