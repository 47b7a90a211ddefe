"""What is printed of a command that fails after its effect, falls back, or leaves a merge, and the ways out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import FileNotPermitted, GuestNotResponding, OperationFailed, SavedStateUnusable
from hvtui.backends.model import Activity, CheckpointKind, MergeEvent, MergeEventCode, VmState
from hvtui.tui.cli.commands import merge
from tests.cli.canned import CannedCli, CannedSession
from tests.cli.conftest import DemoCli
from tests.cli.troubled import DISKS
from tests.cli.troubled import OLD as DISK_OLD
from tests.cli.troubled import WEB as DISK_WEB
from tests.tui.samples import NOON, checkpoint, inventory, vm

if TYPE_CHECKING:
    from collections.abc import Collection

    from hvtui.backends.model import Inventory, Vm, VmId


DONE, FAILED, USAGE, REFUSED, UNKNOWN, PARTLY = range(6)
WEB = vm("web-01")
OLD = checkpoint("Old", WEB, 9)
NEW = checkpoint("New", WEB, 2, OLD)
WEB = replace(WEB, current=NEW.id)
MADE = checkpoint("Mine", WEB, 0, NEW, with_memory=True)
MERGED = replace(
    DISKS[DISK_WEB.id],
    disks=tuple(d for d in DISKS[DISK_WEB.id].disks if d.checkpoint_id in (None, DISK_OLD.id)),
    files=tuple(
        replace(file, parent="d:\\vms\\base.vhdx") if file.path.endswith("now.avhdx") else file
        for file in DISKS[DISK_WEB.id].files
        if "now" in file.path or "base" in file.path
    ),
)
LEFT = checkpoint("Backup", WEB, 12, kind=CheckpointKind.RECOVERY)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "SECONDS", 0)
    monkeypatch.setattr(merge, "BEGINS_WITHIN", timedelta(0))


def host(web: Vm = WEB, *checkpoints: object) -> Inventory:
    return inventory(web, checkpoints=checkpoints or (OLD, NEW))  # type: ignore[arg-type]


def on(capsys: pytest.CaptureFixture[str], **prepared: object) -> CannedCli:
    prepared.setdefault("found", host())
    return CannedCli(capsys, CannedSession(**prepared))  # type: ignore[arg-type]


def test_an_error_after_the_effect_is_done_and_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    failed = OperationFailed("The operation failed.", detail="0x80041001")
    cli = on(capsys, fails=failed, after=host(WEB, NEW))
    code, out, err = cli.run("delete", "web-01", "Old", "--yes")
    assert (code, out.startswith("Deleted “Old” of web-01.")) == (DONE, True)
    assert "It was deleted, and the host reported: The operation failed." in err
    code, told = on(capsys, fails=failed, after=host(WEB, NEW)).json("delete", "web-01", "Old", "--yes")
    assert (code, told["outcome"], told["error"]["detail"]) == (DONE, "done", "0x80041001")


def test_what_is_partly_done_has_a_code_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    cli = on(capsys, fails=OperationFailed("The operation failed."), after=host(WEB, NEW))
    code, told = cli.json("delete", "web-01", "Old", "--subtree", "--yes")
    assert (code, told["outcome"]) == (PARTLY, "partly")
    assert "1 of 2 checkpoints are still there." in told["seen"]


def test_an_error_without_an_effect_is_failed_with_the_words_of_the_host(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = FileNotPermitted(
        "The VM may not open its file.", path="D:\\dc.vhdx", hint="Run icacls.", detail="0x80070005"
    )
    off = replace(WEB, state=VmState.OFF)
    code, _, err = on(capsys, found=host(off), fails=error).run("start", "web-01")
    assert code == FAILED
    assert err == (
        "hvtui: Failed: The VM may not open its file. Run icacls. The VM is off now, on “New”."
        " Reported: D:\\dc.vhdx 0x80070005\n"
    )
    told = on(capsys, found=host(off), fails=error).json("start", "web-01")[1]
    assert told["error"]["path"] == "D:\\dc.vhdx"


def test_a_command_in_the_hint_of_an_error_is_the_end_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    error = OperationFailed("It failed.", hint="Forget it: hvtui forget hv01", detail="0x1")
    _, _, err = on(capsys, fails=error).run("delete", "web-01", "Old", "--yes")
    assert err.splitlines()[-2].endswith("on “New”. Forget it: hvtui forget hv01")
    assert err.splitlines()[-1] == "Reported: 0x1"


def test_a_silent_fallback_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    after = host(replace(WEB, current=MADE.id), OLD, NEW, MADE)
    code, out, err = on(capsys, after=after).run("create", "web-01", "Mine")
    assert (code, out.startswith("Created “Mine” on web-01. Its ID: ")) == (DONE, True)
    assert "a production one could not be made" in err
    told = on(capsys, after=after).json("create", "web-01", "Mine")[1]
    assert told["created"]["fell_back"] is True


def test_a_guest_that_does_not_answer_can_be_turned_off(capsys: pytest.CaptureFixture[str]) -> None:
    error = GuestNotResponding(
        "The guest cannot be asked.", hint="Choose Turn off.", detail="NonInteractive mode"
    )
    code, _, err = on(capsys, fails=error).run("stop", "web-01", "--yes")
    assert code == FAILED
    assert err.splitlines() == [
        "hvtui: Failed: The guest cannot be asked. Choose Turn off. The VM is running now, on “New”."
        f" A way out: hvtui stop HOST {WEB.id} --turn-off",
        "Reported: NonInteractive mode",
    ]


def test_a_saved_state_that_cannot_resume_can_be_discarded(capsys: pytest.CaptureFixture[str]) -> None:
    saved = host(replace(WEB, state=VmState.SAVED))
    cli = on(capsys, found=saved, fails=SavedStateUnusable("It cannot resume.", detail="0xC0370029"))
    code, told = cli.json("start", "web-01")
    assert (code, told["way_out"]) == (FAILED, f"hvtui discard-saved-state HOST {WEB.id}")
    cli = on(capsys, found=saved, after=host(replace(WEB, state=VmState.OFF)))
    assert cli.run("discard-saved-state", "web-01")[0] == REFUSED
    assert cli.session.sent == []
    assert cli.run("discard-saved-state", "web-01", "--yes")[0] == DONE
    assert cli.session.sent == ["discard"]


def test_a_vm_that_is_stopping_gets_advice(capsys: pytest.CaptureFixture[str]) -> None:
    stuck = host(replace(WEB, state=VmState.STOPPING, in_service=True))
    cli = on(capsys, found=stuck)
    code, _, err = cli.run("stop", "web-01", "--yes", "--turn-off")
    assert code == REFUSED
    assert "Restart-Service vmms" in err
    assert f"Stop-VM -VM (Get-VM -Id {WEB.id}) -TurnOff" in err
    refused = cli.json("start", "web-01")[1]
    assert (refused["error"]["code"], cli.session.sent) == ("stuck", [])
    assert "key" not in refused["error"]["message"]
    assert "vmconnect.exe" in refused["error"]["advice"]


def test_the_checkpoint_of_a_backup_goes_only_by_the_name_of_the_vm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli = on(capsys, found=host(WEB, LEFT, NEW), after=host(WEB, NEW))
    assert cli.json("delete", "web-01", "Backup", "--yes")[1]["error"]["code"] == "locked"
    assert cli.run("remove-backup-checkpoint", "web-01", "Backup", "--yes")[0] == USAGE
    assert (
        f"hvtui remove-backup-checkpoint HOST {WEB.id} {LEFT.id}" in cli.run("delete", "web-01", "Backup")[2]
    )
    code, _, err = cli.run("remove-backup-checkpoint", "web-01", "Backup")
    assert (code, "add --confirm=web-01" in err) == (REFUSED, True)
    assert "no backup job of this VM is running" in err
    assert cli.run("remove-backup-checkpoint", "web-01", "Backup", "--confirm=“web-01”")[0] == REFUSED
    assert cli.run("remove-backup-checkpoint", "web-01", "Backup", "--confirm", "web-02")[0] == REFUSED
    assert cli.session.sent == []
    assert cli.run("remove-backup-checkpoint", "web-01", "Backup", "--confirm", "web-01")[0] == DONE
    assert cli.session.sent == ["delete"]


def test_a_delete_says_how_much_it_merges_where_and_whether_it_fits(demo: DemoCli) -> None:
    code, told = demo.json("delete", "web-01", "Before CU-11", "--yes")
    assert code == DONE
    assert "1 GB will be merged into" in told["notes"][0]
    assert "which has" in told["notes"][0]


@pytest.mark.parametrize(
    ("event", "code", "merged"),
    [
        (MergeEventCode.FINISHED, DONE, True),
        (MergeEventCode.FAILED, PARTLY, False),
        (MergeEventCode.INTERRUPTED, PARTLY, False),
    ],
)
def test_the_end_of_a_merge_is_followed(
    capsys: pytest.CaptureFixture[str], event: MergeEventCode, code: int, merged: bool
) -> None:
    from datetime import UTC, datetime

    ended = MergeEvent(vm_id=WEB.id, code=event, time=datetime.now(UTC) + timedelta(minutes=1))
    cli = on(capsys, after=host(WEB, NEW), events_after=(ended,))
    assert cli.json("delete", "web-01", "Old", "--yes", "--wait")[0] == code
    cli = on(capsys, after=host(WEB, NEW), events_after=(ended,))
    assert cli.json("delete", "web-01", "Old", "--yes", "--wait")[1]["merged"] is merged


def test_without_events_the_files_show_whether_it_is_merged(capsys: pytest.CaptureFixture[str]) -> None:
    before = DISKS[DISK_WEB.id]
    web = replace(DISK_WEB, current=DISK_OLD.id)
    denied = OperationFailed("No log.")
    after = replace(before, disks=tuple(d for d in before.disks if d.checkpoint_id in (None, DISK_OLD.id)))
    found = inventory(web, checkpoints=(DISK_OLD, checkpoint("Between", web, 1, DISK_OLD)))
    cli = on(
        capsys,
        found=found,
        after=inventory(web, checkpoints=(DISK_OLD,)),
        disks_of={web.id: before},
        disks_after={web.id: after},
        merge_events=denied,
    )
    code, told = cli.json("delete", "web-01", "Between", "--yes", "--wait")
    assert (code, told["merged"], told["merge"]) == (PARTLY, False, "not-begun")


class MergesLate(CannedSession):
    """Begins to merge some readings after the delete, and then merges for one reading."""

    readings = 0

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        found = await super().inventory(vm_ids)
        self.readings += bool(self.sent)
        if self.readings == 12:
            self.disks_of = {DISK_WEB.id: MERGED}
        activity = Activity.MERGING if self.readings == 11 else Activity.NONE
        return replace(found, vms=tuple(replace(vm, activity=activity) for vm in found.vms))


def test_a_merge_that_begins_late_is_waited_for(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "BEGINS_WITHIN", timedelta(minutes=1))
    before = DISKS[DISK_WEB.id]
    web = replace(DISK_WEB, current=DISK_OLD.id)
    left = replace(before, disks=tuple(d for d in before.disks if d.checkpoint_id in (None, DISK_OLD.id)))
    session = MergesLate(
        found=inventory(web, checkpoints=(DISK_OLD, checkpoint("Between", web, 1, DISK_OLD))),
        after=inventory(web, checkpoints=(DISK_OLD,)),
        disks_of={web.id: before},
        disks_after={web.id: left},
        merge_events=OperationFailed("No log."),
    )
    code, told = CannedCli(capsys, session).json("delete", "web-01", "Between", "--yes", "--wait")
    assert (code, told["merged"], told["merge"]) == (DONE, True, "finished")


def test_a_merge_that_does_not_begin_is_not_called_failed(capsys: pytest.CaptureFixture[str]) -> None:
    before = DISKS[DISK_WEB.id]
    web = replace(DISK_WEB, current=DISK_OLD.id)
    left = replace(before, disks=tuple(d for d in before.disks if d.checkpoint_id in (None, DISK_OLD.id)))
    cli = on(
        capsys,
        found=inventory(web, checkpoints=(DISK_OLD, checkpoint("Between", web, 1, DISK_OLD))),
        after=inventory(web, checkpoints=(DISK_OLD,)),
        disks_of={web.id: before},
        disks_after={web.id: left},
    )
    code, out, _ = cli.run("delete", "web-01", "Between", "--yes", "--wait")
    assert code == PARTLY
    assert "The host has not begun to merge its disks. 1 link is still to be merged." in out


def test_a_delete_that_took_more_than_was_asked_is_no_success_and_names_it(demo: DemoCli) -> None:
    demo.world.unverified.destroy_takes_dependents = True
    code, out, err = demo.run("delete", "web-01", "Clean install", "--yes")
    assert (code, out) == (PARTLY, "")
    assert "Partly done: More is gone than was to be deleted. It was deleted." in err
    assert "“Old branch” is gone too." in err


def test_a_delete_that_took_more_is_partly_done_as_json_too(demo: DemoCli) -> None:
    demo.world.unverified.destroy_takes_dependents = True
    code, told = demo.json("delete", "web-01", "Clean install", "--yes", "--wait")
    assert (code, told["outcome"], told["error"]) == (PARTLY, "partly", None)
    assert "“Old branch” is gone too." in told["seen"]
    assert (told["merge"], told["merged"]) == ("finished", True)


def test_the_merge_is_told_and_followed_of_a_delete_that_took_more(demo: DemoCli) -> None:
    demo.world.unverified.destroy_takes_dependents = True
    code, _, err = demo.run("delete", "web-01", "Clean install", "--yes", "--wait")
    assert (code, err.rstrip().endswith("Nothing is left to merge.")) == (PARTLY, True)


def test_a_merge_in_progress_is_told_of_a_delete_that_took_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    merging = host(replace(WEB, activity=Activity.MERGING), checkpoint("Other", WEB, 1))
    cli = on(capsys, after=merging)
    code, _, err = cli.run("delete", "web-01", "Old", "--yes")
    assert code == PARTLY
    assert "“New” is gone too." in err
    assert err.rstrip().endswith(
        "The host is merging its disks now. With --wait, hvtui follows that to its end."
    )
    told = on(capsys, after=merging).json("delete", "web-01", "Old", "--yes")[1]
    assert told["merge"] == "merging"


@pytest.mark.parametrize(
    ("event", "merged"), [(MergeEventCode.FINISHED, True), (MergeEventCode.FAILED, False)]
)
def test_the_merge_of_a_delete_that_is_partly_done_with_an_error_is_followed(
    capsys: pytest.CaptureFixture[str], event: MergeEventCode, merged: bool
) -> None:
    ended = MergeEvent(vm_id=WEB.id, code=event, time=NOON)
    cli = on(capsys, fails=OperationFailed("It failed."), after=host(WEB, NEW), events_after=(ended,))
    code, told = cli.json("delete", "web-01", "Old", "--subtree", "--yes", "--wait")
    assert (code, told["outcome"], told["merged"]) == (PARTLY, "partly", merged)


def test_where_a_delete_may_take_more_it_is_said_before_even_if_nothing_is_asked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = DemoCli(capsys, "vmm").run("delete", "test-047", "Nightly 25", "--yes")
    assert code == DONE
    assert out.startswith("Deleted “Nightly 25” of test-047 on hv-prod-1.")
    assert "The 2 checkpoints below it may be deleted too: this kind of host does not say." in err
    assert "“Nightly 26”" in err


def test_an_apply_whose_result_nobody_could_tell_says_how_it_left_the_vm(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = DemoCli(capsys, "vmm").run("apply", "test-047", "Nightly 25", "--yes")
    assert code == DONE
    assert "The VM is off now, on “Nightly 25”." in out
