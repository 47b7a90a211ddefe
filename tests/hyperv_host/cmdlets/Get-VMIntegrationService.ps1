$machines = switch ($PSCmdlet.ParameterSetName) {
    VMObject { $VM }
    VMName { Find-Machines $VMName }
    default { throw [NotImplementedException]::new('The pretend host knows no components of checkpoints.') }
}
$found = @(Read-VMIntegrationComponent (Ask-World components @($machines | ForEach-Object { "$($_.Id)" })))
if ($Name) { $found = @($found | Where-Object { $component = $_; @($Name | Where-Object { Test-Name $component.Name $_ }) }) }
$found
