"""Converts what VMM's database says of the disks of VMs to the model."""

from __future__ import annotations

from typing import Any

from hvtui.backends.model import CheckpointId, Disk, DiskFile, UnreadDrives, VmDisks, VmId
from hvtui.backends.powershell.host.values import date, guid
from hvtui.backends.scvmm.parse import volume


def disks(reply: dict[str, Any]) -> tuple[VmDisks, ...]:
    return tuple(map(_vm_disks, reply["Vms"]))


def _vm_disks(row: dict[str, Any]) -> VmDisks:
    vm_id = VmId(guid(row["VmId"]))
    names = {found["Id"]: found["Name"] for found in row["Volumes"]}
    owners = {_checkpoint_id(owner["Checkpoint"]) for owner in (*row["Drives"], *row["UnreadDrives"])}
    return VmDisks(
        vm_id=vm_id,
        disks=tuple(
            Disk(
                vm_id=vm_id,
                checkpoint_id=_checkpoint_id(drive["Checkpoint"]),
                path=drive["Path"],
                location=drive["Location"],
            )
            for drive in row["Drives"]
        ),
        files=tuple(
            DiskFile(
                path=file["Path"],
                size=file["Size"],
                differencing=file["Differencing"],
                parent=file["Parent"],
                volume=names.get(file["VolumeId"], ""),
            )
            for file in row["Files"]
        ),
        volumes=tuple(map(volume, row["Volumes"])),
        unread_drives=tuple(
            UnreadDrives(checkpoint_id=_checkpoint_id(drives["Checkpoint"]), words=drives["Words"])
            for drives in row["UnreadDrives"]
        ),
        without_drives=frozenset(CheckpointId(guid(id)) for id in row["Checkpoints"]) - owners,
        as_of=date(row["AsOf"]),
    )


def _checkpoint_id(text: str) -> CheckpointId | None:
    return CheckpointId(guid(text)) if text else None
