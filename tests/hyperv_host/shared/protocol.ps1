# The connection to the server of the fake host. protocol.py describes the format of requests and replies.
$script:reader = $null
$script:writer = $null

function Connect-FakeHost {
    $client = [Net.Sockets.TcpClient]::new('127.0.0.1', [int]$env:HVTUI_FAKE_HOST)
    $client.NoDelay = $true
    $stream = $client.GetStream()
    $script:reader = [IO.StreamReader]::new($stream, [Text.Encoding]::ASCII)
    $script:writer = [IO.StreamWriter]::new($stream, [Text.Encoding]::ASCII)
    $script:writer.NewLine = "`n"
    $script:writer.AutoFlush = $true
    $script:writer.WriteLine("cmdlets $PID")
}

# Sends a verb with its arguments, which are words or lists of words, and returns the rows of the reply as text.
# A refusal is thrown as the exception of the real module.
function Send-Request {
    if ($null -eq $script:writer) { Connect-FakeHost }
    $words = foreach ($argument in $args) {
        foreach ($word in $argument) { [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes([string]$word)) }
    }
    $script:writer.WriteLine([string]::Join(' ', @($words)))
    $header = $script:reader.ReadLine()
    if ($null -eq $header) { throw [InvalidOperationException]::new('The fake host closed the connection.') }
    $header = $header.Split(' ')
    $rows = [Collections.Generic.List[string]]::new()
    for ($remaining = [int]$header[1]; $remaining -gt 0; $remaining--) { $rows.Add($script:reader.ReadLine()) }
    if ($header[0] -eq 'refused') {
        $lines = foreach ($row in $rows) { [regex]::Unescape($row) }
        throw (New-Refusal ([int]$header[2]) @($lines) ([long]$header[3]))
    }
    $rows
}

# Reports to the server which cmdlet runs and what its targets are.
function Send-Invocation([string]$Invocation, [string]$Cmdlet, $Bound) {
    $targets = foreach ($name in 'Id', 'VMId', 'VM', 'VMSnapshot', 'ParentOf', 'ChildOf', 'Name', 'VMName', 'Path', 'FilePath', 'ClassName') {
        if ($Bound.ContainsKey($name)) {
            foreach ($value in @($Bound[$name])) { if ($null -ne $value -and $value.PSObject.Properties['Id']) { $value.Id } else { $value } }
        }
    }
    $null = Send-Request cmdlet $Invocation $Cmdlet $targets
}
