# The way to the world. Requests are words in base64, replies a head and rows: see wire.py.
$script:reader = $null
$script:writer = $null

function Connect-World {
    $client = [Net.Sockets.TcpClient]::new('127.0.0.1', [int]$env:HVTUI_PRETEND_HOST)
    $client.NoDelay = $true
    $stream = $client.GetStream()
    $script:reader = [IO.StreamReader]::new($stream, [Text.Encoding]::ASCII)
    $script:writer = [IO.StreamWriter]::new($stream, [Text.Encoding]::ASCII)
    $script:writer.NewLine = "`n"
    $script:writer.AutoFlush = $true
    $script:writer.WriteLine("cmdlets $PID")
}

# A verb and its words, or lists of words. Rows, as text; a refusal is thrown as the exception that the real module would have.
function Ask-World {
    if ($null -eq $script:writer) { Connect-World }
    $words = foreach ($argument in $args) {
        foreach ($word in $argument) { [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes([string]$word)) }
    }
    $script:writer.WriteLine([string]::Join(' ', @($words)))
    $head = $script:reader.ReadLine()
    if ($null -eq $head) { throw [InvalidOperationException]::new('The pretend host is gone.') }
    $head = $head.Split(' ')
    $rows = [Collections.Generic.List[string]]::new()
    for ($left = [int]$head[1]; $left -gt 0; $left--) { $rows.Add($script:reader.ReadLine()) }
    if ($head[0] -eq 'refused') {
        $lines = foreach ($row in $rows) { [regex]::Unescape($row) }
        throw (New-Refusal ([int]$head[2]) @($lines) ([long]$head[3]))
    }
    $rows
}

# Tells the world which cmdlet runs, at what.
function Send-Note([string]$Invocation, [string]$Cmdlet, $Bound) {
    $targets = foreach ($name in 'Id', 'VMId', 'VM', 'VMSnapshot', 'ParentOf', 'ChildOf', 'Name', 'VMName', 'Path', 'FilePath', 'ClassName') {
        if ($Bound.ContainsKey($name)) {
            foreach ($value in @($Bound[$name])) { if ($null -ne $value -and $value.PSObject.Properties['Id']) { $value.Id } else { $value } }
        }
    }
    $null = Ask-World cmdlet $Invocation $Cmdlet $targets
}
