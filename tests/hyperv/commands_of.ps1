# Every command in a script, from the real parser's tree: its name and the parameters it is given, one a line.
param([string] $Path)
$errors = $null
$tokens = $null
$top = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref] $tokens, [ref] $errors)
foreach ($problem in $errors) { "!`t$($problem.Message)" }
foreach ($function in $top.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true)) {
    "function`t$($function.Name)"
}
foreach ($command in $top.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
    if (-not $command.GetCommandName()) { continue }
    $given = foreach ($element in $command.CommandElements) {
        if ($element -is [System.Management.Automation.Language.CommandParameterAst]) { $element.ParameterName }
    }
    "command`t$($command.GetCommandName())`t$(@($given) -join ',')"
}
