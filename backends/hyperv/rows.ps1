# Converts objects of the Hyper-V module to rows of strings, numbers and booleans: ConvertTo-Json of PowerShell 5.1 writes
# dates, enums and nested objects in formats that differ from those of other versions (facts §8).
$known = @{}
$withoutSpace = 'The host did not report the free space of the volume.'
$withoutId = 'The host reported a checkpoint without an ID.'

function Get-VmRow($Vm) {
    $automatic = $Vm.PSObject.Properties['AutomaticCheckpointsEnabled']
    $row = @{
        Id = "$(Read-Property $Vm 'Id')"
        Name = [string] (Read-Property $Vm 'Name')
        State = "$(Read-Property $Vm 'State')"
        CheckpointType = "$($Vm.CheckpointType)"
        Automatic = $(if ($automatic -and $null -ne $automatic.Value) { [bool] $automatic.Value } else { $null })
        Current = "$(Read-Property $Vm 'ParentSnapshotId')"
        Primary = Get-Number (Read-Property $Vm 'PrimaryOperationalStatus')
        Secondary = Get-Number (Read-Property $Vm 'SecondaryOperationalStatus')
        Status = [string] $Vm.Status
        Uptime = Get-LongNumber $Vm.Uptime.TotalSeconds
        MemoryAssigned = Get-LongNumber $Vm.MemoryAssigned
        Notes = [string] $Vm.Notes
        Replication = "$($Vm.ReplicationState)"
    }
    if (-not $row.Id) { Stop-Operation 'NoId' 'The host reported a VM without an ID.' }
    if (-not $row.State) { Stop-Operation 'NoState' 'The host did not report a state of this VM.' }
    $row
}

function Get-CheckpointRow($Checkpoint) {
    $row = @{
        Id = "$(Read-Property $Checkpoint 'Id')"
        VmId = "$(Read-Property $Checkpoint 'VMId')"
        Name = [string] (Read-Property $Checkpoint 'Name')
        Parent = "$(Read-Property $Checkpoint 'ParentSnapshotId')"
        Created = Get-UtcText $Checkpoint.CreationTime
        Type = "$($Checkpoint.SnapshotType)"
        State = "$(Read-Property $Checkpoint 'State')"
        Automatic = [bool] $Checkpoint.IsAutomaticCheckpoint
        Notes = [string] $Checkpoint.Notes
    }
    if (-not $row.Id -or -not $row.VmId) { Stop-Operation 'NoId' $withoutId }
    $row
}

function Test-NotFound([Management.Automation.ErrorRecord] $Failure) {
    "$($Failure.FullyQualifiedErrorId)" -like 'ObjectNotFound,*'
}

# Whether the host answers now. Its service and missing rights report every object as not found: one is gone only if the
# host, asked afterwards, knows something else. $VmId: a VM that was just found, if any.
function Test-HostAnswers([string] $VmId) {
    if ($VmId) { try { if ($null -ne (Get-VM -Id ([guid] $VmId) -ErrorAction Stop)) { return $true } } catch { $null = $_ } }
    try { if ($null -ne (Get-VMHost -ErrorAction Stop)) { return $true } } catch { $null = $_ }
    # An empty list proves nothing: it may also mean that rights are missing (facts §1).
    try { @(Get-VM -ErrorAction SilentlyContinue | Where-Object { $null -ne $_ }).Count -gt 0 } catch { $false }
}

# Returns nothing for a VM that is gone, and throws where that is not proven.
function Get-VmIfThere([guid] $Id, [string] $KnownId) {
    try {
        $vm = Get-VM -Id $Id -ErrorAction Stop
        if ($null -ne $vm) { return $vm }
    } catch {
        $failure = $_
        if (-not (Test-NotFound $failure) -or -not (Test-HostAnswers $KnownId)) { throw $failure }
        return
    }
    if (-not (Test-HostAnswers $KnownId)) { Stop-Operation 'NoAnswer' 'The host reported neither the VM nor an error.' }
}

# VMs and checkpoints are found by id and then passed as objects: -Name takes wildcards, and names are not unique.
function Find-Vm([guid] $Id) {
    $vm = Get-VmIfThere $Id
    if ($null -eq $vm) { Stop-Operation 'VmMissing' 'The VM is not on this host any more.' }
    $vm
}

function Find-Checkpoint([guid] $VmId, [guid] $Id) {
    $null = Find-Vm $VmId
    $found = $null
    try { $found = Get-VMSnapshot -Id $Id -ErrorAction Stop }
    catch {
        $failure = $_
        if (-not (Test-NotFound $failure) -or -not (Test-HostAnswers $VmId)) { throw $failure }
    }
    if ($null -eq $found -and -not (Test-HostAnswers $VmId)) {
        Stop-Operation 'NoAnswer' 'The host reported neither the checkpoint nor an error.'
    }
    if ($null -eq $found -or (Read-Property $found 'VMId') -ne $VmId) {
        Stop-Operation 'CheckpointMissing' 'The VM has no such checkpoint any more.'
    }
    $found
}

# Returns the volume of a path. Names are a drive letter, the mount point of a cluster shared volume, a label or an id.
function Get-VolumeRow([string] $Path) {
    $shared = if ($Path -match '^[A-Za-z]:\\ClusterStorage\\[^\\]+') { $Matches[0] }
    try {
        Import-Once Storage
        $found = @(Get-Volume -FilePath $Path -ErrorAction Stop)[0]
        if ($null -eq $found.SizeRemaining) { Stop-Operation 'NoSpaceKnown' $withoutSpace }
        $name = if ($shared) { $shared } elseif ("$($found.DriveLetter)" -match '[A-Za-z]') { "$($found.DriveLetter):" }
            elseif ($found.FileSystemLabel) { [string] $found.FileSystemLabel } else { [string] $found.Path }
        return @{ Name = $name; Id = [string] $found.Path; Size = [long] $found.Size; Free = [long] $found.SizeRemaining }
    } catch {
        if (-not $shared) { throw }
        $failure = $_
    }
    $row = @(Get-SharedVolumeRows | Where-Object { $_.Name -eq $shared })[0]
    if ($null -eq $row -or $null -eq $row.Free) { throw $failure }
    $row
}

# The free space of a row is null where the host does not report it.
function Get-SharedVolumeRows {
    Import-Once FailoverClusters
    foreach ($volume in @(Get-ClusterSharedVolume -ErrorAction Stop)) {
        foreach ($info in @($volume.SharedVolumeInfo | Where-Object { $null -ne $_ })) {
            @{
                Name = [string] $info.FriendlyVolumeName
                Size = [long] $info.Partition.Size
                Free = Get-LongNumber $info.Partition.FreeSpace
            }
        }
    }
}

function Test-Name([string] $Name) {
    if ($Name.Trim().Length -eq 0 -or $Name.Length -gt 100) {
        Stop-Operation 'BadName' 'A checkpoint needs a name of 1 to 100 characters.'
    }
}
