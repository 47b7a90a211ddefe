# The module's own types under their true names, from the tables above. Made once a process.
if (-not ('Microsoft.HyperV.PowerShell.VirtualMachine' -as [type])) {
    $assembly = [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([Reflection.AssemblyName]::new('PretendHyperV'), 'Run')
    $module = $assembly.DefineDynamicModule('PretendHyperV')
    foreach ($line in $enums) {
        $name, $members = $line.Split('|')
        $enum = $module.DefineEnum($name, 'Public', [int])
        foreach ($member in $members.Split(';')) {
            if ($member) { $null = $enum.DefineLiteral($member.Split('=')[0], [int]$member.Split('=')[1]) }
        }
        $null = $enum.CreateType()
    }
    $base = $module.DefineType('Microsoft.HyperV.PowerShell.VirtualMachineBase', 'Public,Class')
    $null = $base.DefineDefaultConstructor('Family')
    $base = $base.CreateType()
    foreach ($line in $classes) {
        $name, $fields = $line.Split('|')
        if ($name -eq $base.FullName) { continue }
        $parent = if ($name -match '\.(VirtualMachine|VMSnapshot)$') { $base } else { [object] }
        $class = $module.DefineType($name, 'Public,Class', $parent)
        # No public constructor: PowerShell would make a VM of any hashtable.
        $null = $class.DefineDefaultConstructor('Assembly')
        foreach ($field in $fields.Split(';')) {
            if ($field) { $null = $class.DefineField($field.Split('=')[0], [type]$field.Split('=')[1], 'Public') }
        }
        $null = $class.CreateType()
    }
}
