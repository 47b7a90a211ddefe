"""Converts what VMM's database says of the disks of VMs to the model."""

from __future__ import annotations

from typing import Any

from hvtui.backends.model import DiskFile, VmDisks, VmId
from hvtui.backends.powershell.host.drives import drives, unread_drives, without_drives
from hvtui.backends.powershell.host.values import date, guid
from hvtui.backends.scvmm.parse import volumes


def disks(reply: dict[str, Any]) -> tuple[VmDisks, ...]:
    return tuple(map(_vm_disks, reply["Vms"]))


def _vm_disks(row: dict[str, Any]) -> VmDisks:
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
