# Runs before an agent's program in tests. It ends the process unless the module comes from the fake VMM, so that a
# test can never reach a real VMM server.
param([int]$Port, [string]$Module)
$ErrorActionPreference = 'Stop'
try {
    $env:HVTUI_FAKE_VMM = "$Port"
    $env:PSExecutionPolicyPreference = 'Bypass'
    $env:PATH = ''
    foreach ($name in 'Microsoft.PowerShell.Utility', 'Microsoft.PowerShell.Management') {
        Import-Module ([IO.Path]::Combine($PSHOME, 'Modules', $name)) -Global
    }
    $env:PSModulePath = [IO.Path]::GetDirectoryName($Module)
    $PSModuleAutoLoadingPreference = 'None'
    Import-Module ([IO.Path]::Combine($Module, 'VirtualMachineManager.psd1')) -Global -DisableNameChecking
    foreach ($one in @(Get-Module VirtualMachineManager)) {
        if ([IO.Path]::GetDirectoryName($one.Path) -ne $Module) { throw "The module comes from '$($one.Path)', not from the fake VMM." }
    }
} catch {
    [Console]::Error.WriteLine("$_ Ending this process.")
    [Environment]::Exit(86)
}
