# Finds VMs and checkpoints by name or id, as the module does (facts §1, §2).
function Get-Machines([string[]]$Ids) { @(Read-VirtualMachine (Send-Request vms $Ids)) }

# A VM that is removed after it was found: its id and name are known, its other properties throw.
function New-LateMachine([string]$Id, [string]$Name, [string[]]$Properties) {
    $machine = [Activator]::CreateInstance([Microsoft.HyperV.PowerShell.VirtualMachine], $true)
    $machine.Id = [guid]$Id
    $machine.Name = [regex]::Unescape($Name)
    foreach ($property in $Properties) {
        if ($property -in 'Id', 'Name') { continue }
        $machine.PSObject.Properties.Add([Management.Automation.PSScriptProperty]::new($property, { throw 'The object has been removed.' }))
    }
    $machine
}

# All VMs. One that cannot be read is an error that does not name it.
function Get-AllMachines {
    try { Get-Machines } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
        $rows = @(Send-Request machines)
        foreach ($row in $rows) {
            try { Get-Machine $row.Split([char]31)[0] } catch [Microsoft.HyperV.PowerShell.VirtualizationException] { Write-Refusal $_.Exception $null }
        }
    }
}

function Get-Machine([guid]$Id) {
    $found = @(Get-Machines @("$Id"))
    if (-not $found) { throw (New-Refusal 32779 "Hyper-V was unable to find a virtual machine with id ""$Id""." 0 $Id) }
    $found[0]
}

# Names are wildcard patterns. A name without wildcards that matches no VM is an error with this code.
function Find-Machines([string[]]$Names, [int]$Code = 32779) {
    $all = Get-Machines
    foreach ($name in $Names) {
        $found = @($all | Where-Object { Test-Name $_.Name $name })
        if (-not $found -and -not [WildcardPattern]::ContainsWildcardCharacters($name)) {
            Write-Refusal (New-Refusal $Code "Hyper-V was unable to find a virtual machine with name ""$name"".") $name
        }
        $found
    }
}

function Find-Machine([string]$Name) {
    $found = @(Find-Machines $Name)
    if ($found.Count -gt 1) { throw (New-Refusal 32773 "More than one virtual machine was found with name ""$Name""." 0 $Name) }
    $found
}

function Test-Name([string]$Name, [string]$Wanted) {
    $Name -eq $Wanted -or [WildcardPattern]::new($Wanted, 'IgnoreCase').IsMatch($Name)
}

function Get-Checkpoints([string[]]$MachineIds) {
    if ($MachineIds) { Read-VMSnapshot (Send-Request checkpoints $MachineIds) }
}

function Get-Checkpoint([guid]$Id) {
    $found = @(Read-VMSnapshot (Send-Request checkpoint "$Id"))
    if (-not $found) { throw (New-Refusal 32779 "Hyper-V was unable to find a checkpoint with id ""$Id""." 0 $Id) }
    $found[0]
}

# Returns exactly one checkpoint, as Rename and Restore require.
function Find-Checkpoint($Machine, [string]$Name) {
    $found = @(Get-Checkpoints "$($Machine.Id)" | Where-Object { Test-Name $_.Name $Name })
    if (-not $found) { throw (New-Refusal 32779 "Hyper-V was unable to find a checkpoint with name ""$Name""." 0 $Name) }
    if ($found.Count -gt 1) { throw (New-Refusal 32773 "More than one checkpoint was found with name ""$Name""." 0 $Name) }
    $found[0]
}
