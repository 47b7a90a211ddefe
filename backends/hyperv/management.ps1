# What tells apart why Hyper-V cannot be asked: its service, its part of WMI, and the token of this process.
# Each part is null where it cannot be read.
function Get-ManagementService {
    try {
        Import-Once CimCmdlets
        $found = @(Get-CimInstance -ClassName Win32_Service -Filter "Name='vmms'" -OperationTimeoutSec 10 -ErrorAction Stop)
        if ($found.Count) { [string] $found[0].State } else { '' }
    } catch { $null }
}

# The codes of a namespace and of a class that do not exist. Any other error comes from what exists.
function Test-Platform {
    try {
        Import-Once CimCmdlets
        $null = Get-CimInstance -Namespace root\virtualization\v2 -ClassName Msvm_VirtualSystemManagementService -OperationTimeoutSec 10 -ErrorAction Stop
        $true
    } catch {
        $id = "$($_.FullyQualifiedErrorId)"
        if ($id -like 'HRESULT 0x8004100e*' -or $id -like 'HRESULT 0x80041010*') { $false }
        elseif ($id -like 'HRESULT 0x80041003*') { $true }
    }
}

# Groups that are there only to deny access, as those of an administrator who is not elevated, are not in Groups.
function Get-Token {
    $identity = [Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object Security.Principal.WindowsPrincipal $identity
    @{
        User = [string] $identity.Name
        Administrator = $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
        HyperV = $principal.IsInRole((New-Object Security.Principal.SecurityIdentifier 'S-1-5-32-578'))
        Network = $principal.IsInRole((New-Object Security.Principal.SecurityIdentifier 'S-1-5-2'))
        Filtered = [bool] @($identity.Claims | Where-Object {
            "$($_.Type)" -like '*/denyonly*' -and "$($_.Value)" -eq 'S-1-5-32-544'
        }).Count
    }
}
