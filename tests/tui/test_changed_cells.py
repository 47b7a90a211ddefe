"""Sending only the cells that changed leaves the same screen as sending all that Textual repaints."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyte
import pytest
from rich.segment import Segment
from rich.style import Style
from textual._compositor import CompositorUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from hvtui.backends.hosts.targets import Targets
from hvtui.backends.mock.backend import MockBackend
from hvtui.backends.mock.clock import ManualClock
from hvtui.tui import app as app_module
from hvtui.tui.app import HvtuiApp
from hvtui.tui.terminal.changed_cells import TerminalCells
from tests.tui.journey import NOWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console, RenderableType
    from textual.screen import Screen

KEYS = (
    "up", "down", "j", "k", "pagedown", "pageup", "home", "end", "tab", "tab", "enter", "left", "right", "space", "p",
    "escape", "escape", "c", "a", "e", "d", "D", "S", "question_mark", "m", "y", "slash", "w", "x", "backspace",
    "ctrl+p", "f5", "ctrl+l",
)  # fmt: skip
SIZES = ((80, 24), (120, 36), (60, 20), (200, 60), (40, 12))


class TwoTerminals:
    """One terminal that is sent all, and one that is sent the changes."""

    def __init__(self, width: int, height: int) -> None:
        self.whole, self.changes = pyte.Screen(width, height), pyte.Screen(width, height)
        self._whole, self._changes = pyte.Stream(self.whole), pyte.Stream(self.changes)
        for stream in (self._whole, self._changes):
            stream.feed("\x1b[?7l")  # no line wrap, as Textual asks for
        self.whole_bytes = self.changes_bytes = 0
        self.is_painted = False
        """A whole frame of the present size was shown: before, a frame of the old size can garble each differently."""

    def show(self, update: CompositorUpdate, cells: TerminalCells, console: Console) -> None:
        whole = update.render_segments(console).replace("\n", "")  # each line begins with a move anyway
        changes = cells.changes(update).render_segments(console)
        self.whole_bytes += len(whole.encode())
        self.changes_bytes += len(changes.encode())
        self._whole.feed(whole)
        self._changes.feed(changes)
        size = (self.whole.columns, self.whole.lines)
        self.is_painted |= isinstance(update, LayoutUpdate) and update.region.size == size

    def resize(self, width: int, height: int) -> None:
        for screen in (self.whole, self.changes):
            screen.resize(height, width)
        self.is_painted = False

    def difference(self) -> list[str]:
        """The rows that are not the same, as both terminals have them."""
        pairs = zip(rows(self.whole), rows(self.changes), strict=True)
        return [
            "".join(cell[0] for cell in left) + f" {[x for x, cell in enumerate(left) if cell != right[x]]}"
            for left, right in pairs
            if left != right
        ]


def rows(screen: pyte.Screen) -> list[list[tuple[Any, ...]]]:
    return [[seen(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)]


def seen(cell: Any) -> tuple[Any, ...]:
    """What a person sees of a cell: of a blank neither its letter's colour nor its weight."""
    if cell.data == " " and not (cell.reverse or cell.underscore or cell.strikethrough):
        return (" ", cell.bg)
    return tuple(cell)


class RecordingApp(HvtuiApp):
    """Shows each frame on both terminals, and compares them."""

    CSS_PATH = str(Path(app_module.__file__).with_name("app.tcss"))
    terminals: TwoTerminals
    differences: list[str]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, CompositorUpdate) and not self._batch_count and self._terminal_cells:
            self.terminals.show(renderable, self._terminal_cells, self.console)
            if self.terminals.is_painted:
                self.differences += self.terminals.difference()
            assert not self.differences, self.differences[0]
        super()._display(screen, None)


async def press_at_random(scenario: str, seed: int, times: int) -> TwoTerminals:
    chance = random.Random(seed)
    clock = ManualClock()
    targets = Targets(NOWHERE, load=lambda name: MockBackend(clock))
    app = RecordingApp(targets.demo(scenario=scenario), targets, clock=clock.now)
    app.terminals, app.differences = TwoTerminals(*SIZES[0]), []
    async with app.run_test(size=SIZES[0], notifications=True) as pilot:
        for number in range(times):
            if number % 25 == 24:
                size = chance.choice(SIZES)
                app.terminals.resize(*size)
                await pilot.resize_terminal(*size)
            else:
                await pilot.press(chance.choice(KEYS))
            assert app.is_running
    assert not app.differences
    return app.terminals


@pytest.mark.parametrize("scenario", ["lab", "hostile", "troubled"])
async def test_after_random_keys_and_resizes_each_frame_is_the_same(scenario: str) -> None:
    terminals = await press_at_random(scenario, seed=1, times=50)
    assert terminals.changes_bytes < terminals.whole_bytes / 2


@pytest.mark.rare
@pytest.mark.timeout(600)
@pytest.mark.parametrize("scenario", ["lab", "hostile", "troubled", "fleet"])
async def test_after_a_thousand_random_keys_and_resizes_each_frame_is_the_same(scenario: str) -> None:
    await press_at_random(scenario, seed=2, times=1000)


def frame(*lines: Sequence[Segment]) -> LayoutUpdate:
    return LayoutUpdate([[Strip(line)] for line in lines], Region(0, 0, 20, len(lines)))


RED, BLUE = Style(color="red"), Style(color="blue", bgcolor="black")


@pytest.mark.parametrize(
    "texts",
    [
        ("web-01", "web-02", "web-01"),
        ("日本 a", "日本 b", "ab cd", "日本 a"),
        ("e\u0301tude", "etude", "e\u0301tudes"),
        ("👩‍💻 x", "👩 x", "x"),
        ("a\u200bb", "ab"),
    ],
)
def test_wide_and_combining_text_replaces_other_text_and_is_replaced(texts: tuple[str, ...]) -> None:
    console = HvtuiApp(None, Targets(NOWHERE)).console
    terminals, cells = TwoTerminals(20, 2), TerminalCells()
    for text in texts:
        for style in (RED, BLUE):
            line = Strip([Segment(text, style)]).adjust_cell_length(20, style)
            terminals.show(frame(list(line), list(line)), cells, console)
            assert terminals.difference() == []


def test_nothing_is_sent_for_a_frame_that_changes_nothing() -> None:
    console = HvtuiApp(None, Targets(NOWHERE)).console
    cells, update = TerminalCells(), frame([Segment("web-01   ", RED)])
    assert cells.changes(update).render_segments(console)
    assert cells.changes(update).render_segments(console) == ""
    cells.forget()
    assert cells.changes(update).render_segments(console)
