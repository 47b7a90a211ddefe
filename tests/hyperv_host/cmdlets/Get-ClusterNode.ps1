$null, $null, $null, $null, $cluster, $nodes = (Send-Request system).Split([char]31)
if (-not $cluster) {
    $failure = [Exception]::new('The cluster service is not running. Make sure that the service is running on all nodes in the cluster.')
    $PSCmdlet.WriteError((New-Record $failure 'Get-ClusterNode' ConnectionError $null))
    return
}
foreach ($node in $nodes.Split(',')) {
    [pscustomobject]@{ PSTypeName = 'Microsoft.FailoverClusters.PowerShell.ClusterNode'; Name = [regex]::Unescape($node); State = 'Up'; Cluster = [regex]::Unescape($cluster) }
}
