# First in an agent's stage under test: after this, none of these commands can reach a real Hyper-V.
# Test code writes $PretendPort, $PretendModules and $PretendWithout (modules this host lacks) in front.
$env:HVTUI_PRETEND_HOST = "$PretendPort"
$env:PSExecutionPolicyPreference = 'Bypass'
foreach ($name in 'Microsoft.PowerShell.Utility', 'Microsoft.PowerShell.Management') {
    Import-Module ([IO.Path]::Combine($PSHOME, 'Modules', $name)) -Global
}
# From outside this would not do: PowerShell adds its own folders to what it inherits.
$env:PSModulePath = if ($PretendWithout) { [IO.Path]::Combine($PretendModules, 'none') } else { $PretendModules }
foreach ($folder in [IO.Directory]::GetDirectories($PretendModules)) {
    $module = [IO.Path]::GetFileName($folder)
    $expected = if ($module -notin $PretendWithout) { $folder }
    if ($expected) { Import-Module ([IO.Path]::Combine($folder, "$module.psd1")) -Global -DisableNameChecking -ErrorAction Stop }
    $found = @{ "The module $module" = @(Get-Module -Name $module) }
    foreach ($match in [regex]::Matches([IO.File]::ReadAllText([IO.Path]::Combine($folder, "$module.psd1")), "'([A-Z][a-z]+-\w+)'")) {
        $name = $match.Groups[1].Value
        $command = $ExecutionContext.InvokeCommand.GetCommand($name, 'All')
        if ($command -is [Management.Automation.AliasInfo]) { $command = $command.ResolvedCommand }
        $found[$name] = @(if ($null -ne $command) { $command.Module })
    }
    foreach ($name in $found.Keys) {
        $from = @($found[$name] | ForEach-Object { if ($null -ne $_) { [IO.Path]::GetDirectoryName($_.Path) } else { 'elsewhere' } })
        if ([string]::Join(', ', $from) -ne "$expected") {
            [Console]::Error.WriteLine("$name comes from '$from', not from the pretend host: ending this process.")
            [Environment]::Exit(86)
        }
    }
}
