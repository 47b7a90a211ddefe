"""What a host holds: machines, checkpoints, their files and volumes, and the steps that keep those whole.

There is no time in here and no refusal. Scenes are set with these steps, and the service's verbs end in them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from hvtui.backends.mock import chains
from hvtui.backends.mock.records import GB, WorldCheckpoint, WorldDrive, WorldFile, WorldVm, WorldVolume

if TYPE_CHECKING:
    from datetime import datetime

PATH_CHARACTERS = 60
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


class HostContents:
    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self.vms: dict[str, WorldVm] = {}
        self.checkpoints: dict[str, WorldCheckpoint] = {}
        self.chains = chains.Chains(self.new_id)
        self.volumes = [WorldVolume("D:", 2000 * GB)]

    def new_id(self) -> str:
        digits = f"{self._random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def add_vm(self, name: str, created: datetime, disks: tuple[int, ...], folder: str) -> WorldVm:
        """A new VM, off, with dynamic disks of these sizes on disk."""
        vm = WorldVm(self.new_id(), name, created, "")
        # Names may be anything; a path may not.
        safe = _UNSAFE.sub("_", name[:PATH_CHARACTERS]).strip("._") or "vm"
        vm.path = f"{folder}\\{safe}"
        if f"{vm.path}\\{safe}.vhdx" in self.chains.files:
            vm.path += f"-{vm.id[:8]}"
        for location, size in enumerate(disks):
            path = f"{vm.path}\\{safe}{f'-{location}' if location else ''}.vhdx"
            self.chains.files[path] = WorldFile(path, "", size, max(2 * size, 127 * GB))
            vm.drives.append(WorldDrive("SCSI", 0, location, path))
        self.vms[vm.id] = vm
        return vm

    def freeze(self, vm: WorldVm, name: str, created: datetime) -> WorldCheckpoint:
        """Put a checkpoint where the VM is; Now goes on below it."""
        checkpoint = WorldCheckpoint(self.new_id(), vm.id, name, created, vm.parent_checkpoint_id)
        checkpoint.processors, checkpoint.memory_startup = vm.processors, vm.memory_startup
        checkpoint.vm_name, checkpoint.vm_notes = vm.name, vm.notes
        checkpoint.drives = [replace(drive) for drive in vm.drives]
        vm.drives = self.chains.branch(checkpoint.drives)
        vm.parent_checkpoint_id = checkpoint.id
        self.checkpoints[checkpoint.id] = checkpoint
        return checkpoint

    def stand_at(self, vm: WorldVm, checkpoint: WorldCheckpoint) -> None:
        """Let Now hang from this checkpoint; what was written since the last one is lost."""
        left = vm.drives
        vm.drives = self.chains.branch(checkpoint.drives)
        vm.parent_checkpoint_id = checkpoint.id
        self.chains.let_go(drive.path for drive in left)

    def remove(self, vm: WorldVm, checkpoint_ids: list[str]) -> None:
        """Take checkpoints out of the tree: what hangs from one, Now too, moves up to its parent."""
        for checkpoint_id in checkpoint_ids:
            gone = self.checkpoints.pop(checkpoint_id)
            for child in self.checkpoints_of(vm.id):
                if child.parent_id == checkpoint_id:
                    child.parent_id = gone.parent_id
            if vm.parent_checkpoint_id == checkpoint_id:
                vm.parent_checkpoint_id = gone.parent_id
            self.chains.let_go(drive.path for drive in gone.drives)

    def mergeable(self, vm: WorldVm) -> list[tuple[WorldFile, WorldFile]]:
        """Files of gone checkpoints, each with the only child that it has left."""
        return self.chains.mergeable({drive.path for drive in self._drives_of(vm)})

    def merge(self, vm: WorldVm, parent: WorldFile, child: WorldFile) -> None:
        for drive in self._drives_of(vm):
            if drive.path == child.path:
                drive.path = parent.path
        self.chains.merge(parent, child)

    def checkpoints_of(self, vm_id: str) -> list[WorldCheckpoint]:
        return [c for c in self.checkpoints.values() if c.vm_id == vm_id]

    def subtree(self, checkpoint_id: str) -> list[str]:
        """The checkpoint and all below it, deepest last."""
        found = [checkpoint_id]
        for parent_id in found:
            found += [
                c.id for c in self.checkpoints.values() if c.parent_id == parent_id and c.id not in found
            ]
        return found

    def volume_of(self, path: str) -> WorldVolume | None:
        """The volume whose name the path begins with, the longest if several do."""
        folded = path.casefold()
        found = None
        for volume in self.volumes:
            longer = found is None or len(volume.name) > len(found.name)
            if longer and folded.startswith(volume.name.casefold()):
                found = volume
        return found

    def free(self, volume: WorldVolume) -> int:
        """Bytes left on it, 0 when it is overfull."""
        taken = [(f.path, f.size) for f in self.chains.files.values()]
        taken += [(v.path, v.saved_memory_bytes) for v in self.vms.values()]
        taken += [(self.vms[c.vm_id].path, c.memory_bytes) for c in self.checkpoints.values()]
        mine = sum(size for path, size in taken if size and self.volume_of(path) is volume)
        return max(0, volume.size - volume.other_bytes - mine)

    def fits(self, path: str, size: int) -> bool:
        volume = self.volume_of(path)
        return size <= 0 or volume is None or size <= self.free(volume)

    def _drives_of(self, vm: WorldVm) -> list[WorldDrive]:
        return vm.drives + [drive for c in self.checkpoints_of(vm.id) for drive in c.drives]
