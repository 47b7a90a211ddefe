"""None, not listed, not read yet and could not be read each have their own word, everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import StopHow
from hvtui.backends.errors import HyperVUnavailable, UnavailableCause
from hvtui.backends.model import (
    CheckpointId,
    CheckpointKind,
    CheckpointSetting,
    Disk,
    DiskFile,
    DiskReading,
    Unread,
    UnreadDrives,
    UnreadFile,
    UnreadPart,
    VmDisks,
    VmState,
)
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.commands import StartVm, StopVm
from hvtui.backends.operations.outcome import Findings, findings
from hvtui.backends.operations.preconditions import ChangeCode, TargetChanged
from hvtui.tui.text.absence import checkpoint_count, checkpoint_name
from hvtui.tui.text.descriptions import describe_checkpoint, describe_now, disk_facts
from hvtui.tui.text.impact import current_text, lost_by_apply
from hvtui.tui.text.kinds import lock_text
from hvtui.tui.text.outcomes import change_lines, findings_text, vm_state
from hvtui.tui.text.questions import unchanged_text
from tests.tui.samples import NOON, checkpoint, inventory, vm

WEB = vm("web-01")
OLD = checkpoint("Old", WEB, 3, id="old")
NEW = checkpoint("New", WEB, 2, OLD, id="new")
GHOST = replace(WEB, current=CheckpointId("ghost"))
SICK = Unread(
    vm_id=WEB.id, part=UnreadPart.CHECKPOINTS, words="Generic failure", since=NOON - timedelta(minutes=4)
)
NEVER = Unread(vm_id=WEB.id, part=UnreadPart.VM, words="", since=None)


def facts_of_now(machine: object = WEB, reading: DiskReading | None = None, **more: object) -> dict[str, str]:
    here = inventory(machine, checkpoints=(OLD, NEW), **more)  # type: ignore[arg-type]
    found = describe_now(here.vms[0], here, reading, NOON, limit=50)
    return {fact.label: fact.text for fact in found}


@pytest.mark.parametrize(
    ("current", "unread", "words"),
    [
        (None, (), "no checkpoint"),
        ("new", (), "“New”"),
        ("ghost", (), "a checkpoint that the host does not list"),
        ("ghost", (SICK,), "a checkpoint that could not be read"),
        (None, (SICK,), "no checkpoint"),
        (None, (NEVER,), "not known"),
    ],
)
def test_what_a_vm_runs_on_has_one_word_for_each_case(
    current: str | None, unread: tuple[Unread, ...], words: str
) -> None:
    here = inventory(WEB, checkpoints=(OLD, NEW), unread=unread)
    assert checkpoint_name(CheckpointId(current) if current else None, here, WEB) == words


@pytest.mark.parametrize(
    ("unread", "count", "shown"), [((), 0, "–"), ((), 3, "3"), ((SICK,), 3, "?"), ((NEVER,), 0, "?")]
)
def test_a_count_that_could_not_be_read_is_no_number(
    unread: tuple[Unread, ...], count: int, shown: str
) -> None:
    assert checkpoint_count(WEB, inventory(WEB, unread=unread), count) == shown


def test_a_parent_that_is_not_listed_is_told_the_same_everywhere() -> None:
    seen = Selection(inventory=inventory(GHOST, checkpoints=(OLD, NEW)), vm_id=WEB.id, checkpoint_id=OLD.id)
    where = "a checkpoint that the host does not list"
    assert where in lost_by_apply(seen, None, NOON)
    assert where in current_text(seen, [OLD])
    assert current_text(seen, [OLD]).endswith("it may be below this one.")
    assert current_text(seen, [OLD, NEW]).endswith("it may be below these.")
    between = replace(NEW, parent=CheckpointId("ghost"))
    web = replace(WEB, current=NEW.id)
    here = inventory(web, checkpoints=(OLD, between))
    above = Selection(inventory=here, vm_id=WEB.id, checkpoint_id=OLD.id)
    assert current_text(above, [OLD]) == "The VM currently runs on “New”; it may be below this one."
    assert current_text(above, [between]).endswith(f"“New”; afterwards on {where}.")
    assert vm_state(GHOST, None) == f"The VM is running now, on {where}."
    assert vm_state(WEB, None) == "The VM is running now, on no checkpoint."
    assert facts_of_now(GHOST)["Since"] == where
    assert facts_of_now(WEB)["Runs on"] == "no checkpoint"


def test_a_delete_says_nothing_of_other_checkpoints_if_there_are_none() -> None:
    here = inventory(WEB, checkpoints=(OLD, NEW))
    seen = Selection(inventory=here, vm_id=WEB.id, checkpoint_id=OLD.id)
    others = "The virtual machine itself and its other checkpoints do not change."
    assert unchanged_text(seen, [OLD, NEW], []) == "The virtual machine itself does not change."
    assert unchanged_text(seen, [NEW], []) == others
    stale = replace(seen, inventory=replace(here, unread=(SICK,)))
    assert unchanged_text(stale, [OLD, NEW], []) == others


def test_what_a_vm_runs_on_after_a_command_is_not_made_unlisted_if_its_checkpoints_were_not_read() -> None:
    where = "a checkpoint that could not be read"
    here = inventory(GHOST, checkpoints=(OLD, NEW), unread=(SICK,))
    asked = Selection(inventory=inventory(WEB, checkpoints=(OLD, NEW)), vm_id=WEB.id, checkpoint_id=OLD.id)
    started = StartVm(vm=WEB)
    assert f"on {where}." in findings_text(findings(started, asked, here))
    now = replace(asked, inventory=here)
    changed = TargetChanged(before=asked, after=now, changes=(ChangeCode.CURRENT,), reason=None)
    assert change_lines(changed) == [f"The VM ran on no checkpoint and runs on {where} now."]


def test_what_a_deleted_branch_hung_from_is_not_made_none() -> None:
    lost = replace(OLD, parent=CheckpointId("ghost"))
    here = inventory(replace(WEB, current=NEW.id), checkpoints=(lost, NEW))
    seen = Selection(inventory=here, vm_id=WEB.id, checkpoint_id=OLD.id)
    assert current_text(seen, [lost, NEW]).endswith("afterwards on a checkpoint that the host does not list.")


def test_a_vm_that_could_not_be_read_says_so_in_the_hosts_words_with_the_age_of_what_is_shown() -> None:
    text = facts_of_now(unread=(SICK,))["!"]
    assert text == "Its checkpoints could not be read: Generic failure. Shown as read 4 minutes ago."
    assert facts_of_now(unread=(NEVER,))["!"] == "The VM could not be read."
    here = inventory(WEB, checkpoints=(OLD,), unread=(SICK,))
    assert text in [fact.text for fact in describe_checkpoint(OLD, WEB, here, None, NOON)]


def disks(reading: DiskReading | None, of: str | None = None) -> list[tuple[str, str, str]]:
    found = disk_facts(WEB, reading, CheckpointId(of) if of else None, NOON)
    return [(fact.label, fact.text, fact.tone) for fact in found]


def test_disks_are_not_read_yet_only_while_nothing_was_tried() -> None:
    assert disks(None) == [("Disks", "not read yet", "muted")]
    failed = DiskReading(vm_id=WEB.id, error="Access is denied")
    assert disks(failed) == [("Disks", "could not be read: Access is denied", "warning")]
    assert disks(DiskReading(vm_id=WEB.id, disks=VmDisks(vm_id=WEB.id))) == [("Disks", "none", "muted")]


def test_one_owner_whose_drives_could_not_be_read_hides_no_other() -> None:
    read = VmDisks(
        vm_id=WEB.id,
        disks=(Disk(vm_id=WEB.id, checkpoint_id=None, path="D:\\a.vhds", location="SCSI 0:0"),),
        files=(DiskFile(path="d:\\A.vhds", size=None, differencing=False),),
        unread=(
            UnreadFile(path="E:\\lost.avhdx", missing=True),
            UnreadFile(path="E:\\bad.avhdx", words="Corrupt"),
        ),
        unread_drives=(UnreadDrives(checkpoint_id=NEW.id, words="Generic failure"),),
    )
    reading = DiskReading(vm_id=WEB.id, disks=read)
    assert disks(reading, "new") == [("Disks", "could not be read: Generic failure", "warning")]
    assert disks(reading, "old") == [("Disks", "none", "muted")]
    assert disks(reading) == [
        ("Disks", "a.vhds  a set: its data are in other files  SCSI 0:0", ""),
        ("!", "E:\\lost.avhdx is missing", "warning"),
        ("!", "E:\\bad.avhdx could not be read: Corrupt", "warning"),
    ]


def test_after_a_command_a_checkpoint_that_could_not_be_read_is_not_called_unlisted() -> None:
    before = Selection(inventory=inventory(WEB, checkpoints=(OLD, NEW)), vm_id=WEB.id)
    for unread, words in (((SICK,), "could not be read"), ((), "the host does not list")):
        found = inventory(replace(GHOST, state=VmState.OFF), unread=unread)
        seen = findings(StopVm(vm=WEB, how=StopHow.TURN_OFF), before, found)
        assert findings_text(seen) == f"The VM is off now, on a checkpoint that {words}."
        after = replace(before, inventory=found)
        (changed,) = change_lines(TargetChanged(before, after, (ChangeCode.CURRENT,), None))
        assert changed == f"The VM ran on no checkpoint and runs on a checkpoint that {words} now."


def test_a_host_that_does_not_answer_after_a_command_is_told_with_the_cause_and_not_with_its_guess() -> None:
    error = HyperVUnavailable(
        "Hyper-V's management service on hv01 is stopped.",
        cause=UnavailableCause.SERVICE_STOPPED,
        detail="The object might have been deleted.",
    )
    assert findings_text(Findings(error=error, final=False)) == (
        "The VM could not be read since: Hyper-V's management service on hv01 is stopped."
    )


@pytest.mark.parametrize("kind", list(CheckpointKind))
def test_why_a_checkpoint_is_locked_is_said_of_every_command_and_not_of_applying_alone(
    kind: CheckpointKind,
) -> None:
    assert "appl" not in lock_text(replace(OLD, kind=kind))


def test_a_checkpoint_whose_type_the_host_does_not_say_is_locked_without_an_empty_word() -> None:
    assert "“”" not in lock_text(replace(OLD, kind=CheckpointKind.UNKNOWN))
    odd = replace(OLD, kind=CheckpointKind.UNKNOWN, kind_text="Odd")
    assert "“Odd”" in lock_text(odd)


def test_drives_of_a_checkpoint_that_could_not_be_read_are_said_of_now_too_and_only_once() -> None:
    def said(checkpoint_id: CheckpointId | None) -> list[str]:
        unread = (UnreadDrives(checkpoint_id=checkpoint_id, words="Generic failure"),)
        reading = DiskReading(vm_id=WEB.id, disks=VmDisks(vm_id=WEB.id, unread_drives=unread))
        here = inventory(WEB, checkpoints=(OLD, NEW))
        found = describe_now(WEB, here, reading, NOON, limit=50)
        return [f"{fact.label} {fact.text}" for fact in found if "Generic failure" in fact.text]

    assert said(NEW.id) == ["! Its disks could not be read: Generic failure"]
    assert said(None) == ["Disks could not be read: Generic failure"]


def test_a_missing_file_of_the_chain_is_named_once() -> None:
    read = VmDisks(
        vm_id=WEB.id,
        disks=(Disk(vm_id=WEB.id, checkpoint_id=None, path="D:\\a.vhdx", location="SCSI 0:0"),),
        unread=(UnreadFile(path="D:\\A.vhdx", words="Not found.", missing=True),),
    )
    found = describe_now(WEB, inventory(WEB), DiskReading(vm_id=WEB.id, disks=read), NOON, limit=50)
    assert len([fact.text for fact in found if "missing" in fact.text]) == 1


def test_a_host_without_checkpoint_types_decides_itself() -> None:
    old = replace(WEB, checkpoint_setting=CheckpointSetting.UNKNOWN)
    assert facts_of_now(old)["Next"] == "as the host decides (it has no checkpoint types)"


@pytest.mark.parametrize("year", [1, 1601, 1980])
def test_a_date_that_is_none_is_not_made_an_age(year: int) -> None:
    dateless = replace(OLD, created=datetime(year, 1, 1, tzinfo=UTC))
    here = inventory(replace(WEB, current=OLD.id), checkpoints=(dateless,))
    taken = next(describe_checkpoint(dateless, WEB, here, None, NOON))
    assert taken.text == "date not known, without memory"
    seen = Selection(inventory=here, vm_id=WEB.id, checkpoint_id=OLD.id)
    assert lost_by_apply(seen, None, NOON) == "All changes since “Old” (date not known) will be lost."


def test_other_software_that_acts_on_a_vm_is_named() -> None:
    assert not {"Replica", "Cluster", "Auto"} & set(facts_of_now())
    busy = replace(WEB, replicated=True, clustered=True, automatic_checkpoints=True)
    found = facts_of_now(busy)
    assert "resynchronization" in found["Replica"]
    assert "clustered role" in found["Cluster"]
    assert "each time the VM starts" in found["Auto"]
