# Executes one step of a cmdlet: calls a verb of the service, waits for its job and returns the job's result.
function Invoke-Step {
    $verb = $args[0]
    $job = (Send-Request @args)
    Write-Progress -Activity $cmdletName -Status $verb -PercentComplete 0
    $result = Send-Request wait $job
    Write-Progress -Activity $cmdletName -Status $verb -Completed
    [string]$result
}

function Assert-NotAsJob([switch]$AsJob, [switch]$Passthru) {
    if ($AsJob -and $Passthru) { throw (New-Refusal 32773 'The parameters AsJob and Passthru cannot be used together.') }
    if ($AsJob) { throw [NotImplementedException]::new('The fake host does not support -AsJob.') }
}

# Returns the VMs that -VM or -Name specify.
function Get-Targets($VM, [string[]]$Name) {
    if ($VM) { foreach ($one in $VM) { Get-Machine $one.Id } } else { Find-Machines $Name }
}

# Starts, saves or stops VMs. If a VM is already in the state, that is a warning and not an error (facts §4 [DEC]).
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
