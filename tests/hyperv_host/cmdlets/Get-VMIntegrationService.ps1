$machines = switch ($PSCmdlet.ParameterSetName) {
    VMObject { $VM }
    VMName { Find-Machines $VMName }
    default { throw [NotImplementedException]::new('The fake host does not support components of checkpoints.') }
}
$found = @(Read-VMIntegrationComponent (Send-Request components @($machines | ForEach-Object { "$($_.Id)" })))
if ($Name) { $found = @($found | Where-Object { $component = $_; @($Name | Where-Object { Test-Name $component.Name $_ }) }) }
$found
