[CmdletBinding()]
param([guid] $VmId, [guid] $CheckpointId, [bool] $Subtree)

$checkpoint = Find-Checkpoint $VmId $CheckpointId
Remove-VMSnapshot -VMSnapshot $checkpoint -IncludeAllChildSnapshots:$Subtree -Confirm:$false -ErrorAction Stop
@{ Done = $true }
