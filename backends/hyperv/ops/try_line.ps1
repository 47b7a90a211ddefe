# Returns the text as it arrived, after a delay: diagnose tests the connection with it.
[CmdletBinding()]
param([string] $Text, [int] $Seconds)

if ($Seconds) { Start-Sleep -Seconds $Seconds }
@{ Text = $Text; Now = [datetime]::UtcNow.ToString('o') }
