"""The disks of a VM as objects for JSON: its drives, their files, and what the host's event log says about merges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hvtui.backends.operations.disk_chains.chains import (
    broken_links,
    disk_files,
    own_size,
    ownerless_links,
    written_since,
)

if TYPE_CHECKING:
    from hvtui.backends.model import CheckpointId, Disk, DiskFile, DiskReading, VmDisks


def disks_object(reading: DiskReading | None) -> dict[str, Any]:
    """Return what is known of the disks of a VM: ``disks`` is None if they were not read, or could not be read."""
    events = reading.events if reading else None
    return {
        "disks": _disks(reading.disks) if reading and reading.disks else None,
        "disks_error": reading.error if reading else "",
        "merge_events": None
        if events is None
        else [
            {"code": event.code.value, "time": event.time.isoformat(), "hresult": event.hresult}
            for event in events
        ],
        "merge_events_error": reading.events_error if reading else "",
    }


def sizes_object(reading: DiskReading | None, checkpoint: CheckpointId) -> dict[str, Any]:
    """Return the sizes of a checkpoint's own links, of the files that it froze, and of what was written since.

    Each is None if it is not known.
    """
    disks = reading.disks if reading else None
    files = disk_files(disks, checkpoint) if disks else []
    sizes = [file.size for _, file in files if file and file.size is not None]
    return {
        "size": sum(sizes) if sizes and len(sizes) == len(files) else None,
        "own_size": own_size(disks, checkpoint) if disks else None,
        "written_since": written_since(disks, checkpoint) if disks else None,
    }


def _disks(disks: VmDisks) -> dict[str, Any]:
    return {
        "drives": [_drive(disk, disks.file(disk.path)) for disk in disks.disks],
        "files": [_file(file) for file in disks.files],
        "volumes": [
            {"name": volume.name, "size": volume.size, "free": volume.free} for volume in disks.volumes
        ],
        "unread": [
            {"path": unread.path, "words": unread.words, "missing": unread.missing} for unread in disks.unread
        ],
        "unread_drives": [
            {"checkpoint": unread.checkpoint_id, "words": unread.words} for unread in disks.unread_drives
        ],
        "written_since": written_since(disks, None),
        "ownerless_links": [file.path for file in ownerless_links(disks)],
        "broken_links": [
            {
                "kind": broken.kind.value,
                "path": broken.path,
                "words": broken.words,
                "needed_by": list(broken.owners),
            }
            for broken in broken_links(disks)
        ],
    }


def _drive(disk: Disk, file: DiskFile | None) -> dict[str, Any]:
    return {
        "checkpoint": disk.checkpoint_id,
        "path": disk.path,
        "location": disk.location,
        "size": file.size if file else None,
    }


def _file(file: DiskFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "size": file.size,
        "differencing": file.differencing,
        "parent": file.parent or None,
        "volume": file.volume or None,
    }
