[CmdletBinding()]
param()

$unread = New-Object Collections.ArrayList
$clusteredMinutes = 30

# Reads one part of the host, unless it is known already. A part that fails is read again the next time.
function Read-Part([string] $Name, [string] $What, [scriptblock] $Read) {
    if ($known.ContainsKey($Name)) { return $known[$Name] }
    try { $known[$Name] = & $Read } catch { Add-Unread $What $_; return }
    $known[$Name]
}

function Add-Unread([string] $What, $Failure) { $null = $unread.Add("${What}: $(Get-Words $Failure)") }

$vmHost = Read-Part Host 'Settings of the host' {
    $read = Get-VMHost -ErrorAction Stop
    @{
        Name = [string] (Read-Property $read 'Name')
        FullName = [string] (Read-Property $read 'FullyQualifiedDomainName')
        Disks = [string] (Read-Property $read 'VirtualHardDiskPath')
    }
}
$system = Read-Part System 'Operating system' {
    Import-Once CimCmdlets
    [string] (Get-CimInstance -ClassName Win32_OperatingSystem -ErrorAction Stop).Caption
}
# Get-Cluster also fails on a host that is no node of a cluster: there the cluster service is missing or disabled.
$cluster = Read-Part Cluster 'Cluster' {
    try {
        Import-Once FailoverClusters
        $name = [string] (Get-Cluster -ErrorAction Stop).Name
        if (-not $name) { Stop-Operation 'NoName' 'The host did not report the name of its cluster.' }
        return $name
    } catch { $failure = $_ }
    Import-Once CimCmdlets
    $service = @(Get-CimInstance -ClassName Win32_Service -Filter "Name='ClusSvc'" -ErrorAction Stop)[0]
    if ($null -ne $service -and "$($service.StartMode)" -ne 'Disabled') { throw $failure }
    ''
}
# Only these tell on which hosts else its VMs may be.
$nodes = @()
if ($cluster) {
    $nodes = @(Read-Part Nodes 'Nodes of the cluster' { @(Get-ClusterNode -ErrorAction Stop | ForEach-Object { [string] $_.Name }) })
}
# Enumerates the settings of every VM, so it is asked rarely and only where the answer can be yes.
$clustered = $null
$unclustered = @()
if ($null -ne $cluster -and -not $cluster) { $clustered = @() }
elseif ($cluster) {
    if ($known.ClusteredAt -and ([datetime]::UtcNow - $known.ClusteredAt).TotalMinutes -gt $clusteredMinutes) { $known.Remove('Clustered') }
    $clustered = Read-Part Clustered 'VMs of the cluster' {
        $found = @(Get-VM -ErrorAction Stop | ForEach-Object { @{ Id = "$($_.Id)"; IsClustered = Read-Property $_ 'IsClustered' } })
        $known.ClusteredAt = [datetime]::UtcNow
        @{
            Ids = @($found | Where-Object { $_.IsClustered } | ForEach-Object { $_.Id })
            Others = @($found | Where-Object { $false -eq $_.IsClustered -and $null -ne $_.IsClustered } | ForEach-Object { $_.Id })
        }
    }
    if ($null -ne $clustered) { $unclustered = @($clustered.Others); $clustered = @($clustered.Ids) }
}

$volumes = New-Object Collections.Specialized.OrderedDictionary
if ($null -ne $vmHost -and $vmHost.Disks -and $vmHost.Disks -notlike '\\*') {
    try { $row = Get-VolumeRow $vmHost.Disks; $volumes[$row.Name] = $row } catch { Add-Unread "Volume of $($vmHost.Disks)" $_ }
}
if ($cluster) {
    try {
        foreach ($row in @(Get-SharedVolumeRows)) {
            if ($null -eq $row.Free) { $null = $unread.Add("$($row.Name): $withoutSpace") } else { $volumes[$row.Name] = $row }
        }
    } catch { Add-Unread 'Cluster shared volumes' $_ }
}

# JobState 2 new, 3 starting, 4 running (facts §4). The element that a job affects is a VM if its name is a GUID.
$jobs = $null
try {
    Import-Once CimCmdlets
    $running = @(Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_ConcreteJob -ErrorAction Stop |
        Where-Object { 2, 3, 4 -contains [int] $_.JobState })
    $vmOfJob = @{}
    if ($running.Count) {
        Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_AffectedJobElement -ErrorAction Stop |
            ForEach-Object {
                if ("$($_.AffectedElement.Name)" -match '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$') {
                    $vmOfJob["$($_.AffectingElement.InstanceID)"] = "$($_.AffectedElement.Name)"
                }
            }
    }
    $jobs = @($running | ForEach-Object {
        @{
            Id = [string] $_.InstanceID
            VmId = [string] $vmOfJob["$($_.InstanceID)"]
            Type = [int] $_.JobType
            Percent = Get-Number $_.PercentComplete
            Started = Get-UtcText $_.StartTime
        }
    })
} catch { Add-Unread 'Running jobs' $_ }

@{
    Host = @{
        Name = $(if ($null -ne $vmHost -and $vmHost.Name) { $vmHost.Name } else { [Environment]::MachineName })
        FullName = $(if ($null -ne $vmHost) { $vmHost.FullName } else { '' })
        System = [string] $system
        Cluster = [string] $cluster
        Nodes = @($nodes)
        Offset = [int] [TimeZoneInfo]::Local.GetUtcOffset([datetime]::UtcNow).TotalMinutes
        Volumes = @($volumes.Values)
        Unread = @($unread)
    }
    AreJobsRead = ($null -ne $jobs)
    Jobs = @($jobs)
    IsClusteredRead = ($null -ne $clustered)
    Clustered = @($clustered)
    Unclustered = @($unclustered)
}
