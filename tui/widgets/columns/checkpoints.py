"""The columns of the checkpoint tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hvtui.backends.operations.command import is_locked
from hvtui.tui.text.kinds import kind_word
from hvtui.tui.text.safe import SafeText
from hvtui.tui.text.words import age, when
from hvtui.tui.widgets.columns.columns import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, CheckpointId


_MEMORY = {True: SafeText("memory"), False: SafeText("no memory"), None: SafeText("?")}


class CheckpointFacts(Struct, frozen=True):
    checkpoint: Checkpoint
    now: datetime
    written: Callable[[CheckpointId], SafeText]
    """Returns how much was written after a checkpoint, up to the next ones; "" if that is not known."""


def _memory(facts: CheckpointFacts) -> tuple[SafeText, str]:
    checkpoint = facts.checkpoint
    if is_locked(checkpoint):
        return kind_word(checkpoint), "muted"
    return _MEMORY[checkpoint.with_memory], "muted"


CHECKPOINT_COLUMNS: Final[Mapping[str, Column[CheckpointFacts]]] = {
    "taken": Column(
        10, lambda facts: (when(facts.checkpoint.created, facts.now), "muted"), rank=1, right=False
    ),
    "age": Column(5, lambda facts: (age(facts.checkpoint.created, facts.now), "muted"), rank=3, gap=2),
    "memory": Column(9, _memory, rank=2, gap=2, right=False),
    "written since": Column(13, lambda facts: (facts.written(facts.checkpoint.id), "muted"), rank=4, gap=2),
}
"""By their headings, which are their names in the settings."""
