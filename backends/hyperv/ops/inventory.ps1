[CmdletBinding()]
param([AllowEmptyCollection()] [string[]] $VmIds, [bool] $All)

$vms = New-Object Collections.Specialized.OrderedDictionary
$vmRows = New-Object Collections.Specialized.OrderedDictionary
$checkpointRows = New-Object Collections.Specialized.OrderedDictionary
$unread = New-Object Collections.Specialized.OrderedDictionary
$state = @{ Calls = 0; Incomplete = '' }
$mostCalls = 60

# The first reason for a VM counts.
function Add-Unread([string] $Id, [string] $Name, [string] $Part, $Failure) {
    if ($unread.Contains($Id)) { return }
    $unread[$Id] = @{ VmId = $Id; Name = $Name; Part = $Part; Words = Get-Words $Failure }
}

# Rows are built while objects arrive: an older object is read again from the host.
function Add-Vm($Vm, [string] $Id) {
    if (-not $Id) { $state.Incomplete = 'The host reported a VM without an ID.'; return }
    if ($vms.Contains($Id)) { return }
    $vms[$Id] = $Vm
    try { $vmRows[$Id] = Get-VmRow $Vm } catch { Add-Unread $Id "$($Vm.Name)" 'vm' $_ }
}

# The VM that an error is about, if the error says so.
function Get-VmOfFailure($Failure) {
    $target = $Failure.TargetObject
    if ($null -eq $target) { return '' }
    foreach ($id in "$($target.VMId)", "$($target.Id)", "$target") { if ($vms.Contains($id)) { return $id } }
    $parsed = [guid]::Empty
    if ([guid]::TryParse("$target", [ref] $parsed)) { "$parsed" } else { '' }
}

# A VM that was found and read, or "".
function Get-KnownId { "$(@($vmRows.Keys | Where-Object { -not $unread.Contains($_) })[0])" }

function Read-AllVms {
    $failures = @()
    $ended = @()
    try { Get-VM -ErrorAction SilentlyContinue -ErrorVariable failures | ForEach-Object { Add-Vm $_ "$($_.Id)" } }
    catch { $ended = $_ }
    $failures = @(Get-Failures $failures) + @($ended)
    if ($failures.Count -and -not $vms.Count) { throw $failures[0] }
    if (-not $vms.Count -and -not (Test-HostAnswers)) { Stop-Operation 'NoAnswer' 'The host reported neither a VM nor an error.' }
    if (-not $failures.Count) { return }
    $unnamed = $null
    foreach ($failure in $failures) {
        $id = Get-VmOfFailure $failure
        if (-not $id) { $unnamed = $failure } elseif (-not $vms.Contains($id)) { Add-Unread $id '' 'vm' $failure }
    }
    if ($null -eq $unnamed) { return }
    # A VM is missing here. Only another list of all VMs can tell which.
    try {
        Import-Once CimCmdlets
        Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_ComputerSystem -ErrorAction Stop | ForEach-Object {
            $id = [guid]::Empty
            if ([guid]::TryParse("$($_.Name)", [ref] $id) -and -not $vms.Contains("$id")) {
                Add-Unread "$id" "$($_.ElementName)" 'vm' $unnamed
            }
        }
    } catch { $state.Incomplete = Get-Words $unnamed }
}

function Read-SomeVms {
    $first = $null
    foreach ($id in $VmIds) {
        $found = @()
        try { $found = @(Get-VM -Id ([guid] $id) -ErrorAction Stop) }
        catch {
            if ($null -eq $first) { $first = $_ }
            Add-Unread "$([guid] $id)" '' 'vm' $_
        }
        foreach ($vm in @($found | Where-Object { $null -ne $_ })) { Add-Vm $vm "$([guid] $id)" }
    }
    if (-not $vms.Count -and $VmIds -and -not (Test-HostAnswers)) {
        if ($null -ne $first) { throw $first }
        Stop-Operation 'NoAnswer' 'The host reported neither the VMs nor an error.'
    }
}

# An error that does not say which VM it is about, or that ended the call, halves the question until it is answered.
function Read-Checkpoints($Some) {
    $rows = New-Object Collections.ArrayList
    $broken = New-Object Collections.ArrayList
    $failures = @()
    $unnamed = $null
    $state.Calls++
    try {
        Get-VMSnapshot -VM $Some -ErrorAction SilentlyContinue -ErrorVariable failures | ForEach-Object {
            $checkpoint = $_
            try { $null = $rows.Add((Get-CheckpointRow $checkpoint)) }
            catch { $null = $broken.Add(@{ Id = "$($checkpoint.VMId)"; Failure = $_ }) }
        }
    } catch { $unnamed = $_ }
    foreach ($failure in @(Get-Failures $failures)) { $null = $broken.Add(@{ Id = (Get-VmOfFailure $failure); Failure = $failure }) }
    foreach ($one in $broken) { if (-not $vms.Contains($one.Id)) { $unnamed = $one.Failure } }
    if ($null -ne $unnamed) {
        if (-not $rows.Count -and -not (Test-HostAnswers)) { throw $unnamed }
        if ($Some.Count -gt 1 -and $state.Calls -lt $mostCalls) {
            $half = [int] [Math]::Floor($Some.Count / 2)
            Read-Checkpoints @($Some[0..($half - 1)])
            Read-Checkpoints @($Some[$half..($Some.Count - 1)])
            return
        }
        foreach ($vm in $Some) { Add-Unread "$($vm.Id)" '' 'checkpoints' $unnamed }
    }
    foreach ($row in $rows) { $checkpointRows[$row.Id] = $row }
    foreach ($one in $broken) { if ($vms.Contains($one.Id)) { Add-Unread $one.Id '' 'checkpoints' $one.Failure } }
}

if ($All) { Read-AllVms } else { Read-SomeVms }
$readable = @($vmRows.Keys | ForEach-Object { $vms[$_] })
if ($readable.Count) { Read-Checkpoints $readable }
# A VM that could not be read may have gone meanwhile.
foreach ($id in @($unread.Keys)) {
    try { if ($null -ne (Get-VmIfThere ([guid] $id) (Get-KnownId))) { continue } } catch { continue }
    $unread.Remove($id)
    $vmRows.Remove($id)
}
@{
    Host = @{
        Name = [Environment]::MachineName
        Offset = [int] [TimeZoneInfo]::Local.GetUtcOffset([datetime]::UtcNow).TotalMinutes
        Incomplete = $state.Incomplete
    }
    Vms = @($vmRows.Values)
    Checkpoints = @($checkpointRows.Values)
    Unread = @($unread.Values)
}
