$node, $null, $null, $null, $cluster, $null = (Send-Request system).Split([char]31)
if (-not $cluster) {
    $failure = [Exception]::new('The cluster service is not running. Make sure that the service is running on all nodes in the cluster.')
    $PSCmdlet.WriteError((New-Record $failure 'Get-ClusterGroup' ConnectionError $null))
    return
}
foreach ($row in Send-Request machines) {
    $cell = $row.Split([char]31)
    $group = [regex]::Unescape($cell[1])
    if (-not $cell[5]) { continue }
    if ($PSBoundParameters.ContainsKey('VMId') -and [guid]$cell[0] -ne $VMId) { continue }
    if ($Name -and -not @($Name | Where-Object { $group -like $_ })) { continue }
    [pscustomobject]@{
        PSTypeName = 'Microsoft.FailoverClusters.PowerShell.ClusterGroup'; Name = $group; GroupType = 'VirtualMachine'
        OwnerNode = [pscustomobject]@{ Name = $node; State = 'Up' }; State = 'Online'; Cluster = [regex]::Unescape($cluster); Id = $cell[0]
    }
}
