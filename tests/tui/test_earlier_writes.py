"""How the outcome of a write of an earlier hvtui is told."""

from __future__ import annotations

from functools import partial

import pytest

from hvtui.backends.contract import StopHow
from hvtui.backends.errors import OutcomeUnknown
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.session import MockSession
from hvtui.backends.model import OrphanedWrite
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.commands import StopVm
from hvtui.backends.operations.operation import Ending, Operation, Operations, operation_on_any
from hvtui.backends.operations.orphans import OrphanEnded
from hvtui.backends.operations.outcome import Findings
from hvtui.tui.host.earlier_writes import EarlierWrites
from hvtui.tui.widgets.operations.shown import shown_operations
from tests.tui.samples import NOON, inventory, vm

WEB = vm("web-01")


@pytest.mark.parametrize(
    ("succeeded", "ending", "what", "said"),
    [
        (None, Ending.UNKNOWN, "applying Old", "Its answer was lost. The VM is running now"),
        (True, Ending.DONE, "applied Old", "by the server's record of the job it succeeded"),
        (False, Ending.FAILED, "applying Old", "by the server's record of the job it failed: [/] locked"),
    ],
)
def test_the_record_of_a_server_decides_how_a_write_ended_whose_answer_was_lost(
    succeeded: bool | None, ending: Ending, what: str, said: str
) -> None:
    orphan = OrphanedWrite(
        id="1",
        vm_id=WEB.id,
        verb="apply_checkpoint",
        target="Old",
        started=NOON,
        running=False,
        succeeded=succeeded,
        words="[/] locked",
    )
    ended = OrphanEnded(orphan=orphan, target="Old", vm=WEB, found=True, current=None, seen=NOON)
    (shown,) = shown_operations((), (), (ended,), (), (), NOON, {})
    assert (shown.ending, shown.what) == (ending, f"web-01: earlier hvtui: {what}")
    assert said in shown.detail


def test_it_is_said_to_which_node_a_write_was_sent_whose_vm_is_on_another_one_now() -> None:
    orphan = OrphanedWrite(
        id="1", vm_id=WEB.id, verb="save_vm", target="", started=NOON, running=False, node="[/]hv01"
    )
    ended = OrphanEnded(orphan=orphan, target="", vm=WEB, found=True, current=None, seen=NOON)
    (shown,) = shown_operations((), (), (ended,), (), (), NOON, {})
    assert "It was sent to [/]hv01, and its answer was lost. The VM is running now" in shown.detail


def test_the_record_of_a_server_goes_to_the_operations_of_the_host_that_the_write_was_sent_to() -> None:
    clock = ManualClock()
    host = build("one", clock)
    here, other = Operations(), Operations()
    operation = Operation(
        command=StopVm(vm=WEB, how=StopHow.TURN_OFF),
        before=Selection(),
        started=NOON,
        ended=NOON,
        ending=Ending.UNKNOWN,
        error=OutcomeUnknown("lost"),
        findings=Findings(),
    )
    other.finished.append(operation)
    earlier = EarlierWrites(
        MockSession(host.world, clock, host.network),
        find_operation=partial(operation_on_any, [here, other]),
        ended=(),
        spawn=lambda forgetting: forgetting.close(),
        report=lambda error: None,
    )
    orphan = OrphanedWrite(
        id="1",
        vm_id=WEB.id,
        verb="stop_vm",
        target="",
        started=NOON,
        running=False,
        succeeded=False,
        words="No",
    )
    assert earlier.take(inventory(WEB, orphans=(orphan,))).orphans == ()
    assert [str(each.error) for each in other.finished] == ["No"]
    assert not here.finished
    assert not earlier.ended
