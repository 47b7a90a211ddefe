"""The details show what is known, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult

from hvtui.backends.model import (
    CheckpointKind,
    CheckpointSetting,
    Disk,
    DiskFile,
    DiskReading,
    UnreadFile,
    VmDisks,
    VmState,
)
from hvtui.tui.text.descriptions import Fact, describe_checkpoint, describe_now, other_time_zone
from hvtui.tui.text.impact import applied_state
from hvtui.tui.text.safe import safe
from hvtui.tui.widgets.details import Details
from tests.tui.painting import lines_painted, shown, title
from tests.tui.samples import HOSTILE_NAMES, NOON, checkpoint, days_ago, inventory, vm

if TYPE_CHECKING:
    from collections.abc import Iterable

GB = 2**30
WEB = vm("web-01")
CLEAN = checkpoint("Clean install", WEB, 122, id="clean", with_memory=True)
UPDATE = checkpoint("Before CU-11", WEB, 2, CLEAN, id="cu", notes="change 4711\nby night")
AFTER_UPDATE = replace(WEB, current=UPDATE.id)
DISKS = VmDisks(
    vm_id=WEB.id,
    disks=(
        Disk(vm_id=WEB.id, checkpoint_id=None, path="D:\\VMs\\now.avhdx", location="SCSI 0:0"),
        Disk(vm_id=WEB.id, checkpoint_id=UPDATE.id, path="D:\\VMs\\cu.avhdx", location="SCSI 0:0"),
        Disk(vm_id=WEB.id, checkpoint_id=UPDATE.id, path="E:\\lost.avhdx", location="SCSI 0:1"),
    ),
    files=(
        DiskFile(path="D:\\VMs\\now.avhdx", size=12 * GB, differencing=True, parent="D:\\VMs\\cu.avhdx"),
        DiskFile(path="D:\\VMs\\cu.avhdx", size=GB, differencing=True),
    ),
    unread=(UnreadFile(path="E:\\lost.avhdx"),),
)
READING = DiskReading(vm_id=WEB.id, disks=DISKS)
HOST = inventory(WEB, checkpoints=(CLEAN, UPDATE))


def words(facts: Iterable[Fact]) -> list[tuple[str, str]]:
    return [(fact.label, fact.text) for fact in facts]


# The Restore table of the Hyper-V facts: state before, memory in the checkpoint, what comes of it.
@pytest.mark.parametrize(
    ("state", "with_memory", "outcome"),
    [
        (VmState.RUNNING, True, "if the host can still resume it"),
        (VmState.PAUSED, True, "leaves the VM saved"),
        (VmState.OFF, True, "leaves the VM saved"),
        (VmState.SAVED, True, "leaves the VM saved"),
        (VmState.RUNNING, False, "leaves the VM off"),
        (VmState.OFF, False, "leaves the VM off"),
        (VmState.SAVED, False, "leaves the VM off"),
        (VmState.STARTING, False, "leaves the VM off"),
        (VmState.STARTING, True, "cannot be predicted while the VM is starting"),
    ],
)
def test_the_predicted_result_of_an_apply_is_what_hyper_v_does(
    state: VmState, with_memory: bool, outcome: str
) -> None:
    it = replace(CLEAN, with_memory=with_memory)
    assert outcome in applied_state(it, replace(WEB, state=state))


def test_nothing_is_said_of_the_next_checkpoint_of_a_vm_that_was_never_read() -> None:
    from hvtui.backends.model import Unread, UnreadPart, unread_vm

    never = unread_vm(WEB.id)
    unread = Unread(vm_id=WEB.id, part=UnreadPart.VM, words="No.")
    facts = describe_now(never, inventory(never, unread=(unread,)), None, NOON, limit=50)
    assert "Next" not in [fact.label for fact in facts]
    earlier = replace(unread, since=NOON)
    facts = describe_now(WEB, inventory(WEB, unread=(earlier,)), None, NOON, limit=50)
    assert "Next" in [fact.label for fact in facts]


def test_a_checkpoint_with_its_disks() -> None:
    facts = words(describe_checkpoint(UPDATE, WEB, HOST, READING, NOON))
    assert facts[0][0] == "Taken"
    assert facts[0][1].startswith("2 days ago, Mon 2026-03-02 ")
    assert facts[0][1].endswith(", without memory")
    assert facts[1:] == [
        ("Apply", "Applying it leaves the VM off."),
        ("Notes", "change 4711"),
        ("", "by night"),
        ("Parent", "“Clean install”"),
        ("Disks", "cu.avhdx  1 GB  SCSI 0:0"),
        ("", "lost.avhdx  size not known  SCSI 0:1"),
        ("!", "E:\\lost.avhdx could not be read"),
    ]


def test_unread_disks_are_not_made_up() -> None:
    assert words(describe_checkpoint(CLEAN, WEB, HOST, None, NOON))[-1] == ("Disks", "not read yet")
    assert ("Since", "“Before CU-11”") in words(describe_now(AFTER_UPDATE, HOST, None, NOON, limit=50))
    assert ("Since", "“Before CU-11”, 12 GB written") in words(
        describe_now(AFTER_UPDATE, HOST, READING, NOON, limit=50)
    )
    unread = replace(DISKS, files=())
    assert ("Since", "“Before CU-11”") in words(
        describe_now(AFTER_UPDATE, HOST, DiskReading(vm_id=WEB.id, disks=unread), NOON, limit=50)
    )


@pytest.mark.parametrize(
    "kind", sorted({*CheckpointKind} - {CheckpointKind.STANDARD, CheckpointKind.NOT_TOLD})
)
def test_what_is_locked_says_why(kind: CheckpointKind) -> None:
    facts = describe_checkpoint(replace(CLEAN, kind=kind), WEB, HOST, None, NOON)
    assert [fact.label for fact in facts if fact.tone == "warning"] == ["Locked"]
    assert all(fact.label != "Locked" for fact in describe_checkpoint(CLEAN, WEB, HOST, None, NOON))


def test_a_missing_checkpoint_is_not_said_to_be_applied() -> None:
    missing = replace(CLEAN, kind=CheckpointKind.MISSING)
    assert applied_state(missing, WEB) == "Applying it is not possible."


@pytest.mark.parametrize(
    ("setting", "next_one"),
    [
        (CheckpointSetting.PRODUCTION, "production checkpoint, or standard if that fails"),
        (CheckpointSetting.PRODUCTION_ONLY, "production checkpoint only"),
        (CheckpointSetting.STANDARD, "standard checkpoint, with memory while the VM runs"),
        (CheckpointSetting.DISABLED, "none: checkpoints are disabled for this VM"),
        (CheckpointSetting.UNKNOWN, "“Quantum‹202E›”, which hvtui does not know"),
    ],
)
def test_now_says_what_type_the_next_checkpoint_will_have(setting: CheckpointSetting, next_one: str) -> None:
    machine = replace(WEB, checkpoint_setting=setting, checkpoint_setting_text="Quantum\u202e")
    assert ("Next", next_one) in words(describe_now(machine, HOST, None, NOON, limit=50))


def test_a_drive_that_was_not_read_leaves_the_sum_unsaid() -> None:
    second = Disk(vm_id=WEB.id, checkpoint_id=None, path="E:\\lost.avhdx", location="SCSI 0:1")
    disks = replace(DISKS, disks=(*DISKS.disks, second))
    assert ("Since", "“Before CU-11”") in words(
        describe_now(AFTER_UPDATE, HOST, DiskReading(vm_id=WEB.id, disks=disks), NOON, limit=50)
    )


def test_an_unknown_kind_is_named_as_the_host_names_it_and_hides_nothing() -> None:
    odd = replace(CLEAN, kind=CheckpointKind.UNKNOWN, kind_text="Quantum\u202e")
    facts = words(describe_checkpoint(odd, WEB, HOST, None, NOON))
    assert ("Locked", "The host calls its type “Quantum‹202E›”, which hvtui does not know.") in facts


def test_the_hosts_zone_is_named_where_it_is_another() -> None:
    host = inventory().host
    local = NOON.astimezone().utcoffset()
    assert local is not None
    here = int(local.total_seconds() // 60)
    assert other_time_zone(replace(host, utc_offset_minutes=here), NOON) == ()
    assert other_time_zone(replace(host, utc_offset_minutes=None), NOON) == ()
    away = other_time_zone(replace(host, utc_offset_minutes=-570), NOON)
    assert words(away) == [("Zone", "Times are local; the host uses UTC-09:30.")]


class DetailsApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Details()


async def test_the_pane_follows_what_it_is_given_and_paints_only_that() -> None:
    app = DetailsApp()
    async with app.run_test(size=(60, 12)) as pilot:
        details = app.query_one(Details)
        details.inventory = inventory(WEB, checkpoints=(CLEAN, UPDATE))
        details.vm_id = WEB.id
        await pilot.pause()
        assert title(details) == "Now  web-01"
        assert shown(details)[0] == " State    running"
        details.checkpoint_id = UPDATE.id
        await pilot.pause()
        assert title(details) == "Before CU-11"
        assert shown(details)[6] == " Disks    not read yet"
        details.disk_reading = replace(READING, vm_id=vm("another").id)
        await pilot.pause()
        assert shown(details)[6] == " Disks    not read yet"
        with lines_painted(details) as painted:
            details.inventory = inventory(WEB, checkpoints=(CLEAN, UPDATE))
            await pilot.pause()
        assert painted == []
        details.checkpoint_id = None
        details.vm_id = None
        await pilot.pause()
        assert title(details) == "Details"
        assert shown(details)[0] == ""


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_hostile_names_are_only_names(name: str) -> None:
    app = DetailsApp()
    machine = vm(name, id="1", notes=name, status_text=name)
    parent = checkpoint(name, machine, 3, id="2", notes=name)
    child = checkpoint("child", machine, 2, parent, id="3")
    async with app.run_test(size=(230, 12)) as pilot:
        details = app.query_one(Details)
        details.inventory = inventory(machine, checkpoints=(parent, child))
        details.vm_id = machine.id
        details.checkpoint_id = child.id
        await pilot.pause()
        assert any(line.endswith(f"Parent   “{safe(name)}”") for line in shown(details))
        details.checkpoint_id = parent.id
        await pilot.pause()
        await pilot.resize_terminal(12, 6)
        await pilot.pause()
        assert app.is_running


def test_what_could_not_be_read_of_the_host_is_said_in_its_words() -> None:
    host = replace(HOST.host, unread=("The jobs could not be read: Access denied.",))
    here = replace(HOST, host=host, incomplete="Generic failure")
    said = [fact.text for fact in describe_now(WEB, here, READING, NOON, limit=50) if fact.label == "Host"]
    assert said == [
        "The host may have VMs that are not listed: Generic failure",
        "The jobs could not be read: Access denied.",
    ]


def test_disks_that_a_server_tells_from_memory_have_their_age() -> None:
    old = replace(READING, disks=replace(DISKS, as_of=days_ago(0.5)))
    facts = words(describe_now(AFTER_UPDATE, HOST, old, NOON, limit=50))
    assert next(text for label, text in facts if label == "As of").startswith("12 hours ago")
    assert "As of" not in dict(words(describe_now(AFTER_UPDATE, HOST, READING, NOON, limit=50)))
