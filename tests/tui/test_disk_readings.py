"""What was read of a VM's disks is kept, and so is why it could not be read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.contract import Capabilities, Session, Verb
from hvtui.backends.errors import BackendError, ConnectionLost, NotAllowed
from hvtui.backends.model import Disk, DiskReading, MergeEvent, MergeEventCode, SharedFile, VmDisks, VmId
from hvtui.tui.host.disk_readings import DiskReadings
from tests.tui.samples import NOON, inventory, vm

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from hvtui.backends.model import Inventory

WEB, DB = vm("web-01").id, vm("db-01").id
DISKS = VmDisks(vm_id=WEB)
FAILED = MergeEvent(vm_id=WEB, code=MergeEventCode.FAILED, time=NOON)


class Answers(Session):
    """Answers with what is set, or raises it."""

    def __init__(self, *, events: bool = True) -> None:
        verbs = frozenset({Verb.DISKS, Verb.EVENTS} if events else {Verb.DISKS})
        self._capabilities = Capabilities(verbs=verbs)
        self.answer: tuple[VmDisks, ...] | BackendError = (DISKS,)
        self.entries: tuple[MergeEvent, ...] | BackendError = (FAILED,)
        self.since: datetime | None = None

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        raise NotImplementedError

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        if isinstance(self.answer, BackendError):
            raise self.answer
        return self.answer

    async def events(self, vm_ids: Collection[VmId], *, since: datetime) -> tuple[MergeEvent, ...]:
        self.since = since
        if isinstance(self.entries, BackendError):
            raise self.entries
        return self.entries


def reading(session: Answers) -> tuple[DiskReadings, list[DiskReading]]:
    shown: list[DiskReading] = []
    return DiskReadings(session, clock=lambda: NOON, show=shown.append), shown


async def test_disks_are_shown_before_the_events_of_the_last_thirty_days_are_read() -> None:
    session = Answers()
    readings, shown = reading(session)
    await readings.read(WEB)
    assert shown == [
        DiskReading(vm_id=WEB, disks=DISKS),
        DiskReading(vm_id=WEB, disks=DISKS, events=(FAILED,)),
    ]
    assert session.since == NOON - timedelta(days=30)
    assert readings.disks_of(WEB) == DISKS


async def test_no_events_are_asked_for_where_there_are_none_to_have() -> None:
    session = Answers(events=False)
    readings, shown = reading(session)
    await readings.read(WEB)
    assert shown == [DiskReading(vm_id=WEB, disks=DISKS)]
    assert session.since is None


async def test_what_cannot_be_read_is_kept_in_the_words_of_the_host() -> None:
    session = Answers()
    session.answer = BackendError("It failed.", detail="Generic failure")
    session.entries = NotAllowed("Not allowed.")
    readings, _ = reading(session)
    await readings.read(WEB)
    assert readings.all[WEB] == DiskReading(
        vm_id=WEB, error="Generic failure", events=None, events_error="Not allowed."
    )
    session.answer, session.entries = (DISKS,), ()
    await readings.read(WEB)
    assert readings.all[WEB] == DiskReading(vm_id=WEB, disks=DISKS, events=())


async def test_a_vm_without_an_answer_is_not_one_that_was_not_read_yet() -> None:
    session = Answers()
    session.answer = (VmDisks(vm_id=DB),)
    readings, _ = reading(session)
    await readings.read(WEB)
    assert readings.all[WEB].error
    assert DB not in readings.all


async def test_a_lost_connection_leaves_what_was_read() -> None:
    session = Answers(events=False)
    readings, _ = reading(session)
    await readings.read(WEB)
    session.answer = ConnectionLost("The connection is lost.")
    await readings.read(WEB)
    assert readings.disks_of(WEB) == DISKS
    await readings.read(DB)
    assert readings.all[DB].error == "The connection is lost."


async def test_a_lost_connection_leaves_the_events_that_were_read() -> None:
    session = Answers()
    readings, _ = reading(session)
    await readings.read(WEB)
    session.entries = ConnectionLost("The connection is lost.")
    await readings.read(WEB)
    assert readings.all[WEB] == DiskReading(vm_id=WEB, disks=DISKS, events=(FAILED,))


async def test_each_vm_has_its_own_reading() -> None:
    session = Answers(events=False)
    session.answer = (DISKS, VmDisks(vm_id=DB))
    readings, _ = reading(session)
    await readings.read(WEB)
    earlier = readings.all
    await readings.read(DB)
    assert set(earlier) == {WEB}
    assert set(readings.all) == {WEB, DB}


async def test_a_file_of_two_vms_is_told_of_both_until_one_has_another_file() -> None:
    def with_drive(vm_id: VmId, path: str) -> VmDisks:
        drive = Disk(vm_id=vm_id, checkpoint_id=None, path=path, location="SCSI 0:0")
        return VmDisks(vm_id=vm_id, disks=(drive,))

    session = Answers(events=False)
    readings, shown = reading(session)
    for vm_id in (WEB, DB):
        session.answer = (with_drive(vm_id, "D:\\one.vhdx"),)
        await readings.read(vm_id)
    assert [each.vm_id for each in shown] == [WEB, DB, WEB]
    assert readings.all[WEB].shared == (SharedFile(path="D:\\one.vhdx", vm_id=DB),)
    assert readings.all[DB].shared == (SharedFile(path="D:\\one.vhdx", vm_id=WEB),)

    session.answer = NotAllowed("no")
    await readings.read(DB)
    assert readings.all[WEB].shared == (SharedFile(path="D:\\one.vhdx", vm_id=DB),)
    assert readings.all[DB].shared == ()

    session.answer = (with_drive(DB, "D:\\other.vhdx"),)
    await readings.read(DB)
    assert readings.all[WEB].shared == readings.all[DB].shared == ()
    assert [each.vm_id for each in shown[3:]] == [DB, DB, WEB]


async def test_a_vm_whose_reading_is_dropped_shares_nothing_any_more() -> None:
    drives = {
        each: Disk(vm_id=each, checkpoint_id=None, path="D:\\one.vhdx", location="SCSI 0:0")
        for each in (WEB, DB)
    }
    session = Answers(events=False)
    readings, _ = reading(session)
    for each, drive in drives.items():
        session.answer = (VmDisks(vm_id=each, disks=(drive,)),)
        await readings.read(each)
    readings.forget_changed(inventory(vm("web-01"), vm("db-01")), inventory(vm("web-01")), keep=None)
    assert DB not in readings.all
    assert readings.all[WEB].shared == ()
