switch ($PSCmdlet.ParameterSetName) {
    Id { if ($null -eq $Id) { Get-AllMachines } else { Get-Machine $Id } }
    Name { if ($Name) { Find-Machines $Name 32773 } else { Get-AllMachines } }
    default { throw [NotImplementedException]::new('The fake host does not support -ClusterObject.') }
}
