# Reads objects and errors of cmdlets, for the scripts of every backend.
function Get-UtcText($Date) {
    if ($null -eq $Date) { return '' }
    ([datetime] $Date).ToUniversalTime().ToString('o')
}

# PowerShell reads a property whose getter throws as null. Real objects read late, and throw once the VM is gone.
function Read-Property($Object, [string] $Name) {
    $value = $Object.$Name
    if ($null -ne $value) { return $value }
    Select-Object -InputObject $Object -ExpandProperty $Name -ErrorAction Stop
}

# A function that returns nothing is not null: ConvertTo-Json makes an object of it.
function Get-Number($Value) {
    if ($null -ne $Value) { [int] $Value } else { $null }
}

function Get-LongNumber($Value) {
    if ($null -ne $Value) { [long] $Value } else { $null }
}

# The errors in an -ErrorVariable. A cmdlet that is a function leaves the exceptions there that it caught itself.
function Get-Failures($Records) {
    @($Records | Where-Object { $_ -is [Management.Automation.ErrorRecord] -and "$($_.CategoryInfo.Category)" -ne 'OperationStopped' })
}

function Get-Words([Management.Automation.ErrorRecord] $Failure) { [string] $Failure.Exception.Message }

# Modules that few operations need are imported on their first use: automatic loading is off.
function Import-Once([string] $Name) {
    if (-not (Get-Module $Name)) { Import-Module $Name -ErrorAction Stop }
}

# Adds a fact of a diagnosis to the table $facts of its caller, or why it cannot be read.
function Read-Fact([string] $Name, [scriptblock] $Probe) {
    try { $facts[$Name] = & $Probe } catch { $facts[$Name] = @{ Failure = Get-Failure $_ } }
}

function Get-Distinct($Values) {
    $seen = @{}
    foreach ($value in $Values) { if ($null -ne $value) { $seen["$value"] = $true } }
    @($seen.Keys)
}
