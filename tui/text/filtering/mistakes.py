"""The sentences for the words of a filter that cannot be understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.filtering.parsing import MistakeCode
from hvtui.backends.operations.filtering.words import KINDS
from hvtui.tui.text.safe import compose

if TYPE_CHECKING:
    from hvtui.backends.operations.filtering.parsing import Mistake
    from hvtui.tui.text.safe import SafeText

_NEEDED = {
    MistakeCode.AGE: "needs an age, such as 12h, 30d or 2w.",
    MistakeCode.COUNT: "needs a number, such as >10, <=3 or 0.",
    MistakeCode.HOST: "needs a part of the name of a host or cluster.",
    MistakeCode.KIND: f"needs a kind: {', '.join(KINDS)}.",
    MistakeCode.MARK: "needs ! or !!, or nothing.",
    MistakeCode.MEMORY: "needs yes, no or ?.",
    MistakeCode.NAME: "needs a part of a name.",
    MistakeCode.STATE: "needs a state, such as running, off or saved.",
}


def mistake_text(mistake: Mistake) -> SafeText:
    """Return what the word needs, as a sentence."""
    return compose("“{word}” {needed}", word=mistake.word, needed=_NEEDED[mistake.code])
