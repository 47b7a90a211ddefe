[CmdletBinding()]
param([guid] $VmId, [guid] $CheckpointId, [string] $Name)

Test-Name $Name
$checkpoint = Find-Checkpoint $VmId $CheckpointId
Rename-VMSnapshot -VMSnapshot $checkpoint -NewName $Name -ErrorAction Stop
@{ Done = $true }
