[CmdletBinding()]
param()

$server = Open-Vmm $false
$unread = New-Object Collections.ArrayList
$jobs = $null
try {
    $jobs = @(VirtualMachineManager\Get-SCJob -VMMServer $server -Running -ErrorAction Stop |
        Where-Object { $null -ne $_ } | ForEach-Object { Get-JobRow $_ })
} catch { $null = $unread.Add("Running jobs: $(Get-Words $_)") }
@{
    Name = "$(if ($server.FullyQualifiedDomainName) { $server.FullyQualifiedDomainName } else { $server.Name })"
    Version = [string] $server.ProductVersion
    Offset = [int] [TimeZoneInfo]::Local.GetUtcOffset([datetime]::UtcNow).TotalMinutes
    AreJobsRead = ($null -ne $jobs)
    Jobs = @($jobs | Where-Object { $null -ne $_ })
    Unread = @($unread)
}
