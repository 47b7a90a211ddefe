# Finds objects of VMM, and converts them to rows of strings, numbers and booleans. $vmmServer and $vmmRole are set before.
# Objects that are properties of others are read late, each by a call: rows use them only where no scalar says the same.
$connection = @{ Server = $null; Actions = @{}; Since = [datetime]::MinValue }
# A connection may answer from objects that it keeps (not verified): after so many seconds it is signed in again.
$oldest = 60

# The connection to VMM, signed in again once it was lost.
function Get-Vmm {
    $server = $connection.Server
    if ($null -ne $server -and $server.IsConnected) { return $server }
    $connection.Server = if ($vmmRole) { VirtualMachineManager\Get-SCVMMServer -ComputerName $vmmServer -UserRoleName $vmmRole -ErrorAction Stop }
        else { VirtualMachineManager\Get-SCVMMServer -ComputerName $vmmServer -ErrorAction Stop }
    if ($null -eq $connection.Server) { Stop-Operation 'NoAnswer' 'VMM reported neither a connection nor an error.' }
    $connection['Actions'] = @{}
    $connection['Since'] = [datetime]::UtcNow
    $connection.Server
}

# The connection for a new operation, signed in again if it is old or has to be new.
function Open-Vmm([bool] $Anew) {
    if ($Anew -or ([datetime]::UtcNow - $connection['Since']).TotalSeconds -ge $oldest) { $connection.Server = $null }
    Get-Vmm
}

# Whether VMM says that there is no such object: 801 is LibObjectNotFound.
function Test-NotFound([Management.Automation.ErrorRecord] $Failure) {
    "$($Failure.FullyQualifiedErrorId)" -like '801,*'
}

# Returns nothing for a VM that is gone, and throws where that is not proven: then a new sign-in fails too.
function Get-VmIfThere([guid] $Id) {
    $vm = $null
    try { $vm = @(VirtualMachineManager\Get-SCVirtualMachine -VMMServer (Get-Vmm) -ID $Id -ErrorAction Stop)[0] }
    catch { if (-not (Test-NotFound $_)) { throw } }
    if ($null -ne $vm) { return $vm }
    $connection.Server = $null
    $null = Get-Vmm
}

function Test-InLibrary($Vm) { "$($Vm.HostType)" -eq 'LibraryServer' -or "$($Vm.Status)" -eq 'Stored' }

# The VM to change. Names are not unique, and VMM converts a name to every VM that has it.
function Find-Vm([guid] $Id) {
    $null = Open-Vmm $true
    $vm = Get-VmIfThere $Id
    if ($null -eq $vm) { Stop-Operation 'VmMissing' 'VMM does not list this VM any more.' }
    if (Test-InLibrary $vm) { Stop-Operation 'VmMissing' 'The VM is in the library of VMM now, not on a host.' }
    if ("$($vm.VirtualizationPlatform)" -ne 'HyperV') { Stop-Operation 'OtherHypervisor' 'The VM is not on a Hyper-V host.' }
    $vm
}

function Get-Checkpoints($Vm) {
    @(VirtualMachineManager\Get-SCVMCheckpoint -VMMServer (Get-Vmm) -VM $Vm -ErrorAction Stop | Where-Object { $null -ne $_ })
}

# The same GUID is a string in one property, and upper-case, and a Guid in another.
function Test-SameId($Left, $Right) { "$Left".Trim('{', '}') -eq "$Right".Trim('{', '}') }

function Find-Checkpoint($Vm, [guid] $Id) {
    $found = @(Get-Checkpoints $Vm | Where-Object { Test-SameId $_.CheckpointID $Id })
    if ($found.Count -eq 0) { Stop-Operation 'CheckpointMissing' 'The VM has no such checkpoint any more.' }
    if ($found.Count -gt 1) { Stop-Operation 'Ambiguous' 'VMM lists several checkpoints of this VM with one id.' }
    $found[0]
}

# Whether one of these values is true; null if that is not known.
function Test-Any([object[]] $Values) {
    if ($Values -contains $true) { return $true }
    if ($Values -contains $null) { $null } else { $false }
}

function Get-VmRow($Vm) {
    $row = @{
        Id = "$(Read-Property $Vm 'ID')"
        HyperVId = [string] $Vm.VMId
        Name = [string] (Read-Property $Vm 'Name')
        Status = "$(Read-Property $Vm 'Status')"
        Power = "$($Vm.VirtualMachineState)"
        Words = [string] $Vm.StatusString
        Platform = "$($Vm.VirtualizationPlatform)"
        Host = [string] $Vm.HostName
        Path = [string] $Vm.HostGroupPath
        Cloud = ''
        Current = [string] $Vm.LastRestoredCheckpointID
        CheckpointType = "$($Vm.CheckpointType)"
        MemoryMegabytes = Get-Number $Vm.MemoryAssignedMB
        Notes = [string] $Vm.Description
        Replicated = Test-Any @($Vm.IsPrimaryVM, $Vm.IsRecoveryVM)
        Clustered = Test-Any @($Vm.IsHighlyAvailable)
        Reason = ''
        Actions = Get-VmActions $Vm
        Task = $null
    }
    if (-not $row.Status) { Stop-Operation 'NoState' 'VMM did not report a state of this VM.' }
    if (-not $row.Path) { $row.Cloud = [string] $Vm.Cloud }
    if ($row.Status -like 'Unsupported*') { $row.Reason = [string] $Vm.UnsupportedReason.Problem }
    # Only a job that has not ended needs its object.
    if ($null -ne $Vm.MostRecentTaskID -and 'Completed', 'Failed' -notcontains "$($Vm.MostRecentTaskUIState)") {
        $task = $Vm.MostRecentTask
        if ($null -ne $task) { $row.Task = Get-JobRow $task }
    }
    $row
}

function Get-CheckpointRow($Checkpoint) {
    @{
        Id = [string] (Read-Property $Checkpoint 'CheckpointID')
        VmId = "$(Read-Property $Checkpoint 'VMId')"
        Name = [string] (Read-Property $Checkpoint 'Name')
        Parent = [string] $Checkpoint.ParentCheckpointID
        Created = Get-UtcText $Checkpoint.AddedTime
        Notes = [string] $Checkpoint.Description
    }
}

function Get-JobRow($Job) {
    $failure = $Job.ErrorInfo
    @{
        Id = "$(Read-Property $Job 'ID')"
        Status = "$(Read-Property $Job 'Status')"
        Ended = [bool] $Job.IsCompleted
        Percent = Get-Number $Job.ProgressValue
        Cmdlet = [string] $Job.CmdletName
        Target = "$($Job.TargetObjectID)"
        Started = Get-UtcText $Job.StartTime
        Number = $(if ($null -ne $failure -and $null -ne $failure.DisplayableErrorCode) { [long] $failure.DisplayableErrorCode } else { 0 })
        Code = $(if ($null -ne $failure) { Get-Number $failure.DetailedCode } else { $null })
        Words = "$(if ($null -ne $failure) { $failure.Problem })"
        Advice = "$(if ($null -ne $failure) { $failure.RecommendedAction })"
        Text = "$failure"
    }
}

# The jobs of a cmdlet on one of these objects, of the last seconds by the clock of VMM.
function Find-Jobs([string[]] $ObjectIds, [string] $Cmdlet, [int] $Seconds) {
    $after = [datetime]::Now.AddSeconds(-$Seconds)
    $found = New-Object Collections.Specialized.OrderedDictionary
    foreach ($id in $ObjectIds) {
        $jobs = @(VirtualMachineManager\Find-SCJob -VMMServer (Get-Vmm) -MaxCount 50 -ObjectID ([guid] $id) -After $after -ErrorAction Stop)
        foreach ($job in $jobs) {
            if ($null -ne $job -and "$($job.CmdletName)" -eq $Cmdlet) { $found["$($job.ID)"] = $job }
        }
    }
    @($found.Values)
}

# The row of a job that was just started. Its variable may be empty although the job runs.
function Get-StartedJob($Job, [string[]] $ObjectIds, [string] $Cmdlet) {
    $started = @($Job | Where-Object { $null -ne $_ })[-1]
    if ($null -eq $started) {
        $found = @(Find-Jobs $ObjectIds $Cmdlet 5)
        if ($found.Count -ne 1) { Stop-Operation 'NoJob' 'VMM did not say which job it started.' }
        $started = $found[0]
    }
    @{ Job = Get-JobRow $started }
}

function Get-VolumeRow($Volume) {
    @{
        Id = "$($Volume.ID)"
        Name = "$($Volume.Name)".TrimEnd('\')
        Size = [long] $Volume.Capacity
        Free = Get-LongNumber $Volume.FreeSpace
    }
}
