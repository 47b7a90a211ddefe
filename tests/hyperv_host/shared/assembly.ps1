# Loads the types of the module with their real names, once in each process. The first process that needs them writes the
# assembly: to define them takes a tenth of a second.
if (-not ('Microsoft.HyperV.PowerShell.VirtualizationException' -as [type])) {
    $types = [IO.Path]::Combine([IO.Path]::GetDirectoryName($PSScriptRoot), 'types')
    $file = "$types-$([Environment]::Version).dll"
    if (-not [IO.File]::Exists($file)) { & "$types.ps1" $file }
    if ([IO.File]::Exists($file)) { $null = [Reflection.Assembly]::LoadFrom($file) }
}
