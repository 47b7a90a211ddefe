# Creates objects of a class from rows, each with a cell for each of these fields (protocol.py). Each field by its name would
# be a piece of code that PowerShell compiles in every process.
function Read-Objects([type]$Class, [string[]]$Names, $Rows) {
    $fields = [Reflection.MemberInfo[]]@(foreach ($name in $Names) { $Class.GetField($name) })
    $types = @(foreach ($field in $fields) { $inner = [Nullable]::GetUnderlyingType($field.FieldType); if ($inner) { $inner } else { $field.FieldType } })
    $optional = @(foreach ($field in $fields) { $null -ne [Nullable]::GetUnderlyingType($field.FieldType) -or ($field.FieldType.IsArray -and $field.FieldType -ne [string[]]) })
    $kinds = @(foreach ($type in $types) { if ($type.IsEnum) { 'Enum' } elseif ($type.IsArray) { 'Array' } else { $type.Name } })
    $state = [array]::IndexOf($Names, 'State')
    foreach ($row in $Rows) {
        $cells = $row.Split([char]31)
        # A VM whose properties throw when they are read (rows.read_late).
        if ($state -ge 0 -and $cells[$state] -eq 'late') { New-LateMachine $cells[[array]::IndexOf($Names, 'Id')] $cells[[array]::IndexOf($Names, 'Name')] $Names; continue }
        $values = @(for ($number = 0; $number -lt $kinds.Count; $number++) {
            $cell = $cells[$number]
            if ($optional[$number] -and -not $cell) { $null; continue }
            switch ($kinds[$number]) {
                'String' { [regex]::Unescape($cell) }
                'Enum' { [Enum]::ToObject($types[$number], [int]$cell) }
                'Array' { , (Read-Array $types[$number].GetElementType() $cell.Split([char]30)) }
                'Boolean' { [bool]$cell }
                'DateTime' { [datetime]::new([long]$cell, 'Utc').ToLocalTime() }
                'TimeSpan' { [timespan]::new([long]$cell) }
                default { [Management.Automation.LanguagePrimitives]::ConvertTo($cell, $types[$number], [cultureinfo]::InvariantCulture) }
            }
        })
        [Runtime.Serialization.FormatterServices]::PopulateObjectMembers([Activator]::CreateInstance($Class, $true), $fields, $values)
    }
}

function Read-Array([type]$Type, [string[]]$Items) {
    $array = [array]::CreateInstance($Type, $Items.Count)
    for ($number = 0; $number -lt $Items.Count; $number++) {
        $array.SetValue($(if ($Type.IsEnum) { [Enum]::ToObject($Type, [int]$Items[$number]) } else { [regex]::Unescape($Items[$number]) }), $number)
    }
    , $array
}
