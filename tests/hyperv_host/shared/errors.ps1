# The error id and category of each return code of the service (facts §8).
$codes = @{
    2     = 'FileNotFound', 'ObjectNotFound'  # no WMI code: .NET's FileNotFoundException
    32768 = 'OperationFailed', 'NotSpecified'
    32769 = 'AccessDenied', 'PermissionDenied'
    32770 = 'NotSupported', 'InvalidOperation'
    32772 = 'OperationTimeout', 'OperationTimeout'
    32773 = 'InvalidParameter', 'InvalidArgument'
    32774 = 'ObjectInUse', 'ResourceBusy'
    32775 = 'InvalidState', 'InvalidOperation'
    32776 = 'StatusIncorrectType', 'InvalidOperation'
    32777 = 'StatusUnavailable', 'ResourceUnavailable'
    32778 = 'OutOfMemory', 'FromStdErr'
    32779 = 'ObjectNotFound', 'ObjectNotFound'
    32783 = 'RebootRequired', 'FromStdErr'
    32789 = 'ObjectNotFound', 'ObjectNotFound'
}

function New-Refusal([int]$Code, [string[]]$Lines, [long]$HResult = 0, $Target = $null) {
    $number = if ($HResult -eq 0) { [Exception]::new().HResult } else { [BitConverter]::ToInt32([BitConverter]::GetBytes($HResult), 0) }
    $refusal = [Microsoft.HyperV.PowerShell.VirtualizationException]::new([string]::Join("`r`n", $Lines), $number)
    $refusal.Data['code'] = $Code
    $refusal.Data['target'] = $Target
    $refusal
}

function New-Record([Exception]$Exception, [string]$Id, [string]$Category, $Target) {
    $record = [Management.Automation.ErrorRecord]::new($Exception, $Id, $Category, $Target)
    $record.CategoryInfo.Activity = $cmdletName
    $record
}

# Uses $PSCmdlet and $cmdletName of the running cmdlet, as every function here does. If the error stops the cmdlet, this
# function is called again for the same exception, and then uses the same target.
function Write-Refusal([Exception]$Refusal, $Target = $Refusal.Data['target']) {
    $id, $category = if ($codes.ContainsKey($Refusal.Data['code'])) { $codes[$Refusal.Data['code']] } else { 'Unspecified', 'NotSpecified' }
    $Refusal.Data['target'] = $Target
    # Exceptions that a real cmdlet catches do not appear in $Error.
    if ($global:Error.Count -and $global:Error[0] -is [Management.Automation.ErrorRecord] -and $global:Error[0].Exception -eq $Refusal) { $global:Error.RemoveAt(0) }
    $PSCmdlet.WriteError((New-Record $Refusal $id $category $Target))
}
