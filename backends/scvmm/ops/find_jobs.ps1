# Returns the jobs of a cmdlet on a VM, or on one of its checkpoints, of the last seconds.
[CmdletBinding()]
param([guid] $VmId, [string] $CheckpointId, [string[]] $Cmdlets, [int] $Seconds)

$ids = @("$VmId")
if ($CheckpointId) {
    $vm = Get-VmIfThere $VmId
    if ($null -ne $vm) {
        $ids += @(Get-Checkpoints $vm | Where-Object { Test-SameId $_.CheckpointID $CheckpointId } | ForEach-Object { "$($_.ID)" })
    }
}
$found = foreach ($cmdlet in $Cmdlets) { Find-Jobs $ids $cmdlet $Seconds }
@{ Jobs = @($found | Where-Object { $null -ne $_ } | ForEach-Object { Get-JobRow $_ }) }
