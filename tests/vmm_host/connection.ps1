# The connection to the server of the fake VMM: a line of JSON each way. Strings of replies begin with "=", times with
# "@" and GUIDs with "#", because ConvertFrom-Json takes some strings for dates.
$script:reader = $null
$script:writer = $null

function Connect-FakeVmm {
    $client = [Net.Sockets.TcpClient]::new('127.0.0.1', [int]$env:HVTUI_FAKE_VMM)
    $client.NoDelay = $true
    $stream = $client.GetStream()
    $script:reader = [IO.StreamReader]::new($stream, [Text.Encoding]::ASCII)
    $script:writer = [IO.StreamWriter]::new($stream, [Text.Encoding]::ASCII)
    $script:writer.NewLine = "`n"
    $script:writer.AutoFlush = $true
}

function ConvertTo-Real($Value) {
    if ($Value -is [string]) {
        $text = $Value.Substring(1)
        switch ($Value[0]) {
            '@' { return [datetime]::Parse($text, [Globalization.CultureInfo]::InvariantCulture, 'RoundtripKind').ToLocalTime() }
            '#' { return [guid] $text }
        }
        return $text
    }
    if ($Value -is [array]) { return , @($Value | ForEach-Object { ConvertTo-Real $_ }) }
    if ($Value -is [Management.Automation.PSCustomObject]) {
        $object = [ordered]@{}
        foreach ($property in $Value.PSObject.Properties) { $object[$property.Name] = ConvertTo-Real $property.Value }
        $real = [pscustomobject] $object
        if ($object.Contains('ToText')) { $real | Add-Member ScriptMethod ToString { $this.ToText } -Force }
        if ($object.Contains('RefresherMode')) { $real | Add-Member ScriptMethod GetRefresherMode { $this.RefresherMode } }
        # Objects that are properties of others are read when they are asked for (facts section 8).
        if ($object.Contains('CheckpointID')) {
            $real | Add-Member ScriptProperty VirtualDiskDrives { @(Read-Reply 'Get-DrivesOfCheckpoint' @{ ID = "$($this.ID)" }).objects | ForEach-Object { ConvertTo-Real $_ } }
        }
        return $real
    }
    $Value
}

function ConvertTo-Word($Value) {
    $text = if ($Value -is [datetime]) { $Value.ToUniversalTime().ToString('o') }
        elseif ($null -ne $Value -and $Value.PSObject.Properties['ID']) { "$($Value.ID)" } else { "$Value" }
    [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))
}

function Read-Reply([string] $Name, $Bound) {
    if ($null -eq $script:writer) { Connect-FakeVmm }
    $words = foreach ($key in $Bound.Keys) { "$key=$(ConvertTo-Word $Bound[$key])" }
    $script:writer.WriteLine([string]::Join(' ', @("$PID", $Name) + @($words)))
    $line = $script:reader.ReadLine()
    if ($null -eq $line) { throw [InvalidOperationException]::new('The fake VMM closed the connection.') }
    ConvertFrom-Json $line
}

function Invoke-Vmm([string] $Name, $Bound, $Cmdlet) {
    $reply = Read-Reply $Name $Bound
    if ($Bound.ContainsKey('JobVariable') -and $null -ne $reply.job) {
        $Cmdlet.SessionState.PSVariable.Set($Bound['JobVariable'], (ConvertTo-Real $reply.job))
    }
    foreach ($object in $reply.objects) { ConvertTo-Real $object }
    if ($null -ne $reply.number) { $Cmdlet.WriteError((New-Record (ConvertTo-Real $reply.words) $reply.number $Name)) }
}

if (-not ('Microsoft.VirtualManager.Utils.CarmineException' -as [type])) {
    $assembly = [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([Reflection.AssemblyName]::new('FakeVmmErrors'), 'Run')
    $type = $assembly.DefineDynamicModule('FakeVmmErrors').DefineType('Microsoft.VirtualManager.Utils.CarmineException', 'Public,Class', [Exception])
    $il = $type.DefineConstructor('Public', 'Standard', [type[]]@([string])).GetILGenerator()
    $il.Emit([Reflection.Emit.OpCodes]::Ldarg_0)
    $il.Emit([Reflection.Emit.OpCodes]::Ldarg_1)
    $il.Emit([Reflection.Emit.OpCodes]::Call, [Exception].GetConstructor([type[]]@([string])))
    $il.Emit([Reflection.Emit.OpCodes]::Ret)
    $null = $type.CreateType()
}

# Errors of VMM do not end a pipeline by themselves (facts section 5).
function New-Record([string] $Words, [int] $Number, [string] $Name) {
    $failure = [Microsoft.VirtualManager.Utils.CarmineException]::new($Words)
    $record = [Management.Automation.ErrorRecord]::new($failure, "$Number", 'ReadError', $null)
    $record.CategoryInfo.Activity = $Name
    $record
}
