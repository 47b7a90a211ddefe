# Runs scripts one after the other, each in a new runspace, with the standard streams of the process that asks for it.
# A request is a line of base64 on the descriptor $In: what a launcher sends. The answer on $Out is the last operation of the
# agent, or nothing if the script was none; its exit code is not known.
param([int]$In, [int]$Out)
$ErrorActionPreference = 'Stop'

# Without Add-Type, which starts a compiler.
$assembly = [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([Reflection.AssemblyName]::new('Warm'), 'Run')
$type = $assembly.DefineDynamicModule('Warm').DefineType('Libc', 'Public,Class')
foreach ($function in @{ open = [string], [int]; dup2 = [int], [int]; close = , [int] }.GetEnumerator()) {
    $method = $type.DefinePInvokeMethod($function.Name, 'libc', 'Public,Static,PinvokeImpl', 'Standard', [int], $function.Value, 'Winapi', 'Ansi')
    $method.SetImplementationFlags('PreserveSig')
}
$libc = $type.CreateType()

function Set-StandardStreams([string] $Process) {
    foreach ($number in 0..2) {
        $path = "/proc/$Process/fd/$number"
        $opened = $libc::open($path, $(if ($number) { 1 } else { 0 }))
        if ($opened -lt 0) { throw "$path cannot be opened." }
        $null = $libc::dup2($opened, $number)
        $null = $libc::close($opened)
    }
}

# Scripts leave streams and connections open, and those at their other ends wait for the end. The descriptors stay
# valid, because .NET closes them at some later time.
function Close-Streams {
    $targets = 0..2 | ForEach-Object { [IO.FileInfo]::new("/proc/self/fd/$_").LinkTarget }
    $empty = $libc::open('/dev/null', 2)
    foreach ($path in [IO.Directory]::GetFiles('/proc/self/fd')) {
        $target = [IO.FileInfo]::new($path).LinkTarget
        if ($target -in $targets -or $target -like 'socket:*') { $null = $libc::dup2($empty, [int] [IO.Path]::GetFileName($path)) }
    }
    $null = $libc::close($empty)
}

function Set-Environment([string[]] $Lines) {
    foreach ($name in @([Environment]::GetEnvironmentVariables().Keys)) { [Environment]::SetEnvironmentVariable($name, $null) }
    foreach ($line in $Lines) {
        $name, $value = $line -split '=', 2
        [Environment]::SetEnvironmentVariable($name, $value)
    }
}

function Invoke-Script([string] $Script) {
    $output = [IO.StreamWriter]::new([Console]::OpenStandardOutput())
    $output.AutoFlush = $true
    $runspace = [runspacefactory]::CreateRunspace($Host, [initialsessionstate]::CreateDefault2())
    $runspace.Open()
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    try {
        $null = $shell.AddScript([Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($Script)), $false)
        $null = $shell.AddScript('param($Output) process { $Output.WriteLine([string] $_) }').AddParameter('Output', $output)
        $null = $shell.Invoke()
    } catch {
        [IO.StreamWriter] $errors = [Console]::OpenStandardError()
        $errors.WriteLine($_.Exception.InnerException.Message)
        $errors.Flush()
    } finally {
        [string] $runspace.SessionStateProxy.GetVariable('request').op
        $shell.Dispose()
        $runspace.Dispose()
    }
}

function Open-Descriptor([int] $Number, [IO.FileAccess] $Access) {
    [IO.FileStream]::new([Microsoft.Win32.SafeHandles.SafeFileHandle]::new([IntPtr] $Number, $true), $Access, 1)
}

$requests = [IO.StreamReader]::new((Open-Descriptor $In 'Read'))
$answers = [IO.StreamWriter]::new((Open-Descriptor $Out 'Write'))
$answers.AutoFlush = $true
while ($null -ne ($line = $requests.ReadLine())) {
    $process, $folder, $script, $environment = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($line)) -split "`0"
    Set-StandardStreams $process
    Set-Environment $environment
    [Environment]::CurrentDirectory = $folder
    $last = Invoke-Script $script
    Close-Streams
    $answers.WriteLine($last)
}
