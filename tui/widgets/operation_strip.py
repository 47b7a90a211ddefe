"""The two lines above the key bar: running and ended operations, and a notice if the screen is not up to date."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len
from textual.reactive import var

from hvtui.backends.model import Activity
from hvtui.backends.operations.orphans import doing
from hvtui.backends.operations.readings.after_delete import MergeState
from hvtui.backends.operations.runner import Ending
from hvtui.tui.terminal.glyphs import BAR_EMPTY, BAR_FULL, DONE, FAILED, UNSURE, WORKING
from hvtui.tui.text.absence import VM_NOT_FOUND
from hvtui.tui.text.disks.merging import left_text, merge_percents
from hvtui.tui.text.outcomes import operation_detail, vm_state
from hvtui.tui.text.reasons import running_words
from hvtui.tui.text.safe import EMPTY, SafeText, compose, shorten
from hvtui.tui.text.words import ago, elapsed
from hvtui.tui.widgets.lines import Lines, Spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from hvtui.backends.model import Job, VmId
    from hvtui.backends.operations.orphans import OrphanEnded, OtherWork
    from hvtui.backends.operations.runner import Operation

_BAR_WIDTH = 10
_STALE_SECONDS = 60.0
"""Seconds after which the age of the readings on screen is shown."""
_ENDINGS = {
    Ending.DONE: (DONE, SafeText("done"), "good"),
    Ending.PARTLY: (UNSURE, SafeText("partly done"), "warning"),
    Ending.FAILED: (FAILED, SafeText("failed"), "bad"),
    Ending.UNKNOWN: (UNSURE, SafeText("outcome unknown"), "warning"),
}
_SPACE = SafeText(" ")


class Shown(Struct, frozen=True, kw_only=True):
    """An operation as the strip shows it."""

    what: SafeText
    """``web-01: applying Before CU-11``."""
    started: datetime
    percent: int | None = None
    ending: Ending | None = None
    """None while it is running."""
    ended: datetime | None = None
    detail: SafeText = EMPTY
    """Why the operation failed, or what is known of its outcome."""
    merging: bool = False
    """The operation is done, and the host still merges disks after it."""


def shown_operations(
    running: Iterable[Operation],
    finished: Iterable[Operation],
    orphans: Iterable[OrphanEnded],
    other_work: Iterable[OtherWork],
    jobs: Iterable[Job],
    merging: Mapping[VmId, int] = MappingProxyType({}),
) -> tuple[Shown, ...]:
    """Return the running operations, the last ended one, the work of others, then the earlier ended ones.

    `jobs` has the percentages, `merging` the bytes that merges concern. The last delete of a VM that is still merging
    counts as running.
    """
    jobs = tuple(jobs)
    percents = {job.vm_id: job.percent for job in jobs}
    merge_percent = merge_percents(jobs)
    after_delete: dict[VmId, Operation] = {}
    for operation in finished:
        if operation.merge is MergeState.MERGING:
            after_delete.setdefault(operation.command.vm.id, operation)
    others = [work for work in finished if work not in after_delete.values()]
    ended = [*map(_operation, others), *map(_orphan, orphans)]
    ended.sort(key=lambda shown: shown.ended or shown.started, reverse=True)
    return (
        *(_operation(operation, percents.get(operation.command.vm.id)) for operation in running),
        *(
            _merging(operation, merge_percent.get(vm), merging.get(vm))
            for vm, operation in after_delete.items()
        ),
        *ended[:1],
        *(
            _other_work(work, merging.get(work.vm.id))
            for work in other_work
            if work.vm.id not in after_delete
        ),
        *ended[1:],
    )


def _operation(operation: Operation, percent: int | None = None) -> Shown:
    command = operation.command
    return Shown(
        what=compose("{vm}: {what}", vm=command.vm.name, what=running_words(command)),
        started=operation.started,
        percent=percent,
        ending=operation.ending,
        ended=operation.ended,
        detail=operation_detail(operation),
    )


def _merging(operation: Operation, percent: int | None, total: int | None) -> Shown:
    done = _operation(operation, percent)
    left = left_text(total, percent)
    return replace(done, detail=SafeText(f"{left} {done.detail}".strip()), merging=True)


def _other_work(work: OtherWork, total: int | None) -> Shown:
    earlier = "earlier hvtui: " if work.orphan else ""
    what = f"{earlier}{work.doing} {work.target}".rstrip()
    return Shown(
        what=compose("{vm}: {what}", vm=work.vm.name, what=what),
        started=work.started,
        percent=work.percent,
        detail=left_text(total, work.percent) if work.vm.activity is Activity.MERGING else EMPTY,
    )


def _orphan(ended: OrphanEnded) -> Shown:
    what = f"earlier hvtui: {doing(ended.orphan)} {ended.target}".rstrip()
    now = vm_state(ended.vm, ended.current) if ended.found else VM_NOT_FOUND
    return Shown(
        what=compose("{vm}: {what}", vm=ended.vm.name, what=what),
        started=ended.orphan.started,
        ending=Ending.UNKNOWN,
        ended=ended.seen,
        detail=SafeText(f"Its answer was lost. {now}"),
    )


def ending_of(shown: Shown) -> tuple[SafeText, SafeText]:
    """Return the glyph and the words for how the operation ended, or that it is running."""
    if shown.ending is None:
        return WORKING, SafeText("running")
    glyph, words, _ = _ENDINGS[shown.ending]
    return (WORKING, SafeText("done, merging")) if shown.merging else (glyph, words)


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
    hint: var[SafeText] = var(EMPTY, init=False)
    """Shown until there is an operation."""

    watch_hint = watch_operations = watch_oldest_reading = watch_failure = watch_waiting = watch_now = (
        Lines.repaint_changed
    )

    def line(self, index: int) -> tuple[str, Spans]:
        width, last = self.room - 2, index == self.size.height - 1
        if last and index and self.failure:  # cut in half it would not say what failed
            return "", ((_SPACE, ""), *self._notice(width))
        notice = self._notice(width // 2 if index < len(self.operations) else width) if last else ()
        more = len(self.operations) - index - 1
        if last and more > 0:
            notice = ((SafeText(f"  and {more} more"), "muted"), *notice)
        taken = _cells(notice)
        left: Spans = ()
        if index < len(self.operations):
            left = self._line(self.operations[index], width - taken)
        elif self.hint and not self.operations and last:
            left = ((shorten(self.hint, width - taken), "muted"),)
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
        what = shorten(shown.what, max(room // 2, room - needed))
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
        if shown.ending is None or shown.merging:
            glyph = (WORKING, "accent")
            if shown.merging:
                tail.append((SafeText("  done, merging"), "accent"))
            if shown.percent is not None:
                full = max(0, min(_BAR_WIDTH, round(shown.percent * _BAR_WIDTH / 100)))
                tail += [
                    (SafeText(f"  {shown.percent:>3} %  "), ""),
                    (SafeText(BAR_FULL * full), "accent"),
                    (SafeText(BAR_EMPTY * (_BAR_WIDTH - full)), "faint"),
                ]
        else:
            mark, outcome, tone = _ENDINGS[shown.ending]
            glyph = (mark, tone)
            tail.append((SafeText(f"  {outcome}"), tone))
        needed = _cells(tail)
        if shown.merging and shown.detail:
            tail.append((SafeText(f"  {shown.detail}"), ""))
        if self.now and shown.ended:
            tail.append((SafeText(f"  {ago(shown.ended, self.now)}"), "muted"))
        elif self.now and not self.stale:
            seconds = (self.now - shown.started).total_seconds()
            tail.append((SafeText(f"  {elapsed(seconds)} so far"), "muted"))
        if shown.detail and not shown.merging:
            quiet = shown.ending is None
            tail.append((SafeText(f"  {shown.detail}"), "muted" if quiet else ""))
        return glyph, tail, needed


def _cells(spans: Spans | list[tuple[SafeText, str]]) -> int:
    return sum(cell_len(text) for text, _ in spans)
