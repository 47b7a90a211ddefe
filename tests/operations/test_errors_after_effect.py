"""A write that ended in an error is looked at again: what is there decides how it ended."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import (
    BackendError,
    ConnectError,
    Effect,
    NoSpace,
    OperationFailed,
    OutcomeUnknown,
    VmBusy,
    VmMissing,
)
from hvtui.backends.model import (
    Activity,
    CheckpointSetting,
    Disk,
    Inventory,
    Unread,
    UnreadDrives,
    UnreadPart,
    VmDisks,
    VmId,
    VmState,
)
from hvtui.backends.operations.command import Command, FindingCode, Selection
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    DiscardSavedState,
    RenameCheckpoint,
    SaveVm,
    StartVm,
    StopVm,
)
from hvtui.backends.operations.operation import Ending, Operation
from hvtui.backends.operations.readings.after_delete import MergeState
from hvtui.backends.operations.runner import Runner
from hvtui.tui.text.outcomes import findings_text
from tests.tui.samples import NOON, checkpoint, inventory, vm

WEB = vm("web-01")
OLD = checkpoint("Old", WEB, 9, with_memory=True)
NEW = checkpoint("New", WEB, 2, OLD)
WEB = replace(WEB, current=NEW.id)
ALL = (OLD, NEW)
MADE = checkpoint("Mine", WEB, 0, NEW)
OFF, SAVED = replace(WEB, state=VmState.OFF), replace(WEB, state=VmState.SAVED)
FAILED = OperationFailed("The operation failed.")
NOT_READ = inventory(
    WEB, unread=(Unread(vm_id=WEB.id, part=UnreadPart.CHECKPOINTS, words="Generic failure"),)
)
CREATE = CreateCheckpoint(vm=WEB, checkpoint_name="Mine")
RENAME = RenameCheckpoint(vm=WEB, checkpoint=OLD, new_name="Older")
DELETE = DeleteCheckpoint(vm=WEB, checkpoint=NEW)
SUBTREE = DeleteSubtree(vm=WEB, checkpoint=OLD)
APPLY = ApplyCheckpoint(vm=WEB, checkpoint=OLD, safety_name=None)
APPLY_SAFELY = ApplyCheckpoint(vm=WEB, checkpoint=OLD, safety_name="Mine")
AGAIN = ApplyCheckpoint(vm=WEB, checkpoint=NEW, safety_name=None)
AGAIN_SAFELY = ApplyCheckpoint(vm=WEB, checkpoint=NEW, safety_name="Mine")
START_AFTERWARDS = replace(APPLY, start=True)
SHUT_DOWN = StopVm(vm=WEB, how=StopHow.SHUT_DOWN)


class Failing(Session):
    """Every write raises `error`; the readings after it are `after`, one after the other, the last one for ever."""

    capabilities = Capabilities(verbs=frozenset(Verb), cache_seconds=6)

    def __init__(self, before: Inventory, *after: Inventory, error: BackendError = FAILED) -> None:
        self.before, self.after, self.error = before, list(after), error
        self.sent: list[str] = []
        self.drives: tuple[VmDisks | None, VmDisks | None] = (None, None)
        """The drives before and after the first write; None if they cannot be read."""

    async def inventory(self, vm_ids: object = None) -> Inventory:
        if not self.sent:
            return self.before
        return self.after.pop(0) if len(self.after) > 1 else self.after[0]

    async def disks(self, vm_ids: object) -> tuple[VmDisks, ...]:
        drives = self.drives[bool(self.sent)]
        if drives is None:
            raise OperationFailed("No drives.")
        return (drives,)

    async def _fail(self, *args: object, **more: object) -> None:
        self.sent.append("write")
        raise self.error

    create_checkpoint = rename_checkpoint = apply_checkpoint = delete_checkpoint = _fail  # type: ignore[assignment]
    start_vm = stop_vm = save_vm = discard_saved_state = _fail


def runner(session: Failing) -> tuple[Runner, list[float]]:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    reading = Runner(session, read=lambda vm_id: session.inventory([vm_id]), clock=lambda: NOON, pause=pause)
    return reading, pauses


def selection(command: Command, before: Inventory, disks: VmDisks | None = None) -> Selection:
    target = getattr(command, "checkpoint", None)
    return Selection(
        inventory=before,
        vm_id=WEB.id,
        checkpoint_id=target.id if target else None,
        capabilities=Failing.capabilities,
        disks=disks,
    )


async def ended(
    command: Command,
    *after: Inventory,
    error: BackendError = FAILED,
    was: Inventory | None = None,
) -> Operation:
    before = was or inventory(WEB, checkpoints=ALL)
    running, _ = runner(Failing(before, *after, error=error))
    task = running.start(command, selection(command, before))
    assert task is not None
    return await task


def saw(*checkpoints: object, web: object = WEB) -> Inventory:
    return inventory(web, checkpoints=checkpoints)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("command", "after", "ending"),
    [
        (CREATE, saw(*ALL, MADE), Ending.DONE),
        (CREATE, saw(*ALL, replace(MADE, name="web-01 - (3/4/2026)")), Ending.PARTLY),
        (CREATE, saw(*ALL), Ending.FAILED),
        (CREATE, NOT_READ, Ending.UNKNOWN),
        (RENAME, saw(replace(OLD, name="Older"), NEW), Ending.DONE),
        (RENAME, saw(*ALL), Ending.FAILED),
        (RENAME, NOT_READ, Ending.UNKNOWN),
        (DELETE, saw(OLD), Ending.DONE),
        (DELETE, saw(*ALL), Ending.FAILED),
        (DELETE, NOT_READ, Ending.UNKNOWN),
        (SUBTREE, saw(), Ending.DONE),
        (SUBTREE, saw(OLD), Ending.PARTLY),
        (SUBTREE, saw(*ALL), Ending.FAILED),
        (SUBTREE, NOT_READ, Ending.UNKNOWN),
        (APPLY, saw(*ALL, web=replace(WEB, current=OLD.id)), Ending.DONE),
        (APPLY, saw(*ALL, web=replace(SAVED, current=OLD.id)), Ending.PARTLY),
        (APPLY, saw(*ALL, web=SAVED), Ending.PARTLY),
        (APPLY, saw(*ALL), Ending.FAILED),
        (APPLY_SAFELY, saw(*ALL, MADE, web=replace(WEB, current=MADE.id)), Ending.PARTLY),
        (APPLY_SAFELY, saw(*ALL), Ending.FAILED),
        (START_AFTERWARDS, saw(*ALL, web=replace(OFF, current=OLD.id)), Ending.PARTLY),
        (AGAIN, saw(*ALL), Ending.UNKNOWN),
        (AGAIN, saw(*ALL, web=OFF), Ending.DONE),
        (AGAIN_SAFELY, saw(*ALL), Ending.FAILED),
        (AGAIN_SAFELY, saw(*ALL, MADE, web=replace(WEB, current=MADE.id)), Ending.PARTLY),
        (SHUT_DOWN, saw(*ALL, web=OFF), Ending.DONE),
        (SHUT_DOWN, saw(*ALL), Ending.FAILED),
        (SHUT_DOWN, saw(*ALL, web=replace(WEB, state=VmState.STOPPING)), Ending.UNKNOWN),
        (SaveVm(vm=WEB), saw(*ALL, web=SAVED), Ending.DONE),
        (SaveVm(vm=WEB), saw(*ALL, web=replace(WEB, activity=Activity.SAVING)), Ending.UNKNOWN),
        (SaveVm(vm=WEB), inventory(), Ending.UNKNOWN),
    ],
)
async def test_what_is_there_afterwards_decides_the_ending(
    command: Command, after: Inventory, ending: Ending
) -> None:
    operation = await ended(command, after)
    assert operation.ending is ending
    assert isinstance(operation.error, OperationFailed)
    assert operation.findings is not None
    assert findings_text(operation.findings)


@pytest.mark.parametrize(
    ("command", "was", "after", "ending"),
    [
        (StartVm(vm=OFF), OFF, WEB, Ending.DONE),
        (StartVm(vm=OFF), OFF, OFF, Ending.FAILED),
        (StartVm(vm=SAVED), SAVED, replace(WEB, state=VmState.STARTING), Ending.UNKNOWN),
        (DiscardSavedState(vm=SAVED), SAVED, OFF, Ending.DONE),
        (DiscardSavedState(vm=SAVED), SAVED, SAVED, Ending.FAILED),
    ],
)
async def test_the_state_decides_for_commands_on_a_vm_that_does_not_run(
    command: Command, was: object, after: object, ending: Ending
) -> None:
    before = saw(*ALL, web=was)
    assert (await ended(command, saw(*ALL, web=after), was=before)).ending is ending


@pytest.mark.parametrize(
    ("saw_itself", "ending"),
    [
        (Effect.DONE, Ending.DONE),
        (Effect.PARTLY, Ending.PARTLY),
        (Effect.NONE, Ending.FAILED),
        (None, Ending.UNKNOWN),
    ],
)
async def test_what_the_host_saw_itself_counts_where_the_reading_does_not_tell(
    saw_itself: Effect | None, ending: Ending
) -> None:
    error = OperationFailed("The operation failed.")
    error.effect = saw_itself
    assert (await ended(AGAIN, saw(*ALL), error=error)).ending is ending


@pytest.mark.parametrize("error", [VmBusy("The VM is busy."), ConnectError("No shell.")])
async def test_a_refusal_is_a_failure_also_while_the_host_works_on_the_vm(error: BackendError) -> None:
    busy = saw(*ALL, web=replace(WEB, in_service=True))
    assert (await ended(CREATE, busy, error=error)).ending is Ending.FAILED


async def test_a_vm_that_left_before_the_write_makes_it_a_failure() -> None:
    error = VmMissing("The VM is not on this host any more.")
    assert (await ended(CREATE, inventory(), error=error)).ending is Ending.FAILED


async def test_nothing_is_put_down_to_a_write_that_was_not_sent() -> None:
    others = saw(*ALL, replace(MADE, name="of somebody else"))
    assert (await ended(CREATE, others, error=ConnectError("No shell."))).ending is Ending.FAILED


def drives(*paths: str, unread: bool = False) -> VmDisks:
    return VmDisks(
        vm_id=WEB.id,
        disks=tuple(Disk(vm_id=WEB.id, checkpoint_id=None, path=path, location=path) for path in paths),
        unread_drives=(UnreadDrives(checkpoint_id=None, words="No."),) if unread else (),
    )


@pytest.mark.parametrize(
    ("seen", "before", "after", "ending"),
    [
        (None, drives(r"D:\web_1.avhdx"), drives(r"D:\web_2.avhdx"), Ending.DONE),
        (None, drives(r"D:\web_1.avhdx"), drives(r"d:\WEB_1.AVHDX"), Ending.FAILED),
        (None, drives(r"D:\web_1.avhdx"), drives(r"D:\web_2.avhdx", unread=True), Ending.UNKNOWN),
        (None, drives(r"D:\web_1.avhdx"), None, Ending.UNKNOWN),
        (None, None, drives(r"D:\web_2.avhdx"), Ending.UNKNOWN),
        (drives(r"D:\web_1.avhdx"), None, drives(r"D:\web_2.avhdx"), Ending.DONE),
        (drives(r"D:\web_0.avhdx"), drives(r"D:\web_1.avhdx"), drives(r"D:\web_1.avhdx"), Ending.FAILED),
    ],
)
async def test_the_files_that_the_vm_writes_to_show_an_apply_of_the_checkpoint_that_it_ran_on(
    seen: VmDisks | None, before: VmDisks | None, after: VmDisks | None, ending: Ending
) -> None:
    known = saw(*ALL)
    session = Failing(known, known)
    session.drives = (before, after)
    task = runner(session)[0].start(AGAIN, selection(AGAIN, known, seen))
    assert task is not None
    assert (await task).ending is ending


async def test_what_the_host_may_answer_from_a_cache_is_read_again_before_it_is_said() -> None:
    for error, expected in ((FAILED, Ending.DONE), (OutcomeUnknown("Lost."), Ending.UNKNOWN)):
        before = saw(*ALL)
        running, pauses = runner(Failing(before, before, saw(*ALL, MADE), error=error))
        task = running.start(CREATE, selection(CREATE, before))
        assert task is not None
        operation = await task
        assert pauses == [6]
        assert operation.ending is expected
        assert operation.findings is not None
        assert operation.findings.findings[0].code is FindingCode.CREATED


@pytest.mark.parametrize("error", [NoSpace("Full."), VmBusy("Busy."), ConnectError("No shell.")])
async def test_nobody_waits_for_a_cache_after_a_refusal(error: BackendError) -> None:
    before = saw(*ALL)
    running, pauses = runner(Failing(before, before, error=error))
    task = running.start(CREATE, selection(CREATE, before))
    assert task is not None
    assert (await task).ending is Ending.FAILED
    assert pauses == []


@pytest.mark.parametrize(
    "working",
    [
        replace(WEB, in_service=True),
        replace(WEB, activity=Activity.DELETING),
        *(
            replace(WEB, state=state)
            for state in (VmState.STOPPING, VmState.STARTING, VmState.SAVING, VmState.RESET)
        ),
    ],
)
async def test_an_outcome_is_corrected_once_the_host_has_finished(working: object) -> None:
    before = saw(*ALL)
    session = Failing(before, saw(*ALL, web=working))
    running, _ = runner(session)
    task = running.start(DELETE, selection(DELETE, before))
    assert task is not None
    await task
    await running.look_again({WEB.id})
    assert [each.ending for each in running.operations.finished] == [Ending.UNKNOWN]
    session.after = [saw(OLD, web=replace(WEB, current=OLD.id, activity=Activity.MERGING))]
    await running.look_again({WEB.id})
    assert [each.ending for each in running.operations.finished] == [Ending.DONE]
    assert not running.operations.vms_with_open_outcomes


async def test_an_outcome_that_is_open_is_found_also_after_a_merge_was_seen() -> None:
    before, merging = saw(*ALL), replace(WEB, current=OLD.id, activity=Activity.MERGING)
    session = Failing(before, NOT_READ, error=OutcomeUnknown("Lost."))
    running, _ = runner(session)
    task = running.start(DELETE, selection(DELETE, before))
    assert task is not None
    await task
    running.follow_merges(saw(OLD, web=merging))
    session.after = [saw(OLD, web=merging)]
    await running.look_again({WEB.id})
    (found,) = running.operations.finished
    assert found.findings is not None
    assert (found.findings.effect, found.merge) == (Effect.DONE, MergeState.MERGING)
    assert not running.operations.vms_with_open_outcomes


async def test_an_outcome_stays_open_while_the_checkpoints_cannot_be_read() -> None:
    before = saw(*ALL)
    session = Failing(before, NOT_READ, error=OutcomeUnknown("Lost."))
    running, _ = runner(session)
    task = running.start(DELETE, selection(DELETE, before))
    assert task is not None
    findings = (await task).findings
    assert findings is not None
    assert "could not be read: Generic failure" in findings_text(findings)
    assert running.operations.vms_with_open_outcomes == {WEB.id}


async def test_a_vm_that_could_not_be_read_is_not_said_to_be_gone() -> None:
    gone = Unread(vm_id=VmId(WEB.id), part=UnreadPart.VM, words="Generic failure")
    operation = await ended(DELETE, inventory(unread=(gone,)))
    assert operation.ending is Ending.UNKNOWN
    assert operation.findings is not None
    assert findings_text(operation.findings) == "The VM could not be read since: Generic failure"


@pytest.mark.parametrize(
    ("setting", "with_memory", "told"),
    [
        (CheckpointSetting.PRODUCTION, True, True),
        (CheckpointSetting.PRODUCTION, False, False),
        (CheckpointSetting.STANDARD, True, False),
    ],
)
@pytest.mark.parametrize("command", [CREATE, APPLY_SAFELY])
async def test_a_standard_checkpoint_in_place_of_a_production_one_is_told(
    command: Command, setting: CheckpointSetting, with_memory: bool, told: bool
) -> None:
    was = saw(*ALL, web=replace(WEB, checkpoint_setting=setting))
    made = replace(MADE, with_memory=with_memory)
    operation = await ended(command, saw(*ALL, made), was=was)
    assert operation.findings is not None
    codes = [finding.code for finding in operation.findings.findings]
    assert (FindingCode.FELL_BACK in codes) is told
