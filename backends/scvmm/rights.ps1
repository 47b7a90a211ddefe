# The actions that the user role permits on a VM. They may differ by cloud.
$namedActions = 'Checkpoint', 'CheckpointRestoreOnly', 'PauseAndResume', 'Save', 'Shutdown', 'Start', 'Stop'

# No fact knows the properties of these objects: a switch for each action, or one list of words. Returns nothing if neither.
function Get-Actions($Permissions) {
    $found = New-Object Collections.ArrayList
    $isTold = $false
    foreach ($property in @($Permissions | Where-Object { $null -ne $_ } | ForEach-Object { $_.PSObject.Properties })) {
        $name = $property.Name -replace '^Can'
        if ($property.Value -is [bool] -and $namedActions -contains $name) {
            $isTold = $true
            if ($property.Value) { $null = $found.Add($name) }
        } elseif ($property.Name -like 'Permission*') {
            $words = @("$($property.Value)" -split '[^A-Za-z]+' -replace '^Can' | Where-Object { $namedActions -contains $_ })
            if ($words.Count) { $isTold = $true; $null = $found.AddRange($words) }
        }
    }
    if ($isTold) { @{ Names = @($found) } }
}

function Read-Actions($Cloud) {
    $role = $connection.Server.UserRole
    try {
        if ($null -eq $Cloud) { return Get-Actions @(VirtualMachineManager\Get-SCUserRolePermission -UserRole $role -ErrorAction Stop) }
        Get-Actions @(VirtualMachineManager\Get-SCUserRolePermission -UserRole $role -Cloud $Cloud -ErrorAction Stop)
    } catch { $null = $_ }
}

# Returns the names of the actions; $null if every one is permitted, or VMM does not say.
function Get-VmActions($Vm) {
    if ('SelfServiceUser', 'TenantAdmin' -notcontains "$($connection.Server.Profile)") { return $null }
    foreach ($cloudId in @("$($Vm.CloudId)", '' | Select-Object -Unique)) {
        if (-not $connection['Actions'].ContainsKey($cloudId)) {
            $connection['Actions'][$cloudId] = if ($cloudId) { Read-Actions $Vm.Cloud } else { Read-Actions }
        }
        if ($null -ne $connection['Actions'][$cloudId]) { return , $connection['Actions'][$cloudId]['Names'] }
    }
    return $null
}
