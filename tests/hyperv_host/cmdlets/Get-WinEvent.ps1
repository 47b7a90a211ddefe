$logs, $conditions, $since, $ids = switch ($PSCmdlet.ParameterSetName) {
    GetLogSet { $LogName, $FilterXPath, $null, $null }
    HashQuerySet { @($FilterHashtable[0]['LogName']), $null, $FilterHashtable[0]['StartTime'], $FilterHashtable[0]['Id'] }
    XmlQuerySet {
        $select = @($FilterXml.SelectNodes('//Select'))
        @($select | ForEach-Object { $_.GetAttribute('Path') }), $select[0].InnerText, $null, $null
    }
    default { throw [NotImplementedException]::new("The fake host does not support the parameter set $($PSCmdlet.ParameterSetName).") }
}
$known = 'Microsoft-Windows-Hyper-V-VMMS-Admin', 'Microsoft-Windows-Hyper-V-Worker-Admin', 'Microsoft-Windows-VHDMP-Operational'
foreach ($log in $logs) {
    if ($log -notin $known) {
        $failure = [Exception]::new("There is not an event log on the localhost computer that matches ""$log"".")
        $PSCmdlet.WriteError((New-Record $failure 'NoMatchingLogsFound' ObjectNotFound $log))
    }
}
$now = [datetime]::new([long](Send-Request system).Split([char]31)[3], 'Utc')
# Conditions on @SystemTime are evaluated here, because they use functions that only Windows has. .NET evaluates the rest.
$timeless = '*'
if ($conditions) {
    if ($conditions -match 'timediff\(@SystemTime\)\s*<=\s*(\d+)') { $since = $now.AddMilliseconds(-[long]$Matches[1]) }
    if ($conditions -match "@SystemTime\s*>=?\s*'([^']+)'") { $since = [datetime]::Parse($Matches[1], $null, 'RoundtripKind') }
    $timeless = $conditions -replace 'timediff\(@SystemTime\)\s*<=\s*\d+', 'true()' -replace "@SystemTime\s*>=?\s*'[^']+'", 'true()'
}
$remaining = if ($PSBoundParameters.ContainsKey('MaxEvents')) { $MaxEvents } else { [long]::MaxValue }
$found = $false
# A log that must not be read looks empty to a filter, and is refused without one.
$read = try { @(Send-Request events $logs) } catch [Microsoft.HyperV.PowerShell.VirtualizationException] {
    if ($timeless -eq '*') {
        $PSCmdlet.WriteError((New-Record ([UnauthorizedAccessException]::new($_.Exception.Message)) 'System.UnauthorizedAccessException' NotSpecified $null))
        return
    }
}
foreach ($row in $read) {
    $log, $number, $ticks, $text = $row.Split([char]31)
    $moment = [datetime]::new([long]$ticks, 'Utc')
    $text = [regex]::Unescape($text)
    if ($remaining -le 0 -or ($null -ne $ids -and [int]$number -notin $ids) -or ($null -ne $since -and $moment -lt ([datetime]$since).ToUniversalTime())) { continue }
    $xml = [xml]($text -replace '\sxmlns="[^"]*"')
    if (-not $xml.SelectSingleNode("/$timeless")) { continue }
    $found = $true
    $remaining--
    $record = [pscustomobject]@{
        PSTypeName = 'System.Diagnostics.Eventing.Reader.EventLogRecord'; Id = [int]$number; LogName = [regex]::Unescape($log)
        TimeCreated = $moment.ToLocalTime(); ProviderName = 'Microsoft-Windows-Hyper-V-VMMS'; Level = 2; RecordId = $null; Message = ''; MachineName = ''
    }
    $record | Add-Member -MemberType NoteProperty -Name Xml -Value $text
    $record | Add-Member -MemberType ScriptMethod -Name ToXml -Value { $this.Xml } -PassThru
}
if (-not $found) {
    $failure = [Exception]::new('No events were found that match the specified selection criteria.')
    $PSCmdlet.WriteError((New-Record $failure 'NoMatchingEventsFound' ObjectNotFound $null))
}
