# The CIM classes that hvtui reads. Instances are objects with the properties of CIM instances.
function New-Instance([string]$Space, [string]$Class, [Collections.IDictionary]$Values) {
    $instance = [ordered]@{ PSTypeName = "Microsoft.Management.Infrastructure.CimInstance#$Space/$Class" }
    foreach ($key in $Values.Keys) { $instance[$key] = $Values[$key] }
    $instance['PSComputerName'] = $null
    $instance['CimSystemProperties'] = [pscustomobject]@{ ClassName = $Class; Namespace = $Space; ServerName = 'localhost' }
    [pscustomobject]$instance
}

function Read-Rows { foreach ($row in Send-Request @args) { , @($row.Split([char]31) | ForEach-Object { [regex]::Unescape($_) }) } }

function Get-LocalTime([string]$Ticks) { [datetime]::new([long]$Ticks, 'Utc').ToLocalTime() }

function Write-CimFailure([string]$Code, [string]$Category, [string]$Message) {
    $failure = [Exception]::new($Message)
    $PSCmdlet.WriteError((New-Record $failure "HRESULT $Code" $Category $null))
}

$jobNames = @{
    12 = 'Starting Virtual Machine'; 13 = 'Turning Off Virtual Machine'; 14 = 'Saving Virtual Machine'; 50 = 'Merging VHD Disks'
    70 = 'Creating Virtual Machine Checkpoint'; 71 = 'Applying Virtual Machine Checkpoint'; 72 = 'Deleting Virtual Machine Checkpoint'
    170 = 'Backing Up Virtual Machine'
}
$v2 = 'root/virtualization/v2'
$cimClasses = @{
    'root/cimv2' = @{
        Win32_OperatingSystem = {
            $name, $system, $offset, $now, $null = (Read-Rows system)
            New-Instance root/cimv2 Win32_OperatingSystem ([ordered]@{
                Caption = "Microsoft $system"; Version = '10.0.26100'; BuildNumber = '26100'; CSName = $name; OSArchitecture = '64-bit'
                OSLanguage = [uint32]1033; ProductType = [uint32]3; OperatingSystemSKU = [uint32]7; CurrentTimeZone = [int16]$offset
                LocalDateTime = Get-LocalTime $now; LastBootUpTime = (Get-LocalTime $now).AddDays(-30)
                TotalVisibleMemorySize = [uint64]268435456; FreePhysicalMemory = [uint64]67108864
            })
        }
        Win32_Service = {
            $state = (Read-Rows management)[0]
            if ($state) { New-Instance root/cimv2 Win32_Service ([ordered]@{ Name = 'vmms'; DisplayName = 'Hyper-V Virtual Machine Management'; State = $state; Started = $state -eq 'Running' }) }
            if ((Read-Rows system)[4]) {
                New-Instance root/cimv2 Win32_Service ([ordered]@{ Name = 'ClusSvc'; DisplayName = 'Cluster Service'; State = 'Running'; StartMode = 'Auto'; Started = $true })
            }
        }
        # No class of Windows: what the token of this process says, which only Windows has.
        Fake_Token = {
            $null, $null, $user, $administrator, $hyperV, $network, $filtered = (Read-Rows management)
            New-Instance root/cimv2 Fake_Token ([ordered]@{
                User = $user; Administrator = [bool]$administrator; HyperV = [bool]$hyperV; Network = [bool]$network; Filtered = [bool]$filtered
            })
        }
        Win32_ComputerSystem = {
            New-Instance root/cimv2 Win32_ComputerSystem ([ordered]@{
                Name = (Read-Rows system)[0]; Domain = 'example.org'; PartOfDomain = $true; NumberOfLogicalProcessors = [uint32]32; TotalPhysicalMemory = [uint64]274877906944
            })
        }
    }
    $v2 = @{
        Msvm_VirtualSystemManagementService = {
            $null = Send-Request host
            New-Instance $v2 Msvm_VirtualSystemManagementService ([ordered]@{ CreationClassName = 'Msvm_VirtualSystemManagementService'; Name = 'vmms'; Started = $true })
        }
        Msvm_ConcreteJob = {
            foreach ($job in Read-Rows jobs) {
                New-Instance $v2 Msvm_ConcreteJob ([ordered]@{
                    InstanceID = $job[0].ToUpperInvariant(); ElementName = $jobNames[[int]$job[1]]; Name = "Msvm_ConcreteJob"; Caption = $jobNames[[int]$job[1]]
                    Description = $jobNames[[int]$job[1]]; JobType = [uint16]$job[1]; JobState = [uint16]4; PercentComplete = [uint16]$job[4]
                    StartTime = Get-LocalTime $job[5]; JobStatus = 'Job is running'; Status = 'OK'; OperationalStatus = [uint16[]]@(2)
                    ErrorCode = [uint16]0; ErrorDescription = ''; Cancellable = $false; DeleteOnCompletion = $false; Owner = ''
                })
            }
        }
        Msvm_AffectedJobElement = {
            foreach ($job in Read-Rows jobs) {
                New-Instance $v2 Msvm_AffectedJobElement ([ordered]@{
                    AffectedElement = New-Instance $v2 Msvm_ComputerSystem ([ordered]@{ CreationClassName = 'Msvm_ComputerSystem'; Name = $job[2].ToUpperInvariant() })
                    AffectingElement = New-Instance $v2 Msvm_ConcreteJob ([ordered]@{ InstanceID = $job[0].ToUpperInvariant() })
                    ElementEffects = [uint16[]]@(0); OtherElementEffectsDescriptions = $null
                })
            }
        }
        Msvm_ComputerSystem = {
            $name = (Read-Rows system)[0]
            New-Instance $v2 Msvm_ComputerSystem ([ordered]@{
                CreationClassName = 'Msvm_ComputerSystem'; Name = $name; ElementName = $name; Caption = 'Hosting Computer System'
                EnabledState = [uint16]2; HealthState = [uint16]5; OperationalStatus = [uint16[]]@(2)
            })
            foreach ($machine in Read-Rows machines) {
                New-Instance $v2 Msvm_ComputerSystem ([ordered]@{
                    CreationClassName = 'Msvm_ComputerSystem'; Name = $machine[0].ToUpperInvariant(); ElementName = $machine[1]; Caption = 'Virtual Machine'
                    EnabledState = [uint16]$machine[2]; HealthState = [uint16]$(if ($machine[3]) { 25 } else { 5 })
                    OperationalStatus = [uint16[]]$machine[4].Split([char]30)
                })
            }
        }
    }
}

# Evaluates a condition: comparisons with AND and OR, without brackets. Returns nothing if the condition is invalid or
# names a property that does not exist.
function Test-Wql($Instance, [string]$Where) {
    foreach ($branch in $Where -split '\s+or\s+') {
        $all = $true
        foreach ($comparison in $branch -split '\s+and\s+') {
            if ($comparison -notmatch '^\s*(\w+)\s*(=|<>|!=|<=|>=|<|>|like)\s*(?:''(.*)''|"(.*)"|(\d+))\s*$') { return }
            $name, $operator, $value = $Matches[1], $Matches[2], @($Matches[3..5] -ne $null)[0]
            $property = $Instance.PSObject.Properties[$name]
            if ($null -eq $property) { return }
            $result = switch ($operator) {
                '=' { "$($property.Value)" -eq $value }
                { $_ -in '<>', '!=' } { "$($property.Value)" -ne $value }
                'like' { "$($property.Value)" -like $value.Replace('%', '*') }
                '<' { $property.Value -lt $value }
                '>' { $property.Value -gt $value }
                '<=' { $property.Value -le $value }
                '>=' { $property.Value -ge $value }
            }
            $all = $all -and $result
        }
        if ($all) { return $true }
    }
    $false
}
