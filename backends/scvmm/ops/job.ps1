# Returns a job of VMM, after these seconds at the latest or when it has ended.
[CmdletBinding()]
param([guid] $JobId, [int] $Seconds)

$until = [datetime]::UtcNow.AddSeconds($Seconds)
$pause = 50
while ($true) {
    $job = $null
    try { $job = @(VirtualMachineManager\Get-SCJob -VMMServer (Get-Vmm) -ID $JobId -ErrorAction Stop)[0] }
    catch { if (-not (Test-NotFound $_)) { throw } }
    if ($null -eq $job) { Stop-Operation 'JobMissing' 'VMM does not list this job any more.' }
    $row = Get-JobRow $job
    if ($row.Ended -or [datetime]::UtcNow -ge $until) { return $row }
    Start-Sleep -Milliseconds $pause
    $pause = [Math]::Min(2 * $pause, 2000)
}
