"""The VMs, checkpoints, files and volumes of a simulated host, and the changes that keep them consistent.

These changes take no time and are never refused: `rules` decides what is allowed and `jobs` how long it takes.
Scenarios use them to prepare a host, and the effects of the service's verbs are made of them.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from hvtui.backends.mock.state import chains
from hvtui.backends.mock.state.ids import guids
from hvtui.backends.mock.state.records import (
    FILE_IN_USE,
    FILE_MISSING,
    GB,
    Code,
    Refused,
    WorldCheckpoint,
    WorldDrive,
    WorldFile,
    WorldVm,
    WorldVolume,
)
from hvtui.backends.model import path_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

PATH_CHARACTERS = 60
_DEFAULT_MAX_SIZE = 127 * GB
_LONGEST_PREFIX = "\\\\?\\UNC\\"
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


class HostContents:
    """All VMs, checkpoints, files and volumes of a host."""

    def __init__(self, seed: int) -> None:
        self.new_id: Callable[[], str] = guids(seed).__next__
        self.vms: dict[str, WorldVm] = {}
        self.checkpoints: dict[str, WorldCheckpoint] = {}
        self.chains = chains.Chains(self.new_id)
        self.volumes = [WorldVolume("D:", 2000 * GB)]
        self.file_trouble: dict[str, int] = {}
        """The HRESULTs with which the service fails to open files, by path."""

    def add_vm(self, name: str, created: datetime, disks: tuple[int, ...], folder: str) -> WorldVm:
        """Add a VM that is off, with one dynamic disk for each of these sizes in bytes."""
        vm = WorldVm(self.new_id(), name, created, "")
        # A VM's name may contain characters that a path may not.
        safe = _UNSAFE.sub("_", name[:PATH_CHARACTERS]).strip("._") or "vm"
        vm.path = f"{folder}\\{safe}"
        if f"{vm.path}\\{safe}.vhdx" in self.chains.files:
            vm.path += f"-{vm.id[:8]}"
        for location, size in enumerate(disks):
            path = f"{vm.path}\\{safe}{f'-{location}' if location else ''}.vhdx"
            max_size = 2 * size if size > _DEFAULT_MAX_SIZE // 2 else _DEFAULT_MAX_SIZE
            self.chains.files[path] = WorldFile(path, "", size, max_size)
            vm.drives.append(WorldDrive("SCSI", 0, location, path))
        self.vms[vm.id] = vm
        return vm

    def add_checkpoint(self, vm: WorldVm, name: str, created: datetime) -> WorldCheckpoint:
        """Add a checkpoint of the VM as it is. The VM then runs on the new checkpoint."""
        checkpoint = WorldCheckpoint(self.new_id(), vm.id, name, created, vm.parent_checkpoint_id)
        checkpoint.processors, checkpoint.memory_startup = vm.processors, vm.memory_startup
        checkpoint.vm_name, checkpoint.vm_notes = vm.name, vm.notes
        checkpoint.drives, vm.drives = vm.drives, self.chains.branch(vm.drives)
        vm.parent_checkpoint_id = checkpoint.id
        self.checkpoints[checkpoint.id] = checkpoint
        return checkpoint

    def add_links(self, vm: WorldVm, number: int, size: int, *, due: bool) -> None:
        """Add links that no checkpoint owns above the files that the VM writes to."""
        for _ in range(number):
            below = [drive.path for drive in vm.drives]
            vm.drives = self.chains.branch(vm.drives)
            for path, drive in zip(below, vm.drives, strict=True):
                self.chains.files[drive.path].size = size
                if due:
                    self.chains.files[path].unreferenced = True

    def use_template(self, vm: WorldVm, path: str, size: int) -> None:
        """Make the first disk of the VM a differencing .vhdx of this file, which is added if it is not there."""
        disk = self.chains.files[vm.drives[0].path]
        if self.chains.find(path) is None:
            self.chains.files[path] = WorldFile(path, "", size, disk.max_size)
        disk.parent_path = path

    def require_files(self, vm: WorldVm, drives: list[WorldDrive], failed: str) -> None:
        """Raise `Refused` if a file in the chains of these drives cannot be opened."""
        for drive in drives:
            path = drive.path
            for file in self.chains.chain(drive.path):
                self.require_file(vm, file.path, failed)
                path = file.parent_path
            if path and self.chains.find(path) is None:
                raise Refused(
                    Code.FAILED,
                    f"{failed} (Virtual machine ID {vm.id.upper()})",
                    f"The file '{path}' was not found. (0x80070002)",
                    hresult=FILE_MISSING,
                    path=path,
                )

    def require_file(self, vm: WorldVm, path: str, failed: str) -> None:
        """Raise `Refused` if the service cannot open this file. The codes are those of real hosts (facts §7)."""
        hresult = self.trouble_of(path)
        if hresult is not None:
            raise Refused(
                Code.IN_USE if hresult == FILE_IN_USE else Code.FAILED,
                f"{failed} (Virtual machine ID {vm.id.upper()})",
                f"The attachment '{path}' cannot be opened. (0x{hresult:08X})",
                hresult=hresult,
                path=path,
            )

    def trouble_of(self, path: str) -> int | None:
        """Return the HRESULT with which this file cannot be opened, if it cannot."""
        key = path_key(path)
        return next((code for name, code in self.file_trouble.items() if path_key(name) == key), None)

    def set_current(self, vm: WorldVm, checkpoint: WorldCheckpoint) -> None:
        """Make the VM run on this checkpoint. What it wrote since its last checkpoint is lost."""
        abandoned = vm.drives
        vm.drives = self.chains.branch(checkpoint.drives)
        vm.parent_checkpoint_id = checkpoint.id
        self.chains.release(drive.path for drive in abandoned)

    def remove(self, vm: WorldVm, checkpoint_ids: list[str]) -> None:
        """Remove checkpoints from the VM's tree. Their children, and the VM, move up to their parents."""
        for checkpoint_id in checkpoint_ids:
            removed = self.checkpoints.pop(checkpoint_id)
            for child in self.checkpoints_of(vm.id):
                if child.parent_id == checkpoint_id:
                    child.parent_id = removed.parent_id
            if vm.parent_checkpoint_id == checkpoint_id:
                vm.parent_checkpoint_id = removed.parent_id
            self.chains.release(drive.path for drive in removed.drives)

    def mergeable(self, vm: WorldVm) -> list[tuple[WorldFile, WorldFile]]:
        """Return the VM's unreferenced files that have a single child, each with that child."""
        return self.chains.mergeable(drive.path for drive in self._drives_of(vm))

    def merge(self, vm: WorldVm, parent: WorldFile, child: WorldFile) -> None:
        """Merge a file into its parent, and make the drives that used the file use the parent."""
        for drive in self._drives_of(vm):
            if path_key(drive.path) == path_key(child.path):
                drive.path = parent.path
        self.chains.merge(parent, child)

    def checkpoints_of(self, vm_id: str) -> list[WorldCheckpoint]:
        return [c for c in self.checkpoints.values() if c.vm_id == vm_id]

    def subtree(self, checkpoint_id: str) -> list[str]:
        """Return the ids of the checkpoint and of all checkpoints below it, parents first."""
        found = [checkpoint_id]
        for parent_id in found:
            found += [
                c.id for c in self.checkpoints.values() if c.parent_id == parent_id and c.id not in found
            ]
        return found

    def volume_of(self, path: str) -> WorldVolume | None:
        """Return the volume that contains the path: the one with the longest name that the path starts with."""
        key = path_key(path)
        found = None
        for volume in self.volumes:
            longer = found is None or len(volume.name) > len(found.name)
            if longer and key.startswith(_root(volume.name)):
                found = volume
        return found

    def free(self, volume: WorldVolume) -> int:
        """Return the free bytes of the volume, 0 when more than its size is used."""
        root = _root(volume.name)
        others = tuple(_root(other.name) for other in self.volumes if len(other.name) > len(volume.name))
        length = max(len(each) for each in (root, *others)) + len(_LONGEST_PREFIX)
        # By the start of the path that tells the volume: a fleet has many files on few volumes.
        used: Counter[str] = Counter()
        for start, files in groupby(self.chains.files.values(), lambda file: file.path[:length]):
            used[start] += sum(file.size for file in files)
        for vm in self.vms.values():
            if vm.saved_memory_bytes:
                used[vm.path[:length]] += vm.saved_memory_bytes
        for checkpoint in self.checkpoints.values():
            if checkpoint.memory_bytes:
                used[self.vms[checkpoint.vm_id].path[:length]] += checkpoint.memory_bytes
        keys = ((path_key(start), size) for start, size in used.items())
        by_vms = sum(size for key, size in keys if key.startswith(root) and not key.startswith(others))
        return max(0, volume.size - volume.other_bytes - by_vms)

    def fits(self, path: str, size: int) -> bool:
        """Return whether the volume that contains the path has this many bytes free."""
        volume = self.volume_of(path)
        return size <= 0 or volume is None or size <= self.free(volume)

    def _drives_of(self, vm: WorldVm) -> list[WorldDrive]:
        return vm.drives + [drive for c in self.checkpoints_of(vm.id) for drive in c.drives]


def _root(volume_name: str) -> str:
    """Return what the keys of all paths on a volume start with."""
    return f"{path_key(volume_name)}\\"
