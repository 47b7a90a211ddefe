# First in an agent's stage under test: after this, none of these commands can reach a real Hyper-V.
# Test code writes $PretendPort, $PretendModules and $PretendWithout (modules this host lacks) in front.
$env:HVTUI_PRETEND_HOST = "$PretendPort"
$env:PSExecutionPolicyPreference = 'Bypass'
foreach ($name in 'Microsoft.PowerShell.Utility', 'Microsoft.PowerShell.Management') {
    Import-Module ([IO.Path]::Combine($PSHOME, 'Modules', $name)) -Global
}
# From outside this would not do: PowerShell adds its own folders to what it inherits.
$env:PSModulePath = $PretendModules
foreach ($folder in [IO.Directory]::GetDirectories($PretendModules)) {
    $module = [IO.Path]::GetFileName($folder)
    if ($module -notin $PretendWithout) { Import-Module ([IO.Path]::Combine($folder, "$module.psd1")) -Global -DisableNameChecking -ErrorAction Stop }
    $manifest = [IO.File]::ReadAllText([IO.Path]::Combine($folder, "$module.psd1"))
    foreach ($match in [regex]::Matches($manifest, "'([A-Z][a-z]+-\w+)'")) {
        $command = $ExecutionContext.InvokeCommand.GetCommand($match.Groups[1].Value, 'All')
        if ($command -is [Management.Automation.AliasInfo]) { $command = $command.ResolvedCommand }
        $from = if ($null -ne $command -and $null -ne $command.Module) { [IO.Path]::GetDirectoryName($command.Module.Path) }
        $expected = if ($module -notin $PretendWithout) { $folder }
        if ($from -ne $expected -or ($null -eq $expected -and $null -ne $command)) {
            [Console]::Error.WriteLine("$($match.Groups[1].Value) comes from '$from', not from the pretend host: ending this process.")
            [Environment]::Exit(86)
        }
    }
}
