# Stage 0: the command of -EncodedCommand. Prints the language mode as plain output, because Constrained Language mode
# refuses everything below, then runs the program that it reads as one base64 line.
"hvtui-mode $($ExecutionContext.SessionState.LanguageMode)"
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$reader = New-Object IO.StreamReader([Console]::OpenStandardInput(), [Text.Encoding]::ASCII)
$nonce = $reader.ReadLine()
$stage = $reader.ReadLine()
if (-not $stage) { exit 3 }
. ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($stage))))
