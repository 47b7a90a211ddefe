# Stage 0: all that stands on the command line. Says the language mode as plain output, since a constrained
# PowerShell refuses everything below, then runs the program that comes as one base64 line.
"hvtui-mode $($ExecutionContext.SessionState.LanguageMode)"
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$reader = New-Object IO.StreamReader([Console]::OpenStandardInput(), [Text.Encoding]::ASCII)
$nonce = $reader.ReadLine()
$stage = $reader.ReadLine()
if (-not $stage) { exit 3 }
. ([ScriptBlock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($stage))))
