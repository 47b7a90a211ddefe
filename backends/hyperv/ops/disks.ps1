[CmdletBinding()]
param([string[]] $VmIds)

$longest = 64
$answers = foreach ($id in $VmIds) {
    $vm = $null
    try { $vm = Get-VM -Id ([guid] $id) -ErrorAction Stop } catch { $null = $_ }
    if ($null -eq $vm) { continue }
    $drives = New-Object Collections.ArrayList
    $owners = @(, @('', @(Get-VMHardDiskDrive -VM $vm -ErrorAction Stop)))
    foreach ($checkpoint in @(Get-VMSnapshot -VM $vm -ErrorAction Stop)) {
        $owners += , @([string] $checkpoint.Id, @(Get-VMHardDiskDrive -VMSnapshot $checkpoint -ErrorAction Stop))
    }
    foreach ($owner in $owners) {
        foreach ($drive in $owner[1]) {
            if ($null -ne $drive.DiskNumber -or -not $drive.Path) { continue }
            $null = $drives.Add(@{
                Checkpoint = $owner[0]
                Path = [string] $drive.Path
                Location = "$($drive.ControllerType) $($drive.ControllerNumber):$($drive.ControllerLocation)"
            })
        }
    }
    $files = @{}
    $unread = New-Object Collections.ArrayList
    foreach ($path in @($drives | ForEach-Object { $_.Path })) {
        for ($depth = 0; $path -and -not $files.ContainsKey($path) -and $depth -lt $longest; $depth++) {
            try { $file = Get-VHD -Path $path -ErrorAction Stop }
            catch { if (-not $unread.Contains($path)) { $null = $unread.Add($path) }; break }
            $files[$path] = @{
                Path = $path
                Size = [long] $file.FileSize
                Differencing = ("$($file.VhdType)" -eq 'Differencing')
            }
            $path = [string] $file.ParentPath
        }
    }
    $volume = $null
    if ($drives.Count) {
        try {
            $found = Get-Volume -FilePath $drives[0].Path -ErrorAction Stop
            $volume = @{
                Name = $(if ($found.DriveLetter) { "$($found.DriveLetter):" } else { [string] $found.FileSystemLabel })
                Size = [long] $found.Size
                Free = [long] $found.SizeRemaining
            }
        } catch { $null = $_ }
    }
    @{
        VmId = [string] $vm.Id
        Drives = @($drives)
        Files = @($files.Values)
        Unread = @($unread)
        Volume = $volume
    }
}
@{ Vms = @($answers) }
