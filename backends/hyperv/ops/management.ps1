# The second question, after an error that has more than one possible cause. It asks nothing of the Hyper-V module.
[CmdletBinding()]
param()

$token = $null
try { $token = Get-Token } catch { $null = $_ }
@{ Service = Get-ManagementService; Platform = Test-Platform; Token = $token }
