# The text as it arrived, after so many seconds in which nothing is done: what the line does to a question.
[CmdletBinding()]
param([string] $Text, [int] $Seconds)

if ($Seconds) { Start-Sleep -Seconds $Seconds }
@{ Text = $Text; Now = [datetime]::UtcNow.ToString('o') }
