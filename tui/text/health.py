"""The sentences and the marks for concerns about a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.health import ConcernCode
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.operations.health import Concern


def concern_text(concern: Concern) -> SafeText:
    match concern.code:
        case ConcernCode.CRITICAL:
            return SafeText("Its storage is full or cannot be reached.")
        case ConcernCode.OLD:
            return SafeText(f"Its oldest checkpoint is {concern.number} days old.")
        case ConcernCode.MANY:
            most = f"; {concern.limit} are allowed" if concern.limit is not None else ""
            return SafeText(f"It has {concern.number} checkpoints{most}.")
        case ConcernCode.BACKUP_LEFT:
            return SafeText("A backup left a checkpoint behind.")
        case ConcernCode.PARENT_LOST:
            return SafeText("A checkpoint has lost its parent.")
        case _:
            return SafeText(concern.code.value)


def concern_mark(found: Sequence[Concern]) -> SafeText:
    """Return ``!!`` if one of them is grave, ``!`` if there are only others, and "" if there are none."""
    return SafeText("!!" if any(concern.grave for concern in found) else "!" if found else "")
