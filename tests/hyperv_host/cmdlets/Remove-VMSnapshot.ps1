# Without -Name, every checkpoint of the VM is removed. A pattern without matches does nothing (facts §4 [DEC]).
Assert-NotAsJob -AsJob:$AsJob -Passthru:$Passthru
$verb = if ($IncludeAllChildSnapshots) { 'destroy_tree' } else { 'destroy' }
$found = if ($PSCmdlet.ParameterSetName -eq 'SnapshotObject') { $VMSnapshot } else {
    $machines = if ($VM) { $VM } else { @(Find-Machines $VMName) }
    foreach ($machine in $machines) {
        foreach ($checkpoint in @(Get-Checkpoints "$($machine.Id)")) {
            if (-not $Name -or @($Name | Where-Object { Test-Name $checkpoint.Name $_ })) { $checkpoint }
        }
    }
}
foreach ($checkpoint in @($found)) {
    try {
        # A checkpoint that was removed with the subtree of another one is skipped.
        if ($PSCmdlet.ParameterSetName -ne 'SnapshotObject' -and -not @(Send-Request checkpoint "$($checkpoint.Id)")) { continue }
        if (-not $PSCmdlet.ShouldProcess($checkpoint.Name)) { continue }
        $null = Invoke-Step $verb "$($checkpoint.Id)"
        if ($Passthru) { $checkpoint }
    } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
        Write-Refusal $_.Exception $checkpoint
    }
}
