# Returns the jobs of a cmdlet on a VM, or on one of its checkpoints, that began within some of the last seconds.
[CmdletBinding()]
param([guid] $VmId, [string] $CheckpointId, [string[]] $Cmdlets, [int] $Seconds, [int] $Within)

$ids = @("$VmId")
if ($CheckpointId) {
    $vm = Get-VmIfThere $VmId
    if ($null -ne $vm) {
        $ids += @(Get-Checkpoints $vm | Where-Object { Test-SameId $_.CheckpointID $CheckpointId } | ForEach-Object { "$($_.ID)" })
    }
}
$latest = [datetime]::UtcNow.AddSeconds($Within - $Seconds)
$found = foreach ($cmdlet in $Cmdlets) {
    Find-Jobs $ids $cmdlet $Seconds | Where-Object { $null -ne $_.StartTime -and ([datetime] $_.StartTime).ToUniversalTime() -le $latest }
}
@{ Jobs = @($found | Where-Object { $null -ne $_ } | ForEach-Object { Get-JobRow $_ }) }
