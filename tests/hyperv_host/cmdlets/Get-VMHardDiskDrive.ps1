$owners = switch ($PSCmdlet.ParameterSetName) {
    VMObject { $VM }
    VMSnapshot { $VMSnapshot }
    VMName { Find-Machines $VMName }
    default { throw [NotImplementedException]::new('The fake host does not support drive controllers.') }
}
Read-HardDiskDrive (Send-Request drives @($owners | ForEach-Object { "$($_.Id)" })) | Where-Object {
    ($null -eq $ControllerType -or $_.ControllerType -eq $ControllerType) -and
    ($null -eq $ControllerNumber -or $_.ControllerNumber -eq $ControllerNumber) -and
    ($null -eq $ControllerLocation -or $_.ControllerLocation -eq $ControllerLocation)
}
