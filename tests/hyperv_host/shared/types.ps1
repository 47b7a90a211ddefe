# Writes an assembly with the types in the tables above. Windows PowerShell and .NET before 9 cannot write one: there the
# types are defined in this process.
$name = [Reflection.AssemblyName]::new('FakeHyperV')
$persisted = 'System.Reflection.Emit.PersistedAssemblyBuilder' -as [type]
$assembly = if ($persisted) { $persisted::new($name, [object].Assembly) } else { [Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly($name, 'Run') }
$module = $assembly.DefineDynamicModule('FakeHyperV')
$defined = @{}
foreach ($line in $enums) {
    $name, $members = $line.Split('|')
    $enum = $module.DefineEnum($name, 'Public', [int])
    foreach ($member in $members.Split(';')) {
        if ($member) { $null = $enum.DefineLiteral($member.Split('=')[0], [int]$member.Split('=')[1]) }
    }
    $defined[$name] = $enum.CreateType()
}

# Returns the type of a field: a type that is defined here or one of .NET, an array of it, or nullable.
function Get-FieldType([string]$Name) {
    if ($Name -match '^System\.Nullable\[(.+)\]$') { return [Nullable`1].MakeGenericType((Get-FieldType $Matches[1])) }
    if ($Name.EndsWith('[]')) { return (Get-FieldType $Name.Substring(0, $Name.Length - 2)).MakeArrayType() }
    if ($defined.ContainsKey($Name)) { $defined[$Name] } else { [type]$Name }
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
        if ($field) { $null = $class.DefineField($field.Split('=')[0], (Get-FieldType $field.Split('=')[1]), 'Public') }
    }
    $null = $class.CreateType()
}

$type = $module.DefineType('Microsoft.HyperV.PowerShell.VirtualizationException', 'Public,Class', [Exception])
$il = $type.DefineConstructor('Public', 'Standard', [type[]]@([string], [int])).GetILGenerator()
$il.Emit([Reflection.Emit.OpCodes]::Ldarg_0)
$il.Emit([Reflection.Emit.OpCodes]::Ldarg_1)
$il.Emit([Reflection.Emit.OpCodes]::Call, [Exception].GetConstructor([type[]]@([string])))
$il.Emit([Reflection.Emit.OpCodes]::Ldarg_0)
$il.Emit([Reflection.Emit.OpCodes]::Ldarg_2)
$il.Emit([Reflection.Emit.OpCodes]::Call, [Exception].GetProperty('HResult').GetSetMethod($true))
$il.Emit([Reflection.Emit.OpCodes]::Ret)
$null = $type.CreateType()

if ($persisted) {
    $written = "$File.$PID"
    $assembly.Save($written)
    try { [IO.File]::Move($written, $File) } catch [IO.IOException] { [IO.File]::Delete($written) } # another process was first
}
