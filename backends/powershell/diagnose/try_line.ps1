# Returns the received text after a delay. `hvtui diagnose` tests the connection with it.
[CmdletBinding()]
param([string] $Text, [int] $Seconds)

if ($Seconds) { Start-Sleep -Seconds $Seconds }
@{ Text = $Text; Now = [datetime]::UtcNow.ToString('o') }
