"""Converts what VMM's database says of the disks of VMs to the model."""

from __future__ import annotations

from typing import Any

from hvtui.backends.model import DiskFile, VmDisks, VmId
from hvtui.backends.powershell.host.drives import drives, unread_drives, without_drives
from hvtui.backends.powershell.host.values import date, guid, is_guid
from hvtui.backends.scvmm.parse import no_guid, volumes


def disks(reply: dict[str, Any]) -> tuple[VmDisks, ...]:
    return tuple(map(_vm_disks, reply["Vms"]))


def _vm_disks(row: dict[str, Any]) -> VmDisks:
    row = _with_guids(row)
    vm_id = VmId(guid(row["VmId"]))
    names = {found["Id"]: found["Name"] for found in row["Volumes"]}
    return VmDisks(
        vm_id=vm_id,
        disks=drives(row, vm_id),
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
        volumes=volumes(row["Volumes"]),
        unread_drives=unread_drives(row),
        without_drives=without_drives(row),
        as_of=date(row["AsOf"]),
    )


def _with_guids(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row without the checkpoints that have no GUID, which VMware's may not have: they count as unread."""
    nameless = [id for id in row["Checkpoints"] if not is_guid(id)]
    if not nameless:
        return row
    kept = {
        name: [each for each in row[name] if each["Checkpoint"] not in nameless]
        for name in ("Drives", "UnreadDrives")
    }
    kept["UnreadDrives"].append({"Checkpoint": "", "Words": no_guid(nameless[0])})
    return row | kept | {"Checkpoints": [id for id in row["Checkpoints"] if id not in nameless]}
