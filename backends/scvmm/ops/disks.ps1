# What VMM's database says of the disks of some VMs. It is as old as the last refresh of each VM.
[CmdletBinding()]
param([string[]] $VmIds, [bool] $Anew)

$longest = 256

function Add-Chain($Disk, $Files) {
    for ($count = 0; $null -ne $Disk -and $count -lt $longest; $count++) {
        $path = [string] $Disk.Location
        if (-not $path -or $Files.Contains($path)) { return }
        $parent = $Disk.ParentDisk
        $Files[$path] = @{
            Path = $path
            Size = Get-LongNumber $Disk.Size
            Differencing = ("$($Disk.VHDType)" -eq 'Differencing')
            Parent = "$(if ($null -ne $parent) { $parent.Location })"
            VolumeId = "$($Disk.HostVolumeId)"
        }
        $Disk = $parent
    }
}

# Adds the drives of a VM, or of one of its checkpoints. A pass-through disk has no file.
function Add-Drives([string] $Checkpoint, $Found, $Drives, $Files) {
    foreach ($drive in $Found) {
        if ($null -eq $drive) { continue }
        $disk = $drive.VirtualHardDisk
        if ($null -eq $disk -or -not $disk.Location) { continue }
        $null = $Drives.Add(@{
            Checkpoint = $Checkpoint
            Path = [string] $disk.Location
            Location = "$($drive.BusType) $($drive.Bus):$($drive.Lun)"
        })
        Add-Chain $disk $Files
    }
}

$server = Open-Vmm $Anew
$answers = foreach ($id in $VmIds) {
    $vm = Get-VmIfThere ([guid] $id)
    if ($null -eq $vm) { continue }
    $drives = New-Object Collections.ArrayList
    $unread = New-Object Collections.ArrayList
    $files = New-Object Collections.Specialized.OrderedDictionary ([StringComparer]::OrdinalIgnoreCase)
    $checkpoints = @()
    try { Add-Drives '' @(VirtualMachineManager\Get-SCVirtualDiskDrive -VMMServer $server -VM $vm -ErrorAction Stop) $drives $files }
    catch { $null = $unread.Add(@{ Checkpoint = ''; Words = Get-Words $_ }) }
    try { $checkpoints = @(Get-Checkpoints $vm) } catch { $null = $unread.Add(@{ Checkpoint = ''; Words = Get-Words $_ }) }
    foreach ($checkpoint in $checkpoints) {
        $own = [string] $checkpoint.CheckpointID
        try { Add-Drives $own @(Read-Property $checkpoint 'VirtualDiskDrives') $drives $files }
        catch { $null = $unread.Add(@{ Checkpoint = $own; Words = Get-Words $_ }) }
    }
    $volumes = @()
    try {
        $vmHost = $vm.VMHost
        if ($null -ne $vmHost) {
            $volumes = @(VirtualMachineManager\Get-SCStorageVolume -VMHost $vmHost -ErrorAction Stop |
                Where-Object { $null -ne $_ } | ForEach-Object { Get-VolumeRow $_ })
        }
    } catch { $null = $_ }
    @{
        VmId = "$($vm.ID)"
        AsOf = Get-UtcText $vm.ModifiedTime
        Checkpoints = @($checkpoints | ForEach-Object { [string] $_.CheckpointID })
        Drives = @($drives)
        Files = @($files.Values)
        UnreadDrives = @($unread)
        Volumes = $volumes
    }
}
@{ Vms = @($answers) }
