$cluster = (Send-Request system).Split([char]31)[4]
if (-not $cluster) {
    $failure = [Exception]::new('The cluster service is not running. Make sure that the service is running on all nodes in the cluster.')
    $PSCmdlet.WriteError((New-Record $failure 'Get-Cluster' ConnectionError $null))
    return
}
[pscustomobject]@{ PSTypeName = 'Microsoft.FailoverClusters.PowerShell.Cluster'; Name = [regex]::Unescape($cluster); Domain = 'example.org'; Id = [guid]::Empty }
