# Runs before an agent's program in tests. It ends the process unless every command comes from the fake host, so that
# a test can never change a real Hyper-V host.
param([int]$Port, [string]$Modules, [Collections.IDictionary]$Commands, [string[]]$Without)
$ErrorActionPreference = 'Stop'
try {
    $env:HVTUI_FAKE_HOST = "$Port"
    $env:PSExecutionPolicyPreference = 'Bypass'
    # No program can be taken for a cmdlet, and no search for one takes time.
    $env:PATH = ''
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
    foreach ($module in $Commands.Keys) {
        $folder = if ($module -notin $Without) { [IO.Path]::Combine($Modules, $module) }
        # The others take a tenth of a second, and most agents use none of them. They are imported at their first use.
        $now = $folder -and ($module -eq 'Hyper-V' -or $Without)
        if ($now) { Import-Module ([IO.Path]::Combine($folder, "$module.psd1")) -Global -DisableNameChecking }
        $loaded = @(Get-Module -Name $module)
        foreach ($one in $loaded) { if (-not $folder -or [IO.Path]::GetDirectoryName($one.Path) -ne $folder) { throw "The module $module comes from '$($one.Path)', not from the fake host." } }
        foreach ($name in $Commands[$module]) {
            $found = $null
            # With every other command of this name, which the first one hides.
            foreach ($found in $ExecutionContext.InvokeCommand.GetCommands($name, 'All', $false)) {
                $command = if ($found -is [Management.Automation.AliasInfo]) { $found.ResolvedCommand } else { $found }
                if (-not $folder -or [IO.Path]::GetDirectoryName($command.Module.Path) -ne $folder) { throw "$name comes from '$($command.Module.Path)', not from the fake host." }
            }
            if ($now -and -not $found) { throw "$name is missing from the fake host." }
        }
    }
} catch {
    [Console]::Error.WriteLine("$_ Ending this process.")
    [Environment]::Exit(86)
}
