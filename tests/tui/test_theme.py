"""The text is readable on its background."""

from __future__ import annotations

import pytest
from textual.color import Color

from hvtui.tui.terminal.theme import THEME


def ratio(one: Color, other: Color) -> float:
    """WCAG 2 contrast."""

    def luminance(color: Color) -> float:
        parts = [part / 255 for part in color.rgb]
        r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("ink", "paper", "least"),
    [
        ("foreground", "background", 7),
        ("foreground-muted", "background", 4.5),
        ("foreground-disabled", "background", 2.5),
        ("primary", "background", 4.5),
        ("success", "background", 4.5),
        ("warning", "background", 4.5),
        ("error", "background", 4.5),
        ("block-cursor-foreground", "block-cursor-background", 7),
        ("warning", "block-cursor-background", 3.5),
        ("error", "block-cursor-background", 3.5),
        ("background", "warning", 4.5),
        ("foreground", "panel", 7),
    ],
)
def test_contrast(ink: str, paper: str, least: float) -> None:
    colors = THEME.to_color_system().generate()
    assert ratio(Color.parse(colors[ink]), Color.parse(colors[paper])) >= least
