# If the guest does not respond, the cmdlet asks whether to turn the VM off. -Force confirms that (facts §4 [DEC]).
if ($Save -and $TurnOff) { throw (New-Refusal 32773 'The parameters Save and TurnOff cannot be used together.') }
Assert-NotAsJob -AsJob:$AsJob -Passthru:$Passthru
$machines = @(Get-Targets $VM $Name)
if ($Save) { Set-MachineState Saved save $machines -Passthru:$Passthru; return }
if ($TurnOff) { Set-MachineState Off turn_off $machines -Passthru:$Passthru; return }
foreach ($machine in $machines) {
    $responding = @(Read-VMIntegrationComponent (Send-Request components "$($machine.Id)") |
        Where-Object { $_.Id -like '*9F8233AC-BE49-4C79-8EE3-E7E1985B2077' -and [int]$_.PrimaryOperationalStatus -in 2, 3 })
    if ("$($machine.State)" -ne 'Running' -or $responding) {
        Set-MachineState Off shut_down $machine -Passthru:$Passthru
        if ($Force -and "$((Get-Machine $machine.Id).State)" -eq 'Running') { Set-MachineState Off turn_off $machine }
    } else {
        # Where nobody can be asked, the exception of the prompt becomes an error of the cmdlet (facts §8).
        try { $confirmed = $Force -or $PSCmdlet.ShouldContinue("The virtual machine $($machine.Name) cannot be shut down. Turn it off?", 'Stop-VM') }
        catch { $PSCmdlet.WriteError((New-Record $_.Exception.GetBaseException() InvalidOperation InvalidOperation $machine)); continue }
        if ($confirmed) { Set-MachineState Off turn_off $machine -Passthru:$Passthru }
    }
}
