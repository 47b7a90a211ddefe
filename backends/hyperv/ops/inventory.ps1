[CmdletBinding()]
param([AllowEmptyCollection()] [string[]] $VmIds, [bool] $All)

$vms = if ($All) { @(Get-VM -ErrorAction Stop) } else {
    @($VmIds | ForEach-Object {
        try { Get-VM -Id ([guid] $_) -ErrorAction Stop }
        catch { if ("$($_.FullyQualifiedErrorId)" -notlike 'ObjectNotFound,*') { throw } }
    })
}
$checkpoints = if ($vms.Count) { @(Get-VMSnapshot -VM $vms -ErrorAction Stop) } else { @() }

# These values do not change, so they are read once per process.
if (-not $known.ContainsKey('Name')) {
    $known.Name = [Environment]::MachineName
    $known.Disks = ''
    $known.System = ''
    $known.Cluster = ''
    try { $vmHost = Get-VMHost -ErrorAction Stop; $known.Name = [string] $vmHost.Name; $known.Disks = [string] $vmHost.VirtualHardDiskPath } catch { $null = $_ }
    try { $known.System = [string] (Get-CimInstance -ClassName Win32_OperatingSystem -ErrorAction Stop).Caption } catch { $null = $_ }
    try { $known.Cluster = [string] (Get-Cluster -ErrorAction Stop).Name } catch { $null = $_ }
}
$hostRow = @{
    Name = $known.Name
    System = $known.System
    Cluster = $known.Cluster
    Offset = [int] [TimeZoneInfo]::Local.GetUtcOffset([datetime]::UtcNow).TotalMinutes
    Volumes = @()
}
if ($known.Disks) {
    try {
        $hostRow.Volumes = @(Get-Volume -FilePath $known.Disks -ErrorAction Stop | ForEach-Object {
            @{
                Name = $(if ($_.DriveLetter) { "$($_.DriveLetter):" } else { [string] $_.FileSystemLabel })
                Size = [long] $_.Size
                Free = [long] $_.SizeRemaining
            }
        })
    } catch { $null = $_ }
}

# JobState 2 new, 3 starting, 4 running (facts §4). The element that a job affects is a VM if its name is a GUID.
$jobs = @()
try {
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
            Percent = [int] $_.PercentComplete
            Started = Get-UtcText $_.StartTime
        }
    })
} catch { $null = $_ }

@{
    Host = $hostRow
    Vms = @($vms | ForEach-Object { Get-VmRow $_ })
    Checkpoints = @($checkpoints | ForEach-Object { Get-CheckpointRow $_ })
    Jobs = @($jobs)
}
