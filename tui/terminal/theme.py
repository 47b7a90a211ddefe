"""The colour theme of the app."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

THEME: Final = Theme(
    name="hvtui-dark",
    dark=True,
    primary="#6ba4dc",
    secondary="#8b9fbd",
    accent="#5fc2b6",
    success="#86c58a",
    warning="#e2b35f",
    error="#ea7f86",
    foreground="#d3dae4",
    background="#12161d",
    surface="#171c25",
    panel="#202732",
    variables={
        "border": "#6ba4dc",
        "border-blurred": "#364152",
        "block-cursor-background": "#28486a",
        "block-cursor-foreground": "#f2f6fb",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#232b38",
        "block-cursor-blurred-foreground": "#d3dae4",
        "footer-background": "#12161d",
        "footer-key-foreground": "#6ba4dc",
        "footer-description-foreground": "#aeb8c7",
        "foreground-muted": "#8793a6",
        "foreground-disabled": "#566176",
        "scrollbar": "#364152",
        "scrollbar-background": "#12161d",
        "input-selection-background": "#6ba4dc 35%",
    },
)
