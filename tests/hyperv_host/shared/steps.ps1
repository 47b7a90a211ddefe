# One step of a cmdlet: ask the service, then wait for its job. The job's result, if it has one.
function Invoke-Step {
    $verb = $args[0]
    $job = (Ask-World @args)
    Write-Progress -Activity $cmdletName -Status $verb -PercentComplete 0
    $result = Ask-World wait $job
    Write-Progress -Activity $cmdletName -Status $verb -Completed
    [string]$result
}

function Assert-NotAsJob([switch]$AsJob, [switch]$Passthru) {
    if ($AsJob -and $Passthru) { throw (New-Refusal 32773 'The parameters AsJob and Passthru cannot be used together.') }
    if ($AsJob) { throw [NotImplementedException]::new('The pretend host runs nothing as a job.') }
}

# The machines that -VM or -Name mean.
function Get-Targets($VM, [string[]]$Name) {
    if ($VM) { foreach ($one in $VM) { Get-Machine $one.Id } } else { Find-Machines $Name }
}

# Start, Save and Stop: what is there already is a warning, not an error (facts §4 [DEC]).
function Set-MachineState([string]$State, [string]$Verb, $Targets, [switch]$Passthru) {
    foreach ($machine in $Targets) {
        try {
            if (-not $PSCmdlet.ShouldProcess($machine.Name)) { continue }
            if ("$($machine.State)" -eq $State) {
                $PSCmdlet.WriteWarning('The virtual machine is already in the specified state.')
            } else {
                $null = Invoke-Step $Verb "$($machine.Id)"
            }
            if ($Passthru) { Get-Machine $machine.Id }
        } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
            Write-Refusal $_.Exception $machine
        }
    }
}
