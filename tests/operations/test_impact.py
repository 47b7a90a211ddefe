"""What is said of an apply and of a delete before they are done."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.model import CheckpointId, VmState
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.impact import (
    WarningCode,
    apply_warnings,
    current_id_after_delete,
)
from tests.tui.samples import checkpoint, inventory, vm

WEB = vm("web-01")
UNLISTED = CheckpointId("1111")
OLD = checkpoint("Old", WEB, 9)
NEW = checkpoint("New", WEB, 2, OLD)
MEMORY = replace(OLD, with_memory=True)


@pytest.mark.parametrize(
    ("web", "applied", "warnings"),
    [
        (WEB, OLD, ()),
        (replace(WEB, replicated=True), OLD, (WarningCode.REPLICATED,)),
        (replace(WEB, clustered=True), OLD, (WarningCode.CLUSTERED_GOES_OFF,)),
        (replace(WEB, clustered=True, state=VmState.OFF), OLD, ()),
        (replace(WEB, clustered=None), OLD, ()),
        (WEB, replace(OLD, automatic=True), (WarningCode.AUTOMATIC,)),
        (replace(WEB, clustered=True), MEMORY, ()),
        (replace(WEB, state=VmState.OFF), MEMORY, ()),
    ],
)
def test_the_warnings_of_an_apply(web: object, applied: object, warnings: tuple[WarningCode, ...]) -> None:
    assert apply_warnings(web, applied) == warnings  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("root", "current", "deleted", "id_after"),
    [
        (None, NEW.id, (NEW,), OLD.id),
        (None, NEW.id, (OLD, NEW), None),
        (None, NEW.id, (OLD,), NEW.id),
        (UNLISTED, NEW.id, (OLD, NEW), UNLISTED),
        (None, UNLISTED, (OLD, NEW), UNLISTED),
        (NEW.id, NEW.id, (OLD, NEW), NEW.id),
    ],
)
def test_a_checkpoint_that_is_not_listed_is_told_apart_from_none_after_a_delete(
    root: CheckpointId | None,
    current: CheckpointId,
    deleted: tuple[object, ...],
    id_after: CheckpointId | None,
) -> None:
    old = replace(OLD, parent=root)
    gone = [old if each == OLD else each for each in deleted]
    web = replace(WEB, current=current)
    selection = Selection(inventory=inventory(web, checkpoints=(old, NEW)), vm_id=WEB.id)
    assert current_id_after_delete(selection, gone) == id_after  # type: ignore[arg-type]
