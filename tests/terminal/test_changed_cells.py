"""In a real terminal too, sending only the cells that changed leaves the screen that repainting leaves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pyte
import pytest

from tests.tui.test_changed_cells import rows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal

KEYS = ("Tab", "k", "k", "m", "Escape", "d", "Escape", "c", "Escape", "?", "Escape", "C-p", "Escape",
        "BTab", "j", "PageDown", "/", "w", "BSpace", "Escape", "End", "Home", "C-l")  # fmt: skip
SIZES = ((60, 20), (100, 30), (80, 24))


def look(screen: Terminal) -> list[list[tuple[Any, ...]]]:
    """All that a person sees, with its colours."""
    seen = pyte.Screen(120, 40)
    styled = re.sub(r"(?<=[;\[])(\d):\d(?=[;m])", r"\1", screen.styled())  # pyte does not know colons
    pyte.Stream(seen).feed(styled.replace("\n", "\r\n"))
    return rows(seen)


@pytest.mark.terminal
@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("scenario", "environment"),
    [
        ("one", {}),
        ("hostile", {"COLORTERM": "truecolor"}),
        pytest.param("one", {"term": "screen"}, marks=pytest.mark.rare),
        pytest.param("one", {"term": "linux"}, marks=pytest.mark.rare),
        pytest.param("hostile", {"term": "xterm-16color"}, marks=pytest.mark.rare),
        pytest.param("hostile", {"NO_COLOR": "1"}, marks=pytest.mark.rare),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else value,
)
def test_in_tmux_both_ways_look_the_same_after_each_key_and_size(
    scenario: str, environment: dict[str, str], terminal: OpenTerminal, tmp_path: Path
) -> None:
    screens = [
        terminal(
            *("-m", "hvtui", "--demo", scenario),
            HVTUI_WIRE=wire,
            HVTUI_STATE_DIR=str(tmp_path / wire),
            **environment,
        )
        for wire in ("plain", "light")
    ]
    plain, changes = screens
    for screen in screens:
        screen.shows("DEMO", "Now")

    def same() -> None:
        """Wait until both look the same: a toast goes away on one of them first."""
        for screen in screens:
            screen.settle()
        plain.until(lambda: look(plain) == look(changes), f"the same as on\n{changes.screen()}\n")

    for key in KEYS:
        for screen in screens:
            screen.press(key)
        same()
    for size in SIZES:
        for screen in screens:
            screen.resize(*size)
        same()
    for screen in screens:
        screen.press("q")
        assert screen.ended() == 0
