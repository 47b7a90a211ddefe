"""The two lines above the key bar: running and ended operations, and a notice if the screen is not up to date.

What is still running and finds no line of its own is named at the right of the last one, so that a result never hides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.reactive import var

from hvtui.tui.terminal.glyphs import BAR_EMPTY, BAR_FULL, WORKING
from hvtui.tui.text.safe import EMPTY, SafeText, first_that_fits, shorten
from hvtui.tui.text.words import ago, elapsed
from hvtui.tui.widgets.lines import Lines, Spans
from hvtui.tui.widgets.operations.shown import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hvtui.tui.widgets.operations.shown import Shown

_BAR_WIDTH = 10
_STALE_SECONDS = 60.0
"""Seconds after which the age of the readings on screen is shown."""
_SPACE = SafeText(" ")


class OperationStrip(Lines, can_focus=False):
    DEFAULT_CSS = """
    OperationStrip { height: 2; overflow-y: hidden; }
    """

    operations: var[tuple[Shown, ...]] = var((), init=False)
    """The most important first."""
    oldest_reading: var[datetime | None] = var(None, init=False)
    """The time of the oldest reading among the VMs on screen."""
    failure: var[SafeText] = var(EMPTY, init=False)
    """Why the screen is not refreshed; "" if it is."""
    waiting: var[SafeText] = var(EMPTY, init=False)
    """What the current reading is waiting for; "" if it is not slow."""
    now: var[datetime | None] = var(None, init=False)
    hints: var[tuple[SafeText, ...]] = var((), init=False)
    """Shown while the last line is free, in words of decreasing length."""

    watch_hints = watch_operations = watch_oldest_reading = watch_failure = watch_waiting = watch_now = (
        Lines.repaint_changed
    )

    def line(self, index: int) -> tuple[str, Spans]:
        width, last = self.room - 2, index == self.size.height - 1
        if last and index and self.failure:  # cut in half it would not say what failed
            return "", ((_SPACE, ""), *self._notice(width))
        notice = self._notice(width // 2 if index < len(self.operations) else width) if last else ()
        if last:
            notice = (*_hidden(self.operations[index + 1 :], 0 if notice else width // 2), *notice)
        taken = _cells(notice)
        left: Spans = ()
        if index < len(self.operations):
            left = self._line(self.operations[index], width - taken)
        elif self.hints and last:
            left = ((shorten(first_that_fits(self.hints, width - taken), width - taken), "muted"),)
        gap = SafeText(" " * max(0, width - taken - _cells(left)))
        return "", ((_SPACE, ""), *left, (gap, ""), *notice)

    def _notice(self, width: int) -> Spans:
        if self.failure:
            return ((shorten(SafeText(f"  {self.failure}"), width), "bad"),)
        if self.waiting:
            return ((shorten(SafeText(f"  {self.waiting}"), width), "warning"),)
        oldest, now = self.oldest_reading, self.now
        if oldest and now and (now - oldest).total_seconds() > _STALE_SECONDS:
            return ((SafeText(f"  read {ago(oldest, now)}"), "warning"),)
        return ()

    def _line(self, shown: Shown, width: int) -> Spans:
        glyph, tail, needed = self._tail(shown)
        room = max(0, width - 2)
        what = shown.words(max(room // 2, room - needed))
        left = room - cell_len(what)
        spans = [(SafeText(f"{glyph[0]} "), glyph[1]), (what, "")]
        for text, tone in tail:
            # A truncated number would mislead: only the sentence at the end may be truncated.
            if cell_len(text) > left and not (text is tail[-1][0] and shown.detail and left > 8):
                break
            short = shorten(text, left)
            left -= cell_len(short)
            spans.append((short, tone))
        return tuple(spans)

    def _tail(self, shown: Shown) -> tuple[tuple[SafeText, str], list[tuple[SafeText, str]], int]:
        """Return the glyph with its tone, the spans after the operation, and how many of their cells must be shown."""
        tail: list[tuple[SafeText, str]] = []
        if shown.ending is None or shown.still:
            glyph = (WORKING, "accent")
            if shown.still:
                tail.append((SafeText(f"  {shown.still}"), "accent"))
            if shown.percent is not None:
                full = max(0, min(_BAR_WIDTH, shown.percent * _BAR_WIDTH // 100))
                tail += [
                    (SafeText(f"  {shown.percent:>3} %  "), ""),
                    (SafeText(BAR_FULL * full), "accent"),
                    (SafeText(BAR_EMPTY * (_BAR_WIDTH - full)), "faint"),
                ]
        else:
            mark, outcome, tone = ENDINGS[shown.ending]
            glyph = (mark, tone)
            tail += [(SafeText(f"  {outcome}"), tone)] if outcome else []
        needed = _cells(tail)
        if shown.still and shown.detail:
            tail.append((SafeText(f"  {shown.detail}"), ""))
        if self.now and shown.ended:
            tail.append((SafeText(f"  {ago(shown.ended, self.now)}"), "muted"))
        elif self.now and not self.stale:
            seconds = (self.now - shown.started).total_seconds()
            tail.append((SafeText(f"  {elapsed(seconds)} so far"), "muted"))
        if shown.detail and not shown.still:
            quiet = shown.ending is None
            tail.append((SafeText(f"  {shown.detail}"), "muted" if quiet else ""))
        return glyph, tail, needed


def _hidden(hidden: Sequence[Shown], width: int) -> Spans:
    """Return what is said of operations that have no line: the one that runs, if that fits into `width`; how many."""
    running = [shown for shown in hidden if shown.running]
    if len(running) == 1:
        percent = f" {running[0].percent} %" if running[0].percent is not None else ""
        named = (SafeText(f"  {WORKING} {running[0].what}{percent}"), "accent")
        more = len(hidden) - 1
        both = [named, (SafeText(f"  and {more} more"), "muted")] if more else [named]
        if _cells(both) <= width:
            return tuple(both)
    if not hidden:
        return ()
    those = f" ({len(running)} running)" if running else ""
    return ((SafeText(f"  and {len(hidden)} more{those}"), "muted"),)


def _cells(spans: Spans | list[tuple[SafeText, str]]) -> int:
    return sum(cell_len(text) for text, _ in spans)
