$machines = switch ($PSCmdlet.ParameterSetName) {
    VMObject { @($VM | ForEach-Object { Get-Machine $_.Id }) }
    VMName { Find-Machines $VMName }
    default { throw [NotImplementedException]::new('The fake host does not support saved states of checkpoints.') }
}
foreach ($machine in $machines) {
    try {
        if ($PSCmdlet.ShouldProcess($machine.Name)) { $null = Invoke-Step discard_saved_state "$($machine.Id)" }
    } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
        Write-Refusal $_.Exception $machine
    }
}
