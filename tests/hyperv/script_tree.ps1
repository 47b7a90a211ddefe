# Returns the commands, types and members in script files, from their syntax trees, as JSON. Runs none of them.
param([string[]] $Paths)

$language = 'System.Management.Automation.Language'

function Find-Nodes($Tree, [string] $Kind) {
    $wanted = "$language.$Kind" -as [type]
    $Tree.FindAll({ $wanted.IsInstanceOfType($args[0]) }.GetNewClosure(), $true)
}

function Test-Kind($Node, [string] $Kind) { ("$language.$Kind" -as [type]).IsInstanceOfType($Node) }

# The names of the types in a type: X for X[], List`1 and X for List[X].
function Get-TypeNames([type] $Type) {
    while ($Type.HasElementType) { $Type = $Type.GetElementType() }
    if (-not $Type.IsGenericType) { return $Type.FullName }
    $Type.GetGenericTypeDefinition().FullName
    foreach ($argument in $Type.GetGenericArguments()) { Get-TypeNames $argument }
}

function New-TypeFact($Node, [string] $Written, $Type) {
    $names = if ($Type) { @(Get-TypeNames $Type) } else { @($Written) }
    @{ Line = $Node.Extent.StartLineNumber; Written = $Written; Names = @($names) }
}

# The type name given to New-Object, if it is a constant.
function Get-MadeType($Command) {
    if ($Command.GetCommandName() -ne 'New-Object') { return }
    $elements = @($Command.CommandElements | Select-Object -Skip 1)
    if ((Test-Kind $elements[0] 'CommandParameterAst') -and $elements[0].ParameterName -eq 'TypeName') {
        $elements = @($elements | Select-Object -Skip 1)
    }
    if (Test-Kind $elements[0] 'StringConstantExpressionAst') { $elements[0].Value }
}

function Get-MemberType([type] $Owner, [string] $Name) {
    $flags = [Reflection.BindingFlags] 'Public, Static, Instance, IgnoreCase, FlattenHierarchy'
    if ($Name -eq 'new') { return $Owner }
    $types = @($Owner.GetMember($Name, $flags) | ForEach-Object {
        if ($_ -is [Reflection.MethodInfo]) { $_.ReturnType }
        elseif ($_ -is [Reflection.PropertyInfo]) { $_.PropertyType }
        elseif ($_ -is [Reflection.FieldInfo]) { $_.FieldType }
    } | Select-Object -Unique)
    if ($types.Count -eq 1) { $types[0] }
}

# The type of an expression if it is certain. For tables and lists it is not: their keys and items look like members.
function Get-KnownType($Node, $Variables) {
    $type = $null
    if (Test-Kind $Node 'VariableExpressionAst') { $type = $Variables[$Node.VariablePath.UserPath] }
    elseif (Test-Kind $Node 'ParenExpressionAst') { $type = Get-KnownType $Node.Pipeline $Variables }
    elseif (Test-Kind $Node 'CommandExpressionAst') { $type = Get-KnownType $Node.Expression $Variables }
    elseif (Test-Kind $Node 'CommandAst') { $made = Get-MadeType $Node; if ($made) { $type = $made -as [type] } }
    elseif (Test-Kind $Node 'PipelineAst') {
        if ($Node.PipelineElements.Count -eq 1) { $type = Get-KnownType $Node.PipelineElements[0] $Variables }
    }
    elseif (Test-Kind $Node 'MemberExpressionAst') {
        $owner = Get-OwnerType $Node $Variables
        if ($owner -and (Test-Kind $Node.Member 'StringConstantExpressionAst')) {
            $type = Get-MemberType $owner $Node.Member.Value
        }
    }
    else { $type = $Node.StaticType }
    if ($type -and $type -ne [object] -and $type -ne [hashtable] -and -not $type.IsArray) { $type }
}

function Get-OwnerType($Member, $Variables) {
    if ($Member.Static -and (Test-Kind $Member.Expression 'TypeExpressionAst')) {
        return $Member.Expression.TypeName.GetReflectionType()
    }
    Get-KnownType $Member.Expression $Variables
}

# The type of each variable, or nothing if two assignments differ.
function Get-VariableTypes($Tree) {
    $variables = @{}
    $assignments = @(Find-Nodes $Tree 'ParameterAst') + @(Find-Nodes $Tree 'AssignmentStatementAst') +
        @(Find-Nodes $Tree 'ForEachStatementAst')
    foreach ($assigned in $assignments) {
        if (Test-Kind $assigned 'AssignmentStatementAst') { $name = $assigned.Left; $type = Get-KnownType $assigned.Right $variables }
        elseif (Test-Kind $assigned 'ParameterAst') { $name = $assigned.Name; $type = $assigned.StaticType }
        else { $name = $assigned.Variable; $type = $null }
        if (Test-Kind $name 'ConvertExpressionAst') { $type = $name.StaticType; $name = $name.Child }
        if (-not (Test-Kind $name 'VariableExpressionAst')) { continue }
        $key = $name.VariablePath.UserPath
        if ($variables.ContainsKey($key) -and $variables[$key] -ne $type) { $type = $null }
        $variables[$key] = $type
    }
    $variables
}

function Get-Element($Node) {
    if (Test-Kind $Node 'CommandParameterAst') {
        return @{ Kind = 'parameter'; Name = $Node.ParameterName; Joined = ($null -ne $Node.Argument) }
    }
    $splatted = (Test-Kind $Node 'VariableExpressionAst') -and $Node.Splatted
    @{ Kind = $(if ($splatted) { 'splat' } else { 'argument' }); Name = $Node.Extent.Text; Joined = $false }
}

function Get-CommandFact($Command) {
    $pipeline = $Command.Parent
    @{
        Line = $Command.Extent.StartLineNumber
        Text = $Command.Extent.Text
        Name = [string] $Command.GetCommandName()
        Piped = (Test-Kind $pipeline 'PipelineAst') -and $pipeline.PipelineElements.IndexOf($Command) -gt 0
        Elements = @($Command.CommandElements | Select-Object -Skip 1 | ForEach-Object { Get-Element $_ })
    }
}

function Get-FunctionFact($Function) {
    $parameters = if ($Function.Parameters) { $Function.Parameters } else { $Function.Body.ParamBlock.Parameters }
    @{
        Name = $Function.Name
        Parameters = @($parameters | Where-Object { $_ } | ForEach-Object { $_.Name.VariablePath.UserPath })
    }
}

function Get-TypeFacts($Tree) {
    foreach ($kind in 'TypeExpressionAst', 'TypeConstraintAst') {
        foreach ($node in @(Find-Nodes $Tree $kind)) {
            New-TypeFact $node $node.TypeName.FullName $node.TypeName.GetReflectionType()
        }
    }
    foreach ($node in @(Find-Nodes $Tree 'AttributeAst')) {
        New-TypeFact $node $node.TypeName.FullName $node.TypeName.GetReflectionAttributeType()
    }
    foreach ($node in @(Find-Nodes $Tree 'CommandAst')) {
        $made = Get-MadeType $node
        if ($made) { New-TypeFact $node $made ($made -as [type]) }
    }
}

function Get-MemberFacts($Tree) {
    $variables = Get-VariableTypes $Tree
    foreach ($node in @(Find-Nodes $Tree 'MemberExpressionAst')) {
        if (-not (Test-Kind $node.Member 'StringConstantExpressionAst')) { continue }
        $owner = Get-OwnerType $node $variables
        @{
            Line = $node.Extent.StartLineNumber
            Name = $node.Member.Value
            Owner = $(if ($owner) { @(Get-TypeNames $owner)[0] } else { '' })
            Static = [bool] $node.Static
        }
    }
}

$files = foreach ($path in $Paths) {
    $tokens = $null
    $errors = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref] $tokens, [ref] $errors)
    @{
        Path = $path
        Errors = @($errors | ForEach-Object { "line $($_.Extent.StartLineNumber): $($_.Message)" })
        Functions = @(Find-Nodes $tree 'FunctionDefinitionAst' | ForEach-Object { Get-FunctionFact $_ })
        Commands = @(Find-Nodes $tree 'CommandAst' | ForEach-Object { Get-CommandFact $_ })
        Types = @(Get-TypeFacts $tree)
        Members = @(Get-MemberFacts $tree)
    }
}
ConvertTo-Json -InputObject @{ Files = @($files) } -Depth 8 -Compress
