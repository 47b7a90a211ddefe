# Converts objects of the Hyper-V module to rows of strings, numbers and booleans: ConvertTo-Json of PowerShell 5.1 writes
# dates, enums and nested objects in formats that differ from those of other versions (facts §8).
$known = @{}

function Get-UtcText($Date) {
    if ($null -eq $Date) { return '' }
    ([datetime] $Date).ToUniversalTime().ToString('o')
}

function Get-VmRow($Vm) {
    $automatic = $Vm.PSObject.Properties['AutomaticCheckpointsEnabled']
    @{
        Id = [string] $Vm.Id
        Name = [string] $Vm.Name
        State = "$($Vm.State)"
        CheckpointType = "$($Vm.CheckpointType)"
        Automatic = $(if ($automatic) { [bool] $automatic.Value } else { $null })
        Current = "$($Vm.ParentSnapshotId)"
        Primary = [int] $Vm.PrimaryOperationalStatus
        Secondary = [int] $Vm.SecondaryOperationalStatus
        Status = [string] $Vm.Status
        Uptime = [long] $Vm.Uptime.TotalSeconds
        MemoryAssigned = [long] $Vm.MemoryAssigned
        Notes = [string] $Vm.Notes
        Replication = "$($Vm.ReplicationState)"
        Clustered = [bool] $Vm.IsClustered
    }
}

function Get-CheckpointRow($Checkpoint) {
    @{
        Id = [string] $Checkpoint.Id
        VmId = [string] $Checkpoint.VMId
        Name = [string] $Checkpoint.Name
        Parent = "$($Checkpoint.ParentSnapshotId)"
        Created = Get-UtcText $Checkpoint.CreationTime
        Type = "$($Checkpoint.SnapshotType)"
        State = "$($Checkpoint.State)"
        Automatic = [bool] $Checkpoint.IsAutomaticCheckpoint
        Notes = [string] $Checkpoint.Notes
    }
}

# VMs and checkpoints are found by id and then passed as objects: -Name takes wildcards, and names are not unique.
function Find-Vm([guid] $Id) {
    try { Get-VM -Id $Id -ErrorAction Stop }
    catch {
        if ("$($_.FullyQualifiedErrorId)" -notlike 'ObjectNotFound,*') { throw }
        Stop-Operation 'VmMissing' 'The VM is not on this host any more.'
    }
}

function Find-Checkpoint([guid] $VmId, [guid] $Id) {
    $null = Find-Vm $VmId
    $found = $null
    try { $found = Get-VMSnapshot -Id $Id -ErrorAction Stop }
    catch { if ("$($_.FullyQualifiedErrorId)" -notlike 'ObjectNotFound,*') { throw } }
    if ($null -eq $found -or $found.VMId -ne $VmId) {
        Stop-Operation 'CheckpointMissing' 'The VM has no such checkpoint any more.'
    }
    $found
}

function Test-Name([string] $Name) {
    if ($Name.Trim().Length -eq 0 -or $Name.Length -gt 100) {
        Stop-Operation 'BadName' 'A checkpoint needs a name of 1 to 100 characters.'
    }
}
