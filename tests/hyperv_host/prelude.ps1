# Runs before an agent's program in tests. It ends the process unless every command comes from the fake host, so that
# a test can never change a real Hyper-V host.
param([int]$Port, [string]$Modules, [string[]]$Names, [string[]]$Without)
$ErrorActionPreference = 'Stop'
try {
    $env:HVTUI_FAKE_HOST = "$Port"
    $env:PSExecutionPolicyPreference = 'Bypass'
    foreach ($name in 'Microsoft.PowerShell.Utility', 'Microsoft.PowerShell.Management') {
        Import-Module ([IO.Path]::Combine($PSHOME, 'Modules', $name)) -Global
    }
    # Set inside the process, because PowerShell adds its own folders to an inherited value.
    $env:PSModulePath = if ($Without) { [IO.Path]::Combine($Modules, 'none') } else { $Modules }
    # Windows PowerShell's older WMI cmdlets, which do not use CimCmdlets.
    foreach ($name in 'Get-WmiObject', 'Invoke-WmiMethod', 'Set-WmiInstance', 'Remove-WmiObject', 'Register-WmiEvent') {
        $null = $ExecutionContext.InvokeProvider.Item.Set("Function:Global:$name", { throw [NotImplementedException]::new('The fake host does not have the WMI cmdlets.') })
    }
    # Only Windows has tokens.
    $null = $ExecutionContext.InvokeProvider.Item.Set('Function:Global:Get-FakeToken', {
        Import-Module CimCmdlets -ErrorAction Stop
        $found = Get-CimInstance -ClassName Fake_Token -ErrorAction Stop
        @{ User = $found.User; Administrator = $found.Administrator; HyperV = $found.HyperV; Network = $found.Network; Filtered = $found.Filtered }
    })
    # Nothing is loaded by the check itself.
    $PSModuleAutoLoadingPreference = 'None'
    foreach ($module in $Names) {
        $folder = [IO.Path]::Combine($Modules, $module)
        $manifest = [IO.Path]::Combine($folder, "$module.psd1")
        $expected = if ($module -notin $Without) { $folder }
        # The others take a tenth of a second, and most agents use none of them. They are imported at their first use.
        $now = $module -eq 'Hyper-V' -or $Without
        if ($expected -and $now) { Import-Module $manifest -Global -DisableNameChecking }
        $found = @{ "The module $module" = @(Get-Module -Name $module) }
        foreach ($match in [regex]::Matches([IO.File]::ReadAllText($manifest), "'([A-Z][a-z]+-\w+)'")) {
            $command = $ExecutionContext.InvokeCommand.GetCommand($match.Groups[1].Value, 'All')
            if ($command -is [Management.Automation.AliasInfo]) { $command = $command.ResolvedCommand }
            $found[$match.Groups[1].Value] = @(if ($null -ne $command) { $command.Module })
        }
        foreach ($name in $found.Keys) {
            $from = @($found[$name] | ForEach-Object { if ($null -ne $_) { [IO.Path]::GetDirectoryName($_.Path) } else { 'nowhere' } })
            if ([string]::Join(', ', $from) -ne "$expected" -and ($now -or $from)) { throw "$name comes from '$from', not from the fake host." }
        }
    }
} catch {
    [Console]::Error.WriteLine("$_ Ending this process.")
    [Environment]::Exit(86)
}
