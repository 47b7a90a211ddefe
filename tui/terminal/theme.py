"""The colours of the app: five looks to choose from, and the Textual theme of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from textual.theme import Theme

ANSI: Final = "ansi"
NO_COLOR: Final = "no-color"


class Palette(Struct, frozen=True, kw_only=True):
    """Each colour as Textual's CSS writes it. All inks are read on all papers."""

    dark: bool = True
    ansi: bool = False
    """The colours are names of the terminal's own sixteen."""
    background: str
    surface: str
    panel: str
    cursor: str
    cursor_blurred: str
    foreground: str
    muted: str
    faint: str
    primary: str
    secondary: str
    good: str
    warning: str
    bad: str
    on_cursor: str
    border: str
    border_blurred: str
    selection: str
    """The background of selected text in a field."""


_DARK: Final = Palette(
    background="#12161d", surface="#171c25", panel="#1d242e", cursor="#203c58", cursor_blurred="#232b38",
    foreground="#d3dae4", muted="#9aa6b8", faint="#8490a4", primary="#6ba4dc", secondary="#8b9fbd",
    good="#86c58a", warning="#e2b35f", bad="#f28e95", on_cursor="#f2f6fb",
    border="#6ba4dc", border_blurred="#364152", selection="#2f5478",
)  # fmt: skip
_LIGHT: Final = Palette(
    dark=False,
    background="#fbfcfe", surface="#f2f4f8", panel="#e6eaf0", cursor="#c9def5", cursor_blurred="#dde3ec",
    foreground="#1f2733", muted="#4a5566", faint="#5b6677", primary="#1a5c9e", secondary="#3f5873",
    good="#1f6b2b", warning="#7a4f00", bad="#a3202c", on_cursor="#0d1624",
    border="#1a5c9e", border_blurred="#b3bdcc", selection="#b9d4f2",
)  # fmt: skip
_HIGH_CONTRAST: Final = Palette(
    background="#000000", surface="#000000", panel="#161616", cursor="#003366", cursor_blurred="#262626",
    foreground="#ffffff", muted="#e6e6e6", faint="#c4c4c4", primary="#8fccff", secondary="#d0d0d0",
    good="#7ff08a", warning="#ffd75f", bad="#ffb3b3", on_cursor="#ffffff",
    border="#8fccff", border_blurred="#9a9a9a", selection="#00427a",
)  # fmt: skip
_ANSI: Final = Palette(
    ansi=True,
    background="ansi_default", surface="ansi_default", panel="ansi_default",
    cursor="ansi_blue", cursor_blurred="ansi_bright_black",
    foreground="ansi_default", muted="ansi_default", faint="ansi_bright_black", primary="ansi_cyan",
    secondary="ansi_cyan", good="ansi_green", warning="ansi_yellow", bad="ansi_red",
    on_cursor="ansi_bright_white", border="ansi_cyan", border_blurred="ansi_bright_black",
    selection="ansi_blue",
)  # fmt: skip

_ANSI_ONLY: Final = {
    "ansi-background": "ansi_default",
    "ansi-foreground": "ansi_default",
    "input-cursor-background": "ansi_blue",
    "input-cursor-foreground": "ansi_bright_white",
    "input-selection-foreground": "ansi_bright_white",
    "screen-selection-background": "ansi_blue",
    "screen-selection-foreground": "ansi_bright_white",
    "scrollbar-hover": "ansi_cyan",
    "scrollbar-active": "ansi_cyan",
    "scrollbar-corner-color": "ansi_default",
    "scrollbar-background-hover": "ansi_default",
    "scrollbar-background-active": "ansi_default",
    "block-hover-background": "ansi_default",
}
"""What Textual works out itself for other colours."""

THEMES: Final = {
    "dark": _DARK,
    "light": _LIGHT,
    "high-contrast": _HIGH_CONTRAST,
    ANSI: _ANSI,
    NO_COLOR: _DARK,
}
"""By the name in the config file. ``no-color`` has the brightness of the dark colours."""
SENTENCES: Final = {
    "dark": "Dark",
    "light": "Light",
    "high-contrast": "High contrast",
    ANSI: "The terminal's own 16 colours",
    NO_COLOR: "No colour",
}


def textual_theme(name: str) -> Theme:
    """Return a look as a theme for Textual."""
    from textual.theme import Theme  # reading the config file does without Textual

    palette = THEMES[name]
    return Theme(
        name=f"hvtui-{name}",
        dark=palette.dark,
        ansi=palette.ansi,
        primary=palette.primary,
        secondary=palette.secondary,
        accent=palette.good,
        success=palette.good,
        warning=palette.warning,
        error=palette.bad,
        foreground=palette.foreground,
        background=palette.background,
        surface=palette.surface,
        panel=palette.panel,
        variables={
            "border": palette.border,
            "border-blurred": palette.border_blurred,
            "block-cursor-background": palette.cursor,
            "block-cursor-foreground": palette.on_cursor,
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": palette.cursor_blurred,
            "block-cursor-blurred-foreground": palette.on_cursor if palette.ansi else palette.foreground,
            "footer-background": palette.background,
            "footer-key-foreground": palette.primary,
            "footer-description-foreground": palette.muted,
            "foreground-muted": palette.muted,
            "foreground-disabled": palette.faint,
            "scrollbar": palette.border_blurred,
            "scrollbar-background": palette.background,
            "input-selection-background": palette.selection,
            **(_ANSI_ONLY if palette.ansi else {}),
        },
    )
