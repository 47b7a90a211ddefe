# Returns facts about this host that hvtui assumes and nobody has verified yet. findings.py judges them. Changes nothing.
[CmdletBinding()]
param([bool] $Remote)

$facts = @{}
foreach ($import in { Import-Once CimCmdlets }, { Import-Once Storage }, { Import-Once FailoverClusters }) {
    try { & $import } catch { $null = $_ }
}

# Reads as far as there is no error: one VM that leaves or cannot be read spoils nothing, and the check of a refresh names it.
# $Read puts its errors into $failures.
function Get-Readable([scriptblock] $Read) {
    $failures = @()
    $found = @(. $Read | Where-Object { $null -ne $_ })
    $failures = @(Get-Failures $failures)
    if ($failures.Count -and -not $found.Count) { throw $failures[0] }
    $found
}

$vms = @()
$checkpoints = @()
try {
    $vms = @(Get-VM -ErrorAction Stop)
    if ($vms.Count) {
        $checkpoints = @(Get-Readable { Get-VMSnapshot -VM $vms -ErrorAction SilentlyContinue -ErrorVariable failures })
    }
    $facts['Vms'] = @{ Count = $vms.Count; Checkpoints = $checkpoints.Count }
} catch { $facts['Vms'] = @{ Failure = Get-Failure $_ } }

Read-Fact Management { @{ Service = Get-ManagementService; Platform = Test-Platform } }

Read-Fact Rights { Get-Token }

Read-Fact Process {
    @{
        SixtyFourBit = [Environment]::Is64BitProcess
        Language = [string] [Globalization.CultureInfo]::CurrentUICulture.Name
    }
}

Read-Fact Parent {
    $own = Get-CimInstance -ClassName Win32_Process -Filter "ProcessId=$PID" -ErrorAction Stop
    $parent = Get-CimInstance -ClassName Win32_Process -Filter "ProcessId=$($own.ParentProcessId)" -ErrorAction Stop
    @{ Name = [string] $parent.Name }
}

Read-Fact Modules {
    @{
        Loaded = @(Get-Module Hyper-V | ForEach-Object { "$($_.Version)" })
        Present = @(Get-Module Hyper-V -ListAvailable | ForEach-Object { "$($_.Version)" })
        Aliases = @(Get-Module Hyper-V | ForEach-Object { $_.ExportedAliases.Keys } | Where-Object { $_ -like '*-VMCheckpoint' })
    }
}

Read-Fact Words {
    $secondary = @($vms | ForEach-Object { $_.SecondaryOperationalStatus } | Where-Object { $null -ne $_ })
    @{
        State = @(Get-Distinct @($vms | ForEach-Object { $_.State }))
        CheckpointState = @(Get-Distinct @($checkpoints | ForEach-Object { $_.State }))
        CheckpointType = @(Get-Distinct @($vms | ForEach-Object { $_.CheckpointType }))
        SnapshotType = @(Get-Distinct @($checkpoints | ForEach-Object { $_.SnapshotType }))
        Secondary = @(Get-Distinct @($secondary | ForEach-Object { [int] $_ }))
        SecondaryText = @(Get-Distinct $secondary)
        SecondaryKind = @(Get-Distinct @($secondary | ForEach-Object { $_.GetType().FullName }))
    }
}

Read-Fact Properties {
    $asked = 'VMId', 'VMName', 'ParentCheckpointId', 'CheckpointFileLocation', 'AutomaticCheckpointsEnabled'
    $ofCheckpoints = 'CheckpointType', 'ParentCheckpointId', 'IsAutomaticCheckpoint'
    @{
        Vm = @($vms | Select-Object -First 1 | ForEach-Object { $vm = $_; $asked | Where-Object { $vm.PSObject.Properties[$_] } })
        Checkpoint = @($checkpoints | Select-Object -First 1 | ForEach-Object {
            $checkpoint = $_
            $ofCheckpoints | Where-Object { $checkpoint.PSObject.Properties[$_] }
        })
        VmTimes = @(Get-Distinct @($vms | ForEach-Object { $_.CreationTime.Kind }))
        CheckpointTimes = @(Get-Distinct @($checkpoints | ForEach-Object { $_.CreationTime.Kind }))
    }
}

Read-Fact Current {
    $ids = @{}
    $owners = @{}
    foreach ($checkpoint in $checkpoints) { $ids["$($checkpoint.Id)"] = $true; $owners["$($checkpoint.VMId)"] = $true }
    $current = @($vms | ForEach-Object { "$($_.ParentSnapshotId)" } | Where-Object { $_ })
    @{
        WithCheckpoints = $owners.Count
        WithCurrent = $current.Count
        Known = @($current | Where-Object { $ids.ContainsKey($_) }).Count
    }
}

$drives = @()
try {
    $some = @($vms | Select-Object -First 20)
    if ($some.Count) {
        $read = @(Get-Readable { Get-VMHardDiskDrive -VM $some -ErrorAction SilentlyContinue -ErrorVariable failures })
        $drives = @($read | Where-Object { $null -eq $_.DiskNumber -and $_.Path })
    }
    $facts['Drives'] = @{ Count = $drives.Count }
} catch { $facts['Drives'] = @{ Failure = Get-Failure $_ } }
$paths = @($drives | ForEach-Object { [string] $_.Path })
$lying = @{
    Volume = @($paths | Where-Object { $_ -notlike '?:\ClusterStorage\*' })
    SharedVolume = @($paths | Where-Object { $_ -like '?:\ClusterStorage\*' })
}

Read-Fact Disk {
    if (-not $drives.Count) { return @{ Tried = $false } }
    $file = Get-VHD -Path ([string] $drives[0].Path) -ErrorAction Stop
    @{ Tried = $true; Kind = "$($file.VhdType)"; Size = [long] $file.FileSize; HasParent = [bool] $file.ParentPath }
}

Read-Fact Disks {
    if (-not $paths.Count) { return @{ Tried = $false } }
    $parent = [string] (Get-VHD -Path $paths[0] -ErrorAction Stop).ParentPath
    $several = @(Get-Distinct @(@($paths | Select-Object -First 2) + $parent | Where-Object { $_ }))
    if ($several.Count -lt 2) { return @{ Tried = $false } }
    @{ Tried = $true; Asked = $several.Count; Count = @(Get-VHD -Path $several -ErrorAction Stop).Count }
}

foreach ($kind in 'Volume', 'SharedVolume') {
    Read-Fact $kind {
        $path = @($lying[$kind])[0]
        if (-not $path) { return @{ Tried = $false } }
        $found = @(Get-Volume -FilePath $path -ErrorAction Stop)
        @{ Tried = $true; Count = $found.Count; Size = [long] $found[0].Size; Free = [long] $found[0].SizeRemaining }
    }
}

Read-Fact Jobs {
    $found = @(Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_ConcreteJob -ErrorAction Stop)
    @{
        Count = $found.Count
        Running = @($found | Where-Object { 2, 3, 4 -contains [int] $_.JobState }).Count
        Types = @(Get-Distinct @($found | ForEach-Object { [int] $_.JobType }))
        Ids = @($found | ForEach-Object { [string] $_.InstanceID })
    }
}

Read-Fact JobOwners {
    $found = @(Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_AffectedJobElement -ErrorAction Stop)
    $guid = '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$'
    @{
        Count = $found.Count
        Guids = @($found | Where-Object { "$($_.AffectedElement.Name)" -match $guid }).Count
        JobIds = @($found | ForEach-Object { "$($_.AffectingElement.InstanceID)" })
    }
}

foreach ($log in 'VMMS', 'Worker') {
    Read-Fact "Events$log" {
        Import-Module Microsoft.PowerShell.Diagnostics -ErrorAction Stop
        try { $found = @(Get-WinEvent -LogName "Microsoft-Windows-Hyper-V-$log-Admin" -MaxEvents 200 -ErrorAction Stop) }
        catch { if ("$($_.FullyQualifiedErrorId)" -notlike 'NoMatchingEventsFound,*') { throw }; $found = @() }
        @{ Count = $found.Count; Ids = @(Get-Distinct @($found | ForEach-Object { [int] $_.Id })) }
    }
}

# The four events of a merge. Each names its VM.
Read-Fact MergeEvents {
    Import-Module Microsoft.PowerShell.Diagnostics -ErrorAction Stop
    $which = '*[System[EventID=19070 or EventID=19080 or EventID=19090 or EventID=19100]]'
    try { $found = @(Get-WinEvent -LogName Microsoft-Windows-Hyper-V-VMMS-Admin -FilterXPath $which -MaxEvents 50 -ErrorAction Stop) }
    catch { if ("$($_.FullyQualifiedErrorId)" -notlike 'NoMatchingEventsFound,*') { throw }; $found = @() }
    @{ Count = $found.Count; WithVm = @($found | Where-Object { "$($_.ToXml())" -match '<VmId>[0-9A-Fa-f-]{36}</VmId>' }).Count }
}

Read-Fact SharedVolumes {
    $found = @(Get-ClusterSharedVolume -ErrorAction Stop | ForEach-Object { $_.SharedVolumeInfo })
    @{ Count = $found.Count; WithSpace = @($found | Where-Object { $_.FriendlyVolumeName -and $_.Partition.Size }).Count }
}

Read-Fact Cluster { @{ Name = [string] (Get-Cluster -ErrorAction Stop).Name } }

# Only over WinRM: while the service is stopped, the WSMan: drive prompts to start it.
Read-Fact Quotas {
    $read = @{}
    if (-not $Remote) { return $read }
    foreach ($name in 'Microsoft.PowerShell.Management', 'Microsoft.WSMan.Management') { Import-Module $name -ErrorAction Stop }
    foreach ($name in 'MaxShellsPerUser', 'MaxProcessesPerShell', 'MaxMemoryPerShellMB', 'IdleTimeout') {
        $read[$name] = [string] (Get-Item -Path "WSMan:\localhost\Shell\$name" -ErrorAction Stop).Value
    }
    $read['MaxEnvelopeSizekb'] = [string] (Get-Item -Path WSMan:\localhost\MaxEnvelopeSizekb -ErrorAction Stop).Value
    $read
}

Read-Fact Json {
    @{
        One = @('x')
        None = @()
        OneRow = @(@{ Name = 'x' })
        Deep = @{ To = @{ To = @{ To = @{ To = @{ To = 'the end' } } } } }
    }
}

$facts
