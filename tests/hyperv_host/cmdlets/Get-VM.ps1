switch ($PSCmdlet.ParameterSetName) {
    Id { if ($null -eq $Id) { Get-Machines } else { Get-Machine $Id } }
    Name { if ($Name) { Find-Machines $Name 32773 } else { Get-Machines } }
    default { throw [NotImplementedException]::new('The fake host does not support -ClusterObject.') }
}
