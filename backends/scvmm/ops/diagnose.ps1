# Returns facts about this VMM server that hvtui assumes and nobody has verified yet. findings.py judges them. Changes nothing.
[CmdletBinding()]
param()

$facts = @{}
$server = Get-Vmm
$vms = @()
$checkpoints = @()
try {
    $vms = @(VirtualMachineManager\Get-SCVirtualMachine -VMMServer $server -All -ErrorAction Stop | Where-Object { $null -ne $_ })
    $checkpoints = @(VirtualMachineManager\Get-SCVMCheckpoint -VMMServer $server -ErrorAction Stop | Where-Object { $null -ne $_ })
    $facts['Vms'] = @{ Count = $vms.Count; Checkpoints = $checkpoints.Count; Library = @($vms | Where-Object { Test-InLibrary $_ }).Count }
} catch { $facts['Vms'] = @{ Failure = Get-Failure $_ } }
$onHosts = @($vms | Where-Object { -not (Test-InLibrary $_) -and "$($_.VirtualizationPlatform)" -eq 'HyperV' })

Read-Fact Module {
    $module = Get-Module VirtualMachineManager
    @{
        Version = [string] $module.Version
        Aliases = @($module.ExportedAliases.Keys | Where-Object { 'Get-VM', 'Stop-VM', 'Stop-Job' -contains $_ })
    }
}

Read-Fact Server {
    @{
        Version = [string] $server.ProductVersion
        Name = [string] $server.FullyQualifiedDomainName
        HighlyAvailable = [bool] $server.IsHighlyAvailable
        ActiveNode = [string] $server.ActiveVMMNode
    }
}

Read-Fact Role { @{ User = [string] $server.ConnectedUserName; Profile = "$($server.Profile)"; Role = [string] $server.UserRole.Name } }

# The actions of the role by cloud, where they are limited; an empty text where VMM does not say which.
Read-Fact Actions {
    $told = @{}
    $isLimited = 'SelfServiceUser', 'TenantAdmin' -contains "$($server.Profile)"
    if ($isLimited) {
        foreach ($vm in $onHosts) {
            $actions = Get-VmActions $vm
            $told["$($vm.Cloud)"] = $(if ($null -eq $actions) { '' } elseif ($actions.Count) { [string]::Join(', ', $actions) } else { 'none' })
        }
    }
    @{ Limited = $isLimited; Clouds = $told }
}

# The names in the enums of this version, of which only some are known.
Read-Fact Enums {
    $names = @{}
    foreach ($vm in @($vms | Select-Object -First 1)) {
        foreach ($name in 'Status', 'CheckpointType', 'VirtualizationPlatform') {
            $value = $vm.$name
            if ($value -is [Enum]) { $names[$name] = @([Enum]::GetNames($value.GetType())) }
        }
    }
    $job = @(VirtualMachineManager\Get-SCJob -VMMServer $server -Newest 1 -ErrorAction Stop)[0]
    if ($null -ne $job -and $job.Status -is [Enum]) { $names['Job'] = @([Enum]::GetNames($job.Status.GetType())) }
    $names
}

Read-Fact States { @{ Seen = @(Get-Distinct @($onHosts | ForEach-Object { "$($_.Status) $($_.VirtualMachineState)" })) } }

$ids = @{}
foreach ($checkpoint in $checkpoints) { $ids["$($checkpoint.VMId) $("$($checkpoint.CheckpointID)".Trim('{', '}'))"] = $true }
$hyperVIds = @{}
foreach ($vm in $onHosts) { $hyperVIds["$($vm.ID)"] = [string] $vm.VMId }

# Counts what an id of a VM's is: none, the VM itself, one of its checkpoints, or something else.
function Measure-Ids($Pairs) {
    $counts = @{ None = 0; Vm = 0; Checkpoint = 0; Other = 0 }
    foreach ($pair in $Pairs) {
        $kind = if (-not $pair.Id) { 'None' } elseif (Test-SameId $pair.Id $hyperVIds[$pair.Vm]) { 'Vm' }
            elseif ($ids.ContainsKey("$($pair.Vm) $($pair.Id.Trim('{', '}'))")) { 'Checkpoint' } else { 'Other' }
        $counts[$kind]++
    }
    $counts
}

Read-Fact Parents {
    Measure-Ids @($checkpoints | Where-Object { $hyperVIds.ContainsKey("$($_.VMId)") } |
        ForEach-Object { @{ Vm = "$($_.VMId)"; Id = [string] $_.ParentCheckpointID } })
}

Read-Fact Current { Measure-Ids @($onHosts | ForEach-Object { @{ Vm = "$($_.ID)"; Id = [string] $_.LastRestoredCheckpointID } }) }

Read-Fact Doubles {
    $seen = @{}
    foreach ($id in $hyperVIds.Values) { $seen[$id] = 1 + [int] $seen[$id] }
    @{ Count = @($seen.Keys | Where-Object { $seen[$_] -gt 1 }).Count }
}

Read-Fact Times { @{ Kinds = @(Get-Distinct @($checkpoints | Select-Object -First 50 | ForEach-Object { $_.AddedTime.Kind })) } }

Read-Fact Refreshers {
    $hosts = @(VirtualMachineManager\Get-SCVMHost -VMMServer $server -ErrorAction Stop | Where-Object { $null -ne $_ })
    @{
        Count = $hosts.Count
        Modes = @(Get-Distinct @($hosts | ForEach-Object { $_.GetRefresherMode() }))
        Contact = @(Get-Distinct @($hosts | ForEach-Object { $_.CommunicationState }))
    }
}

Read-Fact Volumes {
    @{ Count = @(VirtualMachineManager\Get-SCStorageVolume -VMMServer $server -ErrorAction Stop | Where-Object { $null -ne $_ }).Count }
}

Read-Fact UnknownId {
    try {
        $found = @(VirtualMachineManager\Get-SCVirtualMachine -VMMServer $server -ID ([guid]::NewGuid()) -ErrorAction Stop | Where-Object { $null -ne $_ })
        @{ Id = ''; Count = $found.Count }
    } catch { @{ Id = [string] $_.FullyQualifiedErrorId; Count = 0 } }
}

# What past jobs did, by the names of their steps: what a delete does to the checkpoints below, and an apply to the VM.
Read-Fact PastJobs {
    $found = @(VirtualMachineManager\Find-SCJob -VMMServer $server -MaxCount 500 -Recent -ErrorAction Stop | Where-Object { $null -ne $_ })
    $steps = @{}
    foreach ($cmdlet in 'Remove-SCVMCheckpoint', 'Restore-SCVMCheckpoint') {
        $job = @($found | Where-Object { "$($_.CmdletName)" -eq $cmdlet })[0]
        if ($null -ne $job) { $steps[$cmdlet] = @(VirtualMachineManager\Get-SCStep -Job $job -ErrorAction Stop | ForEach-Object { [string] $_.Name }) }
    }
    @{
        Count = $found.Count
        Steps = $steps
        Targets = @(Get-Distinct @($found | Where-Object { "$($_.CmdletName)" -like '*-SCVMCheckpoint' } | ForEach-Object { $_.TargetObjectType }))
        Errors = @(Get-Distinct @($found | Where-Object { $null -ne $_.ErrorInfo -and -not $_.ErrorInfo.IsSuccess } | ForEach-Object { "$($_.ErrorInfo)" }))
    }
}

# Whether the cmdlets of this version have the parameters with which a job is started and named.
Read-Fact Parameters {
    $missing = foreach ($name in 'New-SCVMCheckpoint', 'Set-SCVMCheckpoint', 'Restore-SCVMCheckpoint', 'Remove-SCVMCheckpoint', 'Start-SCVirtualMachine', 'Stop-SCVirtualMachine') {
        $command = Get-Command -Name "VirtualMachineManager\$name" -ErrorAction Stop
        foreach ($parameter in 'RunAsynchronously', 'JobVariable') {
            if (-not $command.Parameters.ContainsKey($parameter)) { "$name -$parameter" }
        }
    }
    @{ Missing = @($missing | Where-Object { $null -ne $_ }) }
}
$facts
