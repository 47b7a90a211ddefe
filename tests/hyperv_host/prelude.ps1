# First in an agent's stage under test: after this, no command can reach a real Hyper-V, or the process has ended.
param([int]$Port, [string]$Modules, [string[]]$Names, [string[]]$Without)
$ErrorActionPreference = 'Stop'
try {
    $env:HVTUI_PRETEND_HOST = "$Port"
    $env:PSExecutionPolicyPreference = 'Bypass'
    foreach ($name in 'Microsoft.PowerShell.Utility', 'Microsoft.PowerShell.Management') {
        Import-Module ([IO.Path]::Combine($PSHOME, 'Modules', $name)) -Global
    }
    # From outside this would not do: PowerShell adds its own folders to what it inherits.
    $env:PSModulePath = if ($Without) { [IO.Path]::Combine($Modules, 'none') } else { $Modules }
    # Windows PowerShell's own way to WMI, past the pretend CimCmdlets.
    foreach ($name in 'Get-WmiObject', 'Invoke-WmiMethod', 'Set-WmiInstance', 'Remove-WmiObject', 'Register-WmiEvent') {
        $null = $ExecutionContext.InvokeProvider.Item.Set("Function:Global:$name", { throw [NotImplementedException]::new('The pretend host has no such way to WMI.') })
    }
    foreach ($module in $Names) {
        $folder = [IO.Path]::Combine($Modules, $module)
        $manifest = [IO.Path]::Combine($folder, "$module.psd1")
        $expected = if ($module -notin $Without) { $folder }
        if ($expected) { Import-Module $manifest -Global -DisableNameChecking }
        $found = @{ "The module $module" = @(Get-Module -Name $module) }
        foreach ($match in [regex]::Matches([IO.File]::ReadAllText($manifest), "'([A-Z][a-z]+-\w+)'")) {
            $command = $ExecutionContext.InvokeCommand.GetCommand($match.Groups[1].Value, 'All')
            if ($command -is [Management.Automation.AliasInfo]) { $command = $command.ResolvedCommand }
            $found[$match.Groups[1].Value] = @(if ($null -ne $command) { $command.Module })
        }
        foreach ($name in $found.Keys) {
            $from = @($found[$name] | ForEach-Object { if ($null -ne $_) { [IO.Path]::GetDirectoryName($_.Path) } else { 'elsewhere' } })
            if ([string]::Join(', ', $from) -ne "$expected") { throw "$name comes from '$from', not from the pretend host." }
        }
    }
} catch {
    [Console]::Error.WriteLine("$_ Ending this process.")
    [Environment]::Exit(86)
}
