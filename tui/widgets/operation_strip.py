"""What is being done and what was done last; below it, how old all that is on screen has become."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.reactive import var

from hvtui.tui.terminal.theme import BAR_EMPTY, BAR_FULL, DONE, FAILED, UNSURE, WORKING
from hvtui.tui.text.safe import safe, shorten
from hvtui.tui.text.words import ago, elapsed
from hvtui.tui.widgets.lines import Lines, Spans

if TYPE_CHECKING:
    from datetime import datetime

_BAR = 10
_STALE = 60.0
"""Seconds after which the age of what is on screen is told."""


class Ending(Enum):
    """How an operation ended: its glyph, its word, its tone."""

    DONE = (DONE, "done", "good")
    FAILED = (FAILED, "failed", "bad")
    UNKNOWN = (UNSURE, "outcome unknown", "warning")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An operation as the strip shows it. Its words may come from outside."""

    verb: str
    """``applying``, also when it is over."""
    target: str = ""
    vm: str
    started: datetime
    percent: int | None = None
    ending: Ending | None = None
    """None while it goes on."""
    ended: datetime | None = None
    detail: str = ""
    """``12 GB left``, or in short why it failed."""


class OperationStrip(Lines, can_focus=False):
    DEFAULT_CSS = """
    OperationStrip { height: 2; overflow-y: hidden; }
    """

    operations: var[tuple[Shown, ...]] = var((), init=False)
    """Those that matter most first."""
    taken: var[datetime | None] = var(None, init=False)
    """When what is on screen was read."""
    problem: var[str] = var("", init=False)
    """Why it cannot be read any more: outside text."""
    waiting: var[str] = var("", init=False)
    """What the reading under way waits for."""
    now: var[datetime | None] = var(None, init=False)

    watch_operations = watch_taken = watch_problem = watch_waiting = watch_now = Lines.repaint_changed

    def line(self, index: int) -> tuple[str, Spans]:
        width, last = self.room - 2, index == self.size.height - 1
        notice = self._notice(width // 2 if index < len(self.operations) else width) if last else ()
        taken = sum(cell_len(text) for text, _ in notice)
        more = len(self.operations) - index - 1
        if last and more > 0:
            notice = ((f"  and {more} more", "muted"), *notice)
            taken += cell_len(notice[0][0])
        left: Spans = ()
        if index < len(self.operations):
            left = self._operation(self.operations[index], width - taken)
        gap = width - taken - sum(cell_len(text) for text, _ in left)
        return "", ((" ", ""), *left, (" " * max(0, gap), ""), *notice)

    def _notice(self, width: int) -> Spans:
        if self.problem:
            return ((shorten(f"  {safe(self.problem)}", width), "bad"),)
        if self.waiting:
            return ((shorten(f"  {self.waiting}", width), "warning"),)
        if self.taken and self.now and (self.now - self.taken).total_seconds() > _STALE:
            return ((f"  read {ago(self.taken, self.now)}", "warning"),)
        return ()

    def _operation(self, shown: Shown, width: int) -> Spans:
        if shown.ending is None:
            glyph, outcome, tone = WORKING, "", "accent"
        else:
            glyph, outcome, tone = shown.ending.value
        what = " ".join(safe(word) for word in (f"{shown.vm}:", shown.verb, shown.target) if word)
        tail: list[tuple[str, str]] = []
        if outcome:
            tail.append((f"  {outcome}", tone))
        elif shown.percent is not None:
            full = max(0, min(_BAR, round(shown.percent * _BAR / 100)))
            tail += [
                (f"  {shown.percent:>3} %  ", ""),
                (BAR_FULL * full, "accent"),
                (BAR_EMPTY * (_BAR - full), "faint"),
            ]
        needed = sum(cell_len(text) for text, _ in tail)
        if shown.ended and self.now:
            tail.append((f"  {ago(shown.ended, self.now)}", "muted"))
        elif self.now:
            tail.append((f"  {elapsed((self.now - shown.started).total_seconds())}", "muted"))
        if shown.detail:
            tail.append((f"  {safe(shown.detail)}", "muted" if outcome in ("", "done") else ""))
        room = max(0, width - 2)
        what = shorten(what, max(room // 2, room - needed))
        left = room - cell_len(what)
        spans = [(f"{glyph} ", tone), (what, "")]
        for text, tail_tone in tail:
            # Half a number misleads; only the words that come last may be cut.
            if cell_len(text) > left and not (text == tail[-1][0] and shown.detail and left > 8):
                break
            text = shorten(text, left)
            left -= cell_len(text)
            spans.append((text, tail_tone))
        return tuple(spans)
