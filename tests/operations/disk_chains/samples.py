"""Disk readings written as chains: ``now: a.avhdx 30 > base.vhdx 40``, sizes in GB."""

from __future__ import annotations

from hvtui.backends.model import CheckpointId, Disk, DiskFile, UnreadFile, VmDisks, VmId, Volume

GB = 1 << 30
VM = VmId("vm-web")


def reading(*chains: str, free: int = 10_000, missing: str = "", unreadable: str = "") -> VmDisks:
    """Return the disks of a VM. Each chain begins with its owner: ``now`` or the id of a checkpoint.

    A file is on the volume of its drive letter, else on D:. The size ``?`` is not known.
    """
    disks, files = [], {}
    for number, each in enumerate(chains):
        owner, _, names = each.partition(": ")
        parts = [part.split() for part in names.split(" > ")]
        disks.append(
            Disk(
                vm_id=VM,
                checkpoint_id=None if owner == "now" else CheckpointId(owner),
                path=path(parts[0][0]),
                location=f"SCSI 0:{number}",
            )
        )
        for (name, *size), parent in zip(parts, [*parts[1:], None], strict=True):
            if name in (missing, unreadable) or (not size and parent is None):
                continue  # a last name without a size closes a cycle
            files[path(name)] = DiskFile(
                path=path(name),
                size=None if size[0] == "?" else int(size[0]) * GB,
                differencing=parent is not None,
                parent=path(parent[0]) if parent else "",
                volume=path(name)[:2],
            )
    unread = [UnreadFile(path=path(missing), words="gone", missing=True)] if missing else []
    unread += [UnreadFile(path=path(unreadable), words="denied")] if unreadable else []
    return VmDisks(
        vm_id=VM,
        disks=tuple(disks),
        files=tuple(files.values()),
        volumes=tuple(Volume(name=name, size=20_000 * GB, free=free * GB) for name in ("D:", "E:")),
        unread=tuple(unread),
    )


def path(name: str) -> str:
    return name if ":" in name else f"D:\\VMs\\{name}"
