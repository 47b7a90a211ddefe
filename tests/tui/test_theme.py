"""The text of every look is readable on its backgrounds."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from textual.color import Color

from hvtui.tui.terminal.theme import SENTENCES, THEMES, textual_theme

if TYPE_CHECKING:
    from collections.abc import Iterator

MEASURED = [name for name, palette in THEMES.items() if not palette.ansi]
LEAST = {"high-contrast": 7.0}
BLURRED = "block-cursor-blurred-background"
TONES = ("primary", "success", "warning", "error")


def ratio(one: Color, other: Color) -> float:
    """WCAG 2 contrast."""

    def luminance(color: Color) -> float:
        parts = [part / 255 for part in color.rgb]
        r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def pairs() -> Iterator[tuple[str, str]]:
    """Every ink and the paper that it is drawn on."""
    inks = ("foreground", "foreground-muted", "foreground-disabled", *TONES)
    yield from product(inks, ("background", "surface", "panel"))
    # The cursor's line draws other tones in its own colour; that of a pane without the focus draws grey ones so.
    yield from product(("block-cursor-foreground", "warning", "error"), ("block-cursor-background",))
    yield from product(("block-cursor-blurred-foreground", *TONES), (BLURRED,))
    yield from (("background", "warning"), ("foreground", "input-selection-background"))


@pytest.mark.parametrize("name", MEASURED)
def test_text_is_readable(name: str) -> None:
    theme = textual_theme(name)
    colors = {**theme.to_color_system().generate(), **theme.variables}
    least = LEAST.get(name, 4.5)
    measured = {
        (ink, paper): round(ratio(Color.parse(colors[ink]), Color.parse(colors[paper])), 2)
        for ink, paper in pairs()
    }
    assert {pair: found for pair, found in measured.items() if found < least} == {}


@pytest.mark.parametrize("name", MEASURED)
def test_the_line_of_the_cursor_differs_from_the_others(name: str) -> None:
    palette = THEMES[name]
    assert ratio(Color.parse(palette.cursor), Color.parse(palette.background)) > 1.25
    assert ratio(Color.parse(palette.cursor_blurred), Color.parse(palette.background)) > 1.15


def test_the_look_of_the_terminals_own_colours_names_no_other_one() -> None:
    theme = textual_theme("ansi")
    named = {theme.primary, theme.foreground, theme.background, theme.warning, *theme.variables.values()}
    assert {color for color in named if color and not color.startswith("ansi_")} == {"bold"}


def test_every_look_has_words_for_the_palette() -> None:
    assert SENTENCES.keys() == THEMES.keys()
