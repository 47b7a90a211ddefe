$found = switch ($PSCmdlet.ParameterSetName) {
    Id { Get-Checkpoint $Id }
    VMName { Get-Checkpoints @(Find-Machines $VMName | ForEach-Object { "$($_.Id)" }) }
    VMObject {
        # A VM that no longer exists is an error; the checkpoints of the other VMs are returned.
        $ids = @($VM | ForEach-Object { "$($_.Id)" })
        $existing = [Collections.Generic.HashSet[string]]::new([string[]]@(Get-Machines $ids | ForEach-Object { "$($_.Id)" }))
        foreach ($machine in $VM) {
            if (-not $existing.Contains("$($machine.Id)")) { Write-Refusal (New-Refusal 32779 "Hyper-V was unable to find a virtual machine with id ""$($machine.Id)"".") $machine }
        }
        # The checkpoints of one VM that cannot be read are an error that does not name it.
        try { Get-Checkpoints @($existing) } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
            if ($existing.Count -lt 2) { throw }
            foreach ($id in $existing) { try { Get-Checkpoints $id } catch [Microsoft.HyperV.PowerShell.VirtualizationException] { Write-Refusal $_.Exception $null } }
        }
    }
    Parent { if ($null -ne $ParentOf.ParentSnapshotId) { Get-Checkpoint $ParentOf.ParentSnapshotId } }
    Child { Get-Checkpoints "$($ChildOf.VMId)" | Where-Object { $_.ParentSnapshotId -eq $ChildOf.Id } }
}
$narrowed = $PSBoundParameters.ContainsKey('Name') -or $PSBoundParameters.ContainsKey('SnapshotType')
if ($PSBoundParameters.ContainsKey('Name')) { $found = @($found | Where-Object { Test-Name $_.Name $Name }) }
if ($PSBoundParameters.ContainsKey('SnapshotType')) { $found = @($found | Where-Object { $_.SnapshotType -eq $SnapshotType }) }
if ($narrowed -and -not $found) { throw (New-Refusal 32779 'Hyper-V was unable to find a checkpoint matching the given criteria.' 0 $Name) }
$found
