"""tmux shows random frames the same when only the cells that changed are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hvtui.tui.terminal.changed_cells import TerminalCells
from tests.terminal.test_changed_cells import look
from tests.tui.test_painting import COMBINED, HEIGHT, WIDE, WIDTH, console_of, random_frames

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal

SHOW = "import sys; sys.stdout.write(open(sys.argv[1], newline='').read()); sys.stdout.flush(); input()"
START, END = "\x1b[?7l\x1b[2J", "\x1b[?25l"


@pytest.mark.terminal
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.rare) for seed in range(2, 12))])
@pytest.mark.parametrize("colors", ["truecolor", "256", "standard"])
def test_in_tmux_random_frames_look_the_same_both_ways(
    colors: str, seed: int, terminal: OpenTerminal, tmp_path: Path
) -> None:
    console, cells = console_of(colors), TerminalCells()
    # Without joined emoji: tmux does not join them where it happens to read them in two parts.
    frames = list(random_frames(colors, seed=seed, number=30, hard_words=(WIDE, COMBINED)))
    ways = {
        "all": "".join(frame.render_segments(console).replace("\n", "") for frame in frames),
        "changes": "".join(cells.changes(frame).render_segments(console) for frame in frames),
    }
    screens = []
    for way, sent in ways.items():
        (tmp_path / way).write_text(f"{START}{sent}{END}", newline="")
        screens.append(terminal("-c", SHOW, str(tmp_path / way), size=f"{WIDTH}x{HEIGHT}"))
    all_painted, changes_painted = (_look_at_the_end(screen) for screen in screens)
    assert all_painted == changes_painted


def _look_at_the_end(screen: Terminal) -> list[list[tuple[Any, ...]]]:
    screen.until(lambda: screen.knows("cursor_flag") == "0", "the last frame")
    return look(screen)
