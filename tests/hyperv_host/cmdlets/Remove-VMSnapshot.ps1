# Without -Name: every checkpoint of the VM, of every kind. A pattern that hits nothing does nothing (facts §4 [DEC]).
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
        # One that went with the tree above it is not missed.
        if ($PSCmdlet.ParameterSetName -ne 'SnapshotObject' -and -not @(Ask-World checkpoint "$($checkpoint.Id)")) { continue }
        if (-not $PSCmdlet.ShouldProcess($checkpoint.Name)) { continue }
        $null = Invoke-Step $verb "$($checkpoint.Id)"
        if ($Passthru) { $checkpoint }
    } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
        Write-Refusal $_.Exception $checkpoint
    }
}
