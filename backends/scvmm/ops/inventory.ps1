# $Anew: the connection must not answer from objects that it has kept.
[CmdletBinding()]
param([AllowEmptyCollection()] [string[]] $VmIds, [bool] $All, [bool] $Anew)

# Above this number, one list of all is cheaper than a call for each.
$few = 4
$server = Open-Vmm $Anew
$vms = New-Object Collections.Specialized.OrderedDictionary
$vmRows = New-Object Collections.Specialized.OrderedDictionary
$unread = New-Object Collections.Specialized.OrderedDictionary
$hostsUnread = New-Object Collections.ArrayList
$state = @{ Incomplete = '' }

function Add-Unread([string] $Id, [string] $Name, [string] $Part, $Failure) {
    if ($unread.Contains($Id)) { return }
    $unread[$Id] = @{ VmId = $Id; Name = $Name; Part = $Part; Words = Get-Words $Failure }
}

function Add-Vm($Vm) {
    if ($null -eq $Vm) { return }
    $id = "$($Vm.ID)"
    if (-not $id -or $vms.Contains($id) -or (Test-InLibrary $Vm)) { return }
    $vms[$id] = $Vm
    try { $vmRows[$id] = Get-VmRow $Vm } catch { Add-Unread $id "$($Vm.Name)" 'vm' $_ }
}

# A list may end with an error after it has brought some VMs.
function Read-List {
    $failures = @()
    $ended = @()
    try {
        VirtualMachineManager\Get-SCVirtualMachine -VMMServer $server -All -ErrorAction SilentlyContinue -ErrorVariable failures |
            Where-Object { $All -or $VmIds -contains "$($_.ID)" } | ForEach-Object { Add-Vm $_ }
    } catch { $ended = $_ }
    $failures = @(Get-Failures $failures) + @($ended)
    if ($failures.Count -and -not $vms.Count) { throw $failures[0] }
    if ($failures.Count -and $All) { $state.Incomplete = Get-Words $failures[0] }
}

function Read-Vms {
    if ($All -or $VmIds.Count -gt $few) { Read-List }
    if ($All) { return }
    foreach ($id in $VmIds) {
        if ($vms.Contains($id)) { continue }
        try { Add-Vm (Get-VmIfThere ([guid] $id)) } catch { Add-Unread $id '' 'vm' $_ }
    }
}

function Read-Checkpoints {
    if ($All -or $vmRows.Count -gt $few) {
        try { $found = @(VirtualMachineManager\Get-SCVMCheckpoint -VMMServer $server -ErrorAction Stop) }
        catch { foreach ($id in @($vmRows.Keys)) { Add-Unread $id '' 'checkpoints' $_ }; return }
        foreach ($checkpoint in $found) {
            if ($null -eq $checkpoint) { continue }
            $owner = "$($checkpoint.VMId)"
            if (-not $vmRows.Contains($owner)) { continue }
            try { Get-CheckpointRow $checkpoint } catch { Add-Unread $owner '' 'checkpoints' $_ }
        }
        return
    }
    foreach ($id in @($vmRows.Keys)) {
        try { Get-Checkpoints $vms[$id] | ForEach-Object { Get-CheckpointRow $_ } } catch { Add-Unread $id '' 'checkpoints' $_ }
    }
}

# A user of a self-service role may see no hosts and no volumes: that costs the VMs nothing.
function Read-Part([string] $What, [scriptblock] $Read) {
    try { & $Read } catch { $null = $hostsUnread.Add("${What}: $(Get-Words $_)") }
}

function Read-Hosts {
    $volumes = @{}
    Read-Part 'Volumes' {
        foreach ($volume in @(VirtualMachineManager\Get-SCStorageVolume -VMMServer $server -ErrorAction Stop)) {
            if ($null -eq $volume) { continue }
            $owner = [string] $volume.VMHost.Name
            if (-not $volumes.ContainsKey($owner)) { $volumes[$owner] = New-Object Collections.ArrayList }
            $null = $volumes[$owner].Add((Get-VolumeRow $volume))
        }
    }
    Read-Part 'Hosts' {
        foreach ($vmHost in @(VirtualMachineManager\Get-SCVMHost -VMMServer $server -ErrorAction Stop)) {
            if ($null -eq $vmHost) { continue }
            $name = [string] $vmHost.Name
            @{
                Name = $name
                System = "$($vmHost.OperatingSystem)".Trim()
                Cluster = [string] $vmHost.HostCluster.Name
                Contact = "$($vmHost.CommunicationState)"
                Volumes = @($(if ($volumes.ContainsKey($name)) { $volumes[$name] }))
            }
        }
    }
}

Read-Vms
$checkpointRows = @(Read-Checkpoints)
$hosts = @($(if ($All) { Read-Hosts }))
@{
    Server = @{
        Name = "$(if ($server.FullyQualifiedDomainName) { $server.FullyQualifiedDomainName } else { $server.Name })"
        Profile = "$($server.Profile)"
        Offset = [int] [TimeZoneInfo]::Local.GetUtcOffset([datetime]::UtcNow).TotalMinutes
        Incomplete = $state.Incomplete
        Unread = @($hostsUnread)
    }
    Hosts = $hosts
    Vms = @($vmRows.Values)
    Checkpoints = $checkpointRows
    Unread = @($unread.Values)
}
