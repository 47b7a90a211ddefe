"""The sentences for the words of a filter that cannot be understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.filtering.parsing import MistakeCode
from hvtui.tui.text.safe import compose, safe, shorten

if TYPE_CHECKING:
    from hvtui.backends.operations.filtering.parsing import Mistake
    from hvtui.tui.text.safe import SafeText

_NEEDED = {
    MistakeCode.AGE: "needs an age, such as 12h, 30d or 2w.",
    MistakeCode.COUNT: "needs a number, such as >10, <=3 or 0.",
    MistakeCode.HOST: "needs a part of the name of a host or cluster.",
    MistakeCode.KEY: "is unknown. Is it {meant}:? In quotes it is a name.",
    MistakeCode.KIND: "needs a kind: backup, replica, automatic or standard.",
    MistakeCode.MARK: "needs ! or !!, or nothing.",
    MistakeCode.MEMORY: "needs yes, no or ?.",
    MistakeCode.NAME: "needs a part of a name.",
    MistakeCode.STATE: "needs a state, such as running, off or saved.",
}

_WORD = 30
"""The cells that the word has in its sentence: what it needs must stay on a narrow screen."""


def mistake_text(mistake: Mistake) -> SafeText:
    """Return what the word needs, or what it may have meant."""
    word = shorten(safe(mistake.word), _WORD)
    return compose(f"“{{word}}” {_NEEDED[mistake.code]}", word=word, meant=mistake.meant)
