# Runs one script after the other, each in a new runspace, as the test host `pwsh` runs the script of -EncodedCommand.
# An order is a line of JSON: the script, its environment and the paths of its standard streams. The answers are a line
# once the streams are open, and a line with the exit code.
$ErrorActionPreference = 'Stop'
$orders = [IO.StreamReader]::new([Console]::OpenStandardInput())
$answers = [IO.StreamWriter]::new([Console]::OpenStandardOutput())
$answers.AutoFlush = $true
$type = [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([Reflection.AssemblyName]::new('Libc'), 'Run').DefineDynamicModule('Libc').DefineType('Libc')
$type.DefinePInvokeMethod('dup2', 'libc', 'Public,Static,PinvokeImpl', 'Standard', [int], [type[]]@([int], [int]), 'Winapi', 'Ansi').SetImplementationFlags('PreserveSig')
$libc = $type.CreateType()
$nowhere = [IO.File]::OpenHandle('/dev/null', 'Open', 'ReadWrite', 'ReadWrite')

# Descriptors of pipes and sockets: standard streams and their duplicates, and connections.
function Get-Connections {
    foreach ($link in [IO.Directory]::GetFiles('/proc/self/fd')) {
        $target = [IO.File]::ResolveLinkTarget($link, $false)
        if ($null -ne $target -and ($target.Name.StartsWith('pipe:') -or $target.Name.StartsWith('socket:'))) { [int][IO.Path]::GetFileName($link) }
    }
}

function Open-Streams($Paths) {
    for ($number = 0; $number -lt 3; $number++) {
        $access = if ($number) { 'Write' } else { 'Read' }
        $handle = [IO.File]::OpenHandle($Paths[$number], 'Open', $access, 'ReadWrite')
        $null = $libc::dup2([int]$handle.DangerousGetHandle(), $number)
        $handle.Dispose()
    }
    [Console]::SetIn([IO.StreamReader]::new([Console]::OpenStandardInput()))
    $output = [IO.StreamWriter]::new([Console]::OpenStandardOutput())
    $errors = [IO.StreamWriter]::new([Console]::OpenStandardError())
    $output.AutoFlush = $errors.AutoFlush = $true
    [Console]::SetOut($output)
    [Console]::SetError($errors)
}

# Closes what the script left open, as the end of a process does.
function Close-Streams {
    foreach ($descriptor in Get-Connections) {
        if ($descriptor -notin $own) { $null = $libc::dup2([int]$nowhere.DangerousGetHandle(), $descriptor) }
    }
    foreach ($number in 0, 1, 2) { $null = $libc::dup2([int]$nowhere.DangerousGetHandle(), $number) }
}

function Set-Environment($Variables) {
    foreach ($name in @([Environment]::GetEnvironmentVariables().Keys)) { [Environment]::SetEnvironmentVariable($name, $null) }
    foreach ($variable in $Variables.PSObject.Properties) { [Environment]::SetEnvironmentVariable($variable.Name, $variable.Value) }
    $env:PSModulePath = $modulePath
}

function Invoke-Script([string]$Text, $Runspace, $TextHost) {
    try {
        if ([PwshHost.Desktop51]::Active) { [PwshHost.Desktop51]::RefuseNewSyntax($Text, $null) }
        $shell = [powershell]::Create($Runspace)
        $null = $shell.AddScript($Text)
        $shell.Commands.Commands[0].MergeMyResults('Error', 'Output')
        $null = $shell.AddCommand('Out-Default')
        $settings = [Management.Automation.PSInvocationSettings]::new()
        $settings.Host = $textHost
        $null = $shell.Invoke($null, $settings)
        if ($null -ne $textHost.ExitCode) { $textHost.ExitCode } else { 0 }
    } catch [Management.Automation.MethodInvocationException] {
        $textHost.UI.WriteErrorLine([PwshHost.TextHost]::Render($_.Exception.InnerException.ErrorRecord))
        1
    }
}

$own = @(Get-Connections)
$modulePath = $env:PSModulePath
$folder = [Environment]::CurrentDirectory
$state = [initialsessionstate]::CreateDefault2()
$state.ImportPSModule([string[]]@(foreach ($name in 'Utility', 'Management') { "$PSHOME/Modules/Microsoft.PowerShell.$name/Microsoft.PowerShell.$name.psd1" }))
while ($null -ne ($line = $orders.ReadLine())) {
    $order = ConvertFrom-Json $line
    Open-Streams $order.streams
    $answers.WriteLine('open')
    Set-Environment $order.environment
    [Environment]::CurrentDirectory = $folder
    $textHost = [PwshHost.TextHost]::new()
    $runspace = [runspacefactory]::CreateRunspace($textHost, $state)
    $runspace.ThreadOptions = 'UseCurrentThread'
    $runspace.Open()
    $code = Invoke-Script $order.script $runspace $textHost
    Close-Streams
    $answers.WriteLine("$code")
    $runspace.Dispose()
}
