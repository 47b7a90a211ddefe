# Completion of hvtui for PowerShell. In $PROFILE:  hvtui completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName hvtui -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements |
            Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
            Select-Object -Skip 1 |
            ForEach-Object { if ($_.Value -is [string]) { $_.Value } else { $_.Extent.Text } })
    $current = "$wordToComplete".Trim("'`"".ToCharArray())
    $kind, $lines = @(hvtui __complete "=$current" @before 2>$null)
    if ($kind -eq 'files') { return }  # PowerShell completes the names of files itself
    if (-not $lines) { return '' }  # else it would do that here too
    foreach ($line in $lines) {
        $value, $words = $line -split "`t", 2
        $quoted = if ($value -match '^[\w.=-]+$') { $value } else { "'" + $value.Replace("'", "''") + "'" }
        $tip = if ($words) { $words } else { $value }
        [System.Management.Automation.CompletionResult]::new($quoted, $value, 'ParameterValue', $tip)
    }
}
