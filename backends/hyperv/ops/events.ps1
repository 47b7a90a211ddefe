[CmdletBinding()]
param([string[]] $VmIds, [string] $Since)

$log = 'Microsoft-Windows-Hyper-V-VMMS-Admin'
$most = 1000
$refused = -2147024891
Import-Once Microsoft.PowerShell.Diagnostics

# Returns nothing where the log has no such event.
function Read-Events([string] $Condition, [int] $Most) {
    try { Get-WinEvent -LogName $log -FilterXPath $Condition -MaxEvents $Most -ErrorAction Stop }
    catch {
        $failure = $_
        if ("$($failure.FullyQualifiedErrorId)" -like 'NoMatchingEventsFound,*') { return }
        for ($exception = $failure.Exception; $null -ne $exception; $exception = $exception.InnerException) {
            if ($exception.HResult -eq $refused) { Stop-Operation 'EventsNotAllowed' (Get-Words $failure) }
        }
        throw $failure
    }
}

# Background merges: started, finished, interrupted, failed.
$ids = 'EventID=19070 or EventID=19080 or EventID=19090 or EventID=19100'
$found = @(Read-Events "*[System[($ids) and TimeCreated[@SystemTime>='$Since']]]" $most)
# A log that must not be read may look empty to a filter. Without a filter it is refused.
if (-not $found.Count) { $null = @(Read-Events '*' 1) }
$rows = foreach ($event in $found) {
    # Text in XML is escaped: no name of a VM can contain an element.
    $content = "$($event.ToXml())"
    $vmId = if ($content -match '<VmId>\s*\{?([^<{}\s]+)\}?\s*</VmId>') { $Matches[1] }
    if ($null -eq $vmId -or $VmIds -notcontains $vmId) { continue }
    @{
        VmId = $vmId
        Code = [int] $event.Id
        Time = Get-UtcText $event.TimeCreated
        Error = $(if ($content -match '<ErrorCode>\s*([^<\s]+)\s*</ErrorCode>') { $Matches[1] } else { '' })
    }
}
@{ Events = @($rows) }
