foreach ($row in Send-Request shared_volumes) {
    $name, $size, $free = $row.Split([char]31)
    $name = [regex]::Unescape($name)
    [pscustomobject]@{
        PSTypeName = 'Microsoft.FailoverClusters.PowerShell.ClusterSharedVolume'; Name = "Cluster Disk of $name"; State = 'Online'
        SharedVolumeInfo = @([pscustomobject]@{ FriendlyVolumeName = $name; Partition = [pscustomobject]@{ Size = [long]$size; FreeSpace = [long]$free } })
    }
}
