[CmdletBinding()]
param([string[]] $VmIds)

$longest = 256
$ordinal = [StringComparer]::OrdinalIgnoreCase

function Get-DriveRow($Drive, [string] $Checkpoint) {
    $path = [string] (Read-Property $Drive 'Path')
    if ($null -ne $Drive.DiskNumber -or -not $path) { return }
    @{
        Checkpoint = $Checkpoint
        Path = $path
        Location = "$($Drive.ControllerType) $($Drive.ControllerNumber):$($Drive.ControllerLocation)"
    }
}

# Adds the drives of a VM, or of one of its checkpoints. What came before an error is kept.
function Add-Drives($Vm, $Checkpoint, $Drives, $Unread) {
    $id = if ($null -ne $Checkpoint) { "$($Checkpoint.Id)" } else { '' }
    $failures = @()
    $ended = @()
    try {
        $found = if ($null -ne $Checkpoint) { Get-VMHardDiskDrive -VMSnapshot $Checkpoint -ErrorAction SilentlyContinue -ErrorVariable failures }
            else { Get-VMHardDiskDrive -VM $Vm -ErrorAction SilentlyContinue -ErrorVariable failures }
        foreach ($drive in @($found)) {
            if ($null -eq $drive) { continue }
            $row = Get-DriveRow $drive $id
            if ($null -ne $row) { $null = $Drives.Add($row) }
        }
    } catch { $ended = $_ }
    $failures = @(Get-Failures $failures) + @($ended)
    if ($failures.Count) { $null = $Unread.Add(@{ Checkpoint = $id; Words = Get-Words $failures[0] }) }
}

function Get-FileRow([string] $Path, $File) {
    $isSet = "$($File.VhdFormat)" -eq 'VHDSet'
    $kind = "$(Read-Property $File 'VhdType')"
    $size = Read-Property $File 'FileSize'
    @{
        Path = $Path
        Size = $(if ($isSet) { $null } else { Get-LongNumber $size })
        Differencing = ($kind -eq 'Differencing')
        Parent = [string] (Read-Property $File 'ParentPath')
        Volume = ''
    }
}

# Whether the host says that there is no such file: ERROR_FILE_NOT_FOUND or ERROR_PATH_NOT_FOUND.
function Test-FileMissing([Management.Automation.ErrorRecord] $Failure) {
    if ("$($Failure.FullyQualifiedErrorId)" -like 'FileNotFound,*') { return $true }
    for ($exception = $Failure.Exception; $null -ne $exception; $exception = $exception.InnerException) {
        if (-2147024894, -2147024893 -contains $exception.HResult) { return $true }
    }
    $false
}

# Reads some files in one call. A path that neither a file nor an error names is asked for alone.
function Read-Files([string[]] $Paths, $Files, $Unread) {
    $found = New-Object Collections.Hashtable($ordinal)
    $reasons = New-Object Collections.Hashtable($ordinal)
    $failures = @()
    try {
        Get-VHD -Path $Paths -ErrorAction SilentlyContinue -ErrorVariable failures | ForEach-Object { $found["$($_.Path)"] = $_ }
    } catch { $null = $_ }
    foreach ($failure in @(Get-Failures $failures)) { if ($failure.TargetObject -is [string]) { $reasons[$failure.TargetObject] = $failure } }
    foreach ($path in $Paths) {
        try {
            $file = $found[$path]
            if ($null -eq $file -and $null -ne $reasons[$path]) { throw $reasons[$path] }
            if ($null -eq $file) { $file = @(Get-VHD -Path $path -ErrorAction Stop)[0] }
            if ($null -eq $file) { Stop-Operation 'NoFile' 'The host reported neither the file nor an error.' }
            $Files[$path] = Get-FileRow $path $file
        } catch { $Unread[$path] = @{ Path = $path; Words = Get-Words $_; Missing = Test-FileMissing $_ } }
    }
}

# Reads the chains of all drives, one level of parents at a time.
function Read-Chains([string[]] $Paths, $Files, $Unread) {
    $level = $Paths
    for ($depth = 0; $depth -le $longest; $depth++) {
        $wanted = New-Object Collections.Hashtable($ordinal)
        foreach ($path in $level) {
            if ($path -and -not $Files.ContainsKey($path) -and -not $Unread.ContainsKey($path)) { $wanted[$path] = $true }
        }
        if (-not $wanted.Count) { return }
        $paths = [string[]] @($wanted.Keys)
        if ($depth -eq $longest) {
            foreach ($path in $paths) {
                $Unread[$path] = @{ Path = $path; Words = "The chain has more than $longest files. The rest was not read."; Missing = $false }
            }
            return
        }
        Read-Files $paths $Files $Unread
        $level = @($paths | ForEach-Object { if ($Files.ContainsKey($_)) { $Files[$_].Parent } })
    }
}

# Returns the volumes of the files, and sets their names. A file on a server has none.
function Read-Volumes($Files) {
    $volumes = New-Object Collections.Hashtable($ordinal)
    $folders = New-Object Collections.Hashtable($ordinal)
    foreach ($file in $Files.Values) {
        $path = $file.Path.Replace('/', '\')
        if ($path -match '^\\\\(?!\?\\(?!UNC\\))') { continue }
        $folder = $path.Substring(0, $path.LastIndexOf('\') + 1)
        if (-not $folders.ContainsKey($folder)) {
            $folders[$folder] = ''
            try {
                $row = Get-VolumeRow $path
                # Two volumes that are mounted in folders may have one label.
                if ($volumes.ContainsKey($row.Name) -and $volumes[$row.Name].Id -ne $row.Id) { $row.Name = $row.Id }
                $folders[$folder] = $row.Name
                $volumes[$row.Name] = $row
            } catch { $null = $_ }
        }
        $file.Volume = $folders[$folder]
    }
    $volumes.Values
}

$answers = foreach ($id in $VmIds) {
    $vm = Get-VmIfThere ([guid] $id)
    if ($null -eq $vm) { continue }
    $drives = New-Object Collections.ArrayList
    $unreadDrives = New-Object Collections.ArrayList
    Add-Drives $vm $null $drives $unreadDrives
    $failures = @()
    $ended = @()
    $checkpoints = @()
    try { $checkpoints = @(Get-VMSnapshot -VM $vm -ErrorAction SilentlyContinue -ErrorVariable failures) }
    catch { $ended = $_ }
    $failures = @(Get-Failures $failures) + @($ended)
    if ($failures.Count) { $null = $unreadDrives.Add(@{ Checkpoint = ''; Words = Get-Words $failures[0] }) }
    $listed = $checkpoints.Count
    $checkpoints = @($checkpoints | Where-Object { "$($_.Id)" })
    if ($checkpoints.Count -lt $listed) { $null = $unreadDrives.Add(@{ Checkpoint = ''; Words = $withoutId }) }
    foreach ($checkpoint in $checkpoints) { Add-Drives $vm $checkpoint $drives $unreadDrives }
    $files = New-Object Collections.Hashtable($ordinal)
    $unread = New-Object Collections.Hashtable($ordinal)
    Read-Chains @($drives | ForEach-Object { $_.Path }) $files $unread
    # The VM may have left meanwhile, or the host may have stopped to answer.
    if (($unreadDrives.Count -or $unread.Count) -and $null -eq (Get-VmIfThere ([guid] $id))) { continue }
    $volumes = @(Read-Volumes $files)
    @{
        VmId = "$($vm.Id)"
        Checkpoints = @($checkpoints | ForEach-Object { "$($_.Id)" })
        Drives = @($drives)
        Files = @($files.Values)
        Unread = @($unread.Values)
        UnreadDrives = @($unreadDrives)
        Volumes = $volumes
    }
}
@{ Vms = @($answers) }
