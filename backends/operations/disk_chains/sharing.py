"""Finds disk files that two VMs have a drive on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import SharedFile, path_key

if TYPE_CHECKING:
    from hvtui.backends.model import VmDisks, VmId

_VHD_SET = ".vhds"
"""The kind of file that is made for several VMs (facts §6)."""


class FileUsers:
    """Which VMs have a drive on which file, those of their checkpoints included, as far as their disks were read.

    A file that two VMs only have among the parents, as that of a template, is not shared in this sense.
    """

    def __init__(self) -> None:
        self._users: dict[str, set[VmId]] = {}
        self._paths: dict[VmId, dict[str, str]] = {}

    def take(self, vm_id: VmId, disks: VmDisks) -> set[VmId]:
        """Take the disks of a VM, and return the other VMs whose shared files may have changed."""
        changed = self.forget(vm_id)
        self._paths[vm_id] = {path_key(disk.path): disk.path for disk in disks.disks}
        for key in self._paths[vm_id]:
            users = self._users.setdefault(key, set())
            changed |= users
            users.add(vm_id)
        return changed

    def forget(self, vm_id: VmId) -> set[VmId]:
        """Forget the disks of a VM, and return the other VMs whose shared files may have changed."""
        changed: set[VmId] = set()
        for key in self._paths.pop(vm_id, {}):
            users = self._users[key]
            users.discard(vm_id)
            changed |= users
            if not users:
                del self._users[key]
        return changed

    def shared(self, vm_id: VmId) -> tuple[SharedFile, ...]:
        """Return the files of a VM's drives that other VMs have drives on too."""
        return tuple(
            SharedFile(path=path, vm_id=other)
            for key, path in self._paths.get(vm_id, {}).items()
            if not key.endswith(_VHD_SET)
            for other in sorted(self._users[key] - {vm_id})
        )
