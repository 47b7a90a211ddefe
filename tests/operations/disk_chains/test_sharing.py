"""A file that two VMs have a drive on is found as soon as the disks of both have been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.model import CheckpointId, Disk, DiskReading, SharedFile, VmDisks, VmId
from hvtui.backends.operations.disk_chains.sharing import FileUsers
from hvtui.backends.operations.health import Concern, ConcernCode, concerns
from tests.tui.samples import NOON, inventory, vm

if TYPE_CHECKING:
    from collections.abc import Callable

WEB, DB = vm("web-01"), vm("db-01")
ONE = "D:\\VMs\\one.vhdx"


def disks(vm_id: VmId, *paths: str, checkpoint: str = "") -> VmDisks:
    owner = CheckpointId(checkpoint) if checkpoint else None
    return VmDisks(
        vm_id=vm_id,
        disks=tuple(
            Disk(vm_id=vm_id, checkpoint_id=owner, path=path, location=f"SCSI 0:{number}")
            for number, path in enumerate(paths)
        ),
    )


def test_the_file_is_told_of_both_vms_however_its_path_is_spelled() -> None:
    users = FileUsers()
    assert users.take(WEB.id, disks(WEB.id, ONE, "D:\\own.vhdx")) == set()
    assert users.shared(WEB.id) == ()
    assert users.take(DB.id, disks(DB.id, "d:/vms/ONE.vhdx")) == {WEB.id}
    assert users.shared(WEB.id) == (SharedFile(path=ONE, vm_id=DB.id),)
    assert users.shared(DB.id) == (SharedFile(path="d:/vms/ONE.vhdx", vm_id=WEB.id),)


def test_a_file_that_a_checkpoint_froze_counts() -> None:
    users = FileUsers()
    users.take(WEB.id, disks(WEB.id, ONE, checkpoint="before"))
    users.take(DB.id, disks(DB.id, ONE))
    assert users.shared(DB.id) == (SharedFile(path=ONE, vm_id=WEB.id),)


@pytest.mark.parametrize(
    "change",
    [
        lambda users: users.take(DB.id, disks(DB.id, "D:\\another.vhdx")),
        lambda users: users.forget(DB.id),
    ],
    ids=["another file", "forgotten"],
)
def test_it_is_told_no_more_once_one_of_them_has_another_file_or_is_forgotten(
    change: Callable[[FileUsers], set[VmId]],
) -> None:
    users = FileUsers()
    users.take(WEB.id, disks(WEB.id, ONE))
    users.take(DB.id, disks(DB.id, ONE))
    assert change(users) == {WEB.id}
    assert users.shared(WEB.id) == users.shared(DB.id) == ()


def test_two_drives_of_one_vm_and_a_vhd_set_are_not_told() -> None:
    users = FileUsers()
    users.take(WEB.id, disks(WEB.id, ONE, ONE, "D:\\quorum.VHDS"))
    users.take(DB.id, disks(DB.id, "D:\\quorum.vhds"))
    assert users.shared(WEB.id) == users.shared(DB.id) == ()


def test_the_concern_names_the_other_vm_or_its_id_if_it_is_not_listed() -> None:
    shared = (SharedFile(path=ONE, vm_id=DB.id), SharedFile(path="x", vm_id=VmId("gone")))
    reading = DiskReading(vm_id=WEB.id, disks=disks(WEB.id, ONE, "x"), shared=shared)
    found = concerns(WEB, inventory(WEB, DB), NOON, limit=None, disk_reading=reading)
    told = [concern for concern in found if concern.code is ConcernCode.FILE_SHARED]
    assert told == [
        Concern(code=ConcernCode.FILE_SHARED, words=ONE, other_vm="db-01"),
        Concern(code=ConcernCode.FILE_SHARED, words="x", other_vm="gone"),
    ]
