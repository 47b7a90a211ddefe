"""The drives of a VM and the chains of their files, and what the host's event log says about merges."""

from __future__ import annotations

import ntpath
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model.host import Volume
    from hvtui.backends.model.ids import CheckpointId, VmId

_DEVICE_PREFIXES = ("\\\\.\\", "\\??\\")
"""Other ways to write the prefix ``\\\\?\\``."""
_LITERAL_PREFIXES = ("\\\\?\\", "\\??\\")
"""Behind these, Windows takes each name as it is, also ``..``."""


class DiskFile(Struct, frozen=True, kw_only=True):
    """A file in the chain of a virtual disk."""

    path: str
    size: int | None
    """The present size of the file on the volume; None for a VHD set, whose data are in other files."""
    differencing: bool
    parent: str = ""
    """The path of the file that this one continues; "" if it is the first of its chain."""
    volume: str = ""
    """The name of its volume in `VmDisks.volumes`; "" if it is not known."""


class Disk(Struct, frozen=True, kw_only=True):
    """A hard disk drive of a VM, or of one of its checkpoints."""

    vm_id: VmId
    checkpoint_id: CheckpointId | None
    """None for a drive of the VM itself."""
    path: str
    """The file that the VM writes to, or the file that the checkpoint froze."""
    location: str
    """The controller and location, such as ``SCSI 0:1``."""


class UnreadFile(Struct, frozen=True, kw_only=True):
    """A file of a chain that could not be read: its size and its parent are not known."""

    path: str
    words: str = ""
    """Why, in the host's own words."""
    missing: bool = False
    """The host says that there is no such file."""


class UnreadDrives(Struct, frozen=True, kw_only=True):
    """A VM or checkpoint whose drives could not be read."""

    checkpoint_id: CheckpointId | None
    """None for the VM itself."""
    words: str
    """Why, in the host's own words."""


class VmDisks(Struct, frozen=True, kw_only=True):
    """The drives and disk chains of a VM, as far as they could be read.

    Paths are as the host gave them: compare them with `path_key`.
    """

    vm_id: VmId
    disks: tuple[Disk, ...] = ()
    files: tuple[DiskFile, ...] = ()
    volumes: tuple[Volume, ...] = ()
    """The volumes that contain the files, as far as they could be read."""
    unread: tuple[UnreadFile, ...] = ()
    unread_drives: tuple[UnreadDrives, ...] = ()
    without_drives: frozenset[CheckpointId] = frozenset()
    """Checkpoints that were read and have no drive: the VM got its first disk later."""
    as_of: datetime | None = None
    """When the server that told this had read the files itself; None if they were read from the host now."""

    def file(self, path: str) -> DiskFile | None:
        key = path_key(path)
        return next((file for file in self.files if path_key(file.path) == key), None)

    def volume_of(self, file: DiskFile) -> Volume | None:
        return next((volume for volume in self.volumes if volume.name == file.volume), None)


def path_key(path: str) -> str:
    """Return a key that is equal for two spellings of one path, as Windows compares them: letter by letter."""
    literal = path.startswith(_LITERAL_PREFIXES)
    plain = path.replace("/", "\\").lower()
    if plain.startswith(_DEVICE_PREFIXES):
        plain = f"\\\\?\\{plain[4:]}"
    if plain.startswith("\\\\?\\unc\\"):
        plain = "\\\\" + plain.removeprefix("\\\\?\\unc\\")
    elif plain.startswith("\\\\?\\") and plain[5:6] == ":":
        plain = plain.removeprefix("\\\\?\\")
    if literal or ("\\\\" not in plain[1:] and "\\." not in plain):
        return plain
    return ntpath.normpath(plain)


class MergeEventCode(StrEnum):
    """The events of the management service about background merges (facts §7)."""

    STARTED = "started"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class MergeEvent(Struct, frozen=True, kw_only=True):
    """An entry of the host's event log about a merge of a VM's disks."""

    vm_id: VmId
    code: MergeEventCode
    time: datetime
    hresult: int | None = None


class SharedFile(Struct, frozen=True, kw_only=True):
    """A disk file that another VM has a drive on too."""

    path: str
    vm_id: VmId
    """The other VM."""


class DiskReading(Struct, frozen=True, kw_only=True):
    """What the last attempt to read the disks of a VM, and its merge events, brought."""

    vm_id: VmId
    disks: VmDisks | None = None
    error: str = ""
    """Why `disks` is None, in the host's own words."""
    events: tuple[MergeEvent, ...] | None = None
    """The newest first; None if they were not read."""
    events_error: str = ""
    """Why `events` is None, in the host's own words."""
    shared: tuple[SharedFile, ...] = ()
    """The files of its drives that other VMs use too, as far as the disks of those have been read."""
