"""How the outcome of a write of an earlier hvtui is told."""

from __future__ import annotations

import pytest

from hvtui.backends.model import OrphanedWrite
from hvtui.backends.operations.operation import Ending
from hvtui.backends.operations.orphans import OrphanEnded
from hvtui.tui.widgets.operations.shown import shown_operations
from tests.tui.samples import NOON, vm

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
