# Defines the types of the module with their real names, from the tables above, once in each process.
if (-not ('Microsoft.HyperV.PowerShell.VirtualMachine' -as [type])) {
    $assembly = [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([Reflection.AssemblyName]::new('FakeHyperV'), 'Run')
    $module = $assembly.DefineDynamicModule('FakeHyperV')
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
        $parent = if ($name.EndsWith('.VirtualMachine') -or $name.EndsWith('.VMSnapshot')) { $base } else { [object] }
        $class = $module.DefineType($name, 'Public,Class', $parent)
        # The constructor is not public, or PowerShell would convert any hashtable to a VM.
        $null = $class.DefineDefaultConstructor('Assembly')
        foreach ($field in $fields.Split(';')) {
            if ($field) { $null = $class.DefineField($field.Split('=')[0], [type]$field.Split('=')[1], 'Public') }
        }
        $null = $class.CreateType()
    }
}
