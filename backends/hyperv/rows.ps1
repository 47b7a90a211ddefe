# Objects of the Hyper-V module as plain rows: every value a string, a number or a boolean of ours, since
# PowerShell 5.1's JSON writes dates, enums and nested objects in ways of its own (facts §8).
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

# By id, and only as an object from here on: every -Name of these cmdlets is a wildcard, and names repeat.
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
