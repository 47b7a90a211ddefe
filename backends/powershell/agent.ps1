# Stage 1: answers one request per line until its input ends. The program text before this file defines $operations
# (name -> script block) and $prepare; bootstrap.ps1 defines $reader and $nonce.
# A reply is LF, nonce, id, H|R|E, j|z, length, base64, LF: other output can neither break nor forge one.
$WarningPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'
$ConfirmPreference = 'None'
$output = [Console]::OpenStandardOutput()
$replies = New-Object Collections.Specialized.OrderedDictionary

function Write-Frame([string] $Frame) {
    $bytes = [Text.Encoding]::ASCII.GetBytes($Frame)
    # The client may have disconnected. The request has been executed in any case.
    try { $output.Write($bytes, 0, $bytes.Length); $output.Flush() } catch { exit 0 }
}

function New-Frame([string] $Id, [string] $Kind, $Value) {
    $json = ConvertTo-Json -InputObject $Value -Compress -Depth 8
    $bytes = (New-Object Text.UTF8Encoding($false)).GetBytes($json)
    $coding = 'j'
    if ($bytes.Length -gt 2000) {
        $packed = New-Object IO.MemoryStream
        $zip = New-Object IO.Compression.GZipStream($packed, [IO.Compression.CompressionMode]::Compress)
        $zip.Write($bytes, 0, $bytes.Length)
        $zip.Close()
        $bytes = $packed.ToArray()
        $coding = 'z'
    }
    $text = [Convert]::ToBase64String($bytes)
    "`n$nonce $Id $Kind $coding $($text.Length) $text`n"
}

function Get-Failure([Management.Automation.ErrorRecord] $Record) {
    $codes = New-Object Collections.ArrayList
    $exception = $Record.Exception
    while ($null -ne $exception) {
        $null = $codes.Add([string] $exception.HResult)
        $exception = $exception.InnerException
    }
    @{
        Id = [string] $Record.FullyQualifiedErrorId
        Category = [string] $Record.CategoryInfo.Category
        Message = [string] $Record.Exception.Message
        Type = [string] $Record.Exception.GetType().FullName
        Codes = [string[]] $codes
        Effect = [string] $(if ($null -ne $Record.Exception.Data) { $Record.Exception.Data['hvtui.effect'] })
    }
}

# Throws an error of our own. Its id, not its message, says which error it is.
function Stop-Operation([string] $Id, [string] $Message) {
    $exception = New-Object InvalidOperationException($Message)
    throw (New-Object Management.Automation.ErrorRecord($exception, "hvtui.$Id", 'InvalidOperation', $null))
}

# Strings are prefixed with "=": without it, ConvertFrom-Json would convert some of them to dates.
function Get-Argument($Value) {
    if ($Value -is [string]) { return $Value.Substring(1) }
    if ($Value -is [array]) { return , @($Value | ForEach-Object { Get-Argument $_ }) }
    $Value
}

function Invoke-Request($Request) {
    $arguments = @{}
    foreach ($property in $Request.args.PSObject.Properties) {
        $arguments[$property.Name] = Get-Argument $property.Value
    }
    $operation = $operations[[string] $Request.op]
    if ($null -eq $operation) { Stop-Operation 'NoSuchOperation' "There is no operation $($Request.op)." }
    $ErrorActionPreference = 'Stop'
    & $operation @arguments
}

# Whether the process of an earlier agent is still running. A later process with the same id has another start time.
$operations['process_alive'] = {
    [CmdletBinding()] param([int] $Id, [string] $Started)
    try { $process = [Diagnostics.Process]::GetProcessById($Id) } catch [ArgumentException] { return @{ Alive = $false } }
    try {
        $then = [datetime]::Parse($Started, [Globalization.CultureInfo]::InvariantCulture, 'RoundtripKind')
        $apart = ($process.StartTime.ToUniversalTime() - $then.ToUniversalTime()).TotalSeconds
        @{ Alive = (-not $process.HasExited -and [Math]::Abs($apart) -lt 5) }
    } catch { @{ Alive = $true } }
}

try {
    $prepared = & $prepare
    $self = [Diagnostics.Process]::GetCurrentProcess()
    Write-Frame (New-Frame '0' 'H' @{
        Edition = [string] $PSVersionTable.PSEdition
        Version = [string] $PSVersionTable.PSVersion
        Computer = [Environment]::MachineName
        Process = $self.Id
        Started = $self.StartTime.ToUniversalTime().ToString('o')
        Prepared = $prepared
    })
} catch {
    Write-Frame (New-Frame '0' 'E' (Get-Failure $_))
    exit 4
}

while ($null -ne ($line = $reader.ReadLine())) {
    # An incomplete line is ignored: after a lost connection the client sends the whole request again.
    try { $request = ConvertFrom-Json ([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($line))) } catch { continue }
    if ($null -eq $request) { continue }
    $id = [string] $request.id
    if (-not $replies.Contains($id)) {
        if (-not $request.op) { continue } # it only asks for a reply that was sent before
        try { $frame = New-Frame $id 'R' (Invoke-Request $request) }
        catch { $frame = New-Frame $id 'E' (Get-Failure $_) }
        $replies[$id] = $frame
        if ($replies.Count -gt 8) { $replies.RemoveAt(0) }
    }
    Write-Frame $replies[$id]
}
exit 0
