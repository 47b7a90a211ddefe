"""How it looks: one pair of themes, and every glyph we draw with its stand-in for a poorer terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.theme import Theme

from hvtui.backends.model import CheckpointKind, VmState

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint, Vm

DARK: Final = Theme(
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

LIGHT: Final = Theme(
    name="hvtui-light",
    dark=False,
    primary="#2a69ae",
    secondary="#53687f",
    accent="#0d7f76",
    success="#2d7d3c",
    warning="#8f5f00",
    error="#b3303c",
    foreground="#212b37",
    background="#eef1f5",
    surface="#fafbfd",
    panel="#e2e7ee",
    variables={
        "border": "#2a69ae",
        "border-blurred": "#b9c3d0",
        "block-cursor-background": "#c4dbf3",
        "block-cursor-foreground": "#0f1c2b",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#e3e9f1",
        "block-cursor-blurred-foreground": "#212b37",
        "footer-background": "#eef1f5",
        "footer-key-foreground": "#2a69ae",
        "footer-description-foreground": "#44525f",
        "foreground-muted": "#5f6d7e",
        "foreground-disabled": "#8c97a6",
        "scrollbar": "#b9c3d0",
        "scrollbar-background": "#eef1f5",
        "input-selection-background": "#2a69ae 25%",
    },
)

THEMES: Final = (DARK, LIGHT)

CURSOR: Final = "▌"
CURSOR_BLURRED: Final = "▏"
UNFOLDED: Final = "▾"
FOLDED: Final = "▸"
LEAF: Final = "─"
BRANCH: Final = "├─"
LAST_BRANCH: Final = "└─"
TRUNK: Final = "│ "
GAP: Final = "  "
NOW: Final = "►"
DEEPER: Final = "»"
DONE: Final = "✓"
FAILED: Final = "✗"
UNSURE: Final = "?"
WORKING: Final = "◌"
BAR_FULL: Final = "━"
BAR_EMPTY: Final = "╌"
CRITICAL: Final = "!"

_STATES: Final = {
    VmState.RUNNING: "●",
    VmState.OFF: "○",
    VmState.SAVED: "◐",
    VmState.FAST_SAVED: "◐",
    VmState.HIBERNATED: "◐",
    VmState.PAUSED: "‖",
    VmState.UNKNOWN: "?",
    VmState.OTHER: "?",
}
_CHANGING: Final = WORKING

_KINDS: Final = {
    CheckpointKind.RECOVERY: "■",
    CheckpointKind.REPLICA: "≡",
    CheckpointKind.APP_CONSISTENT_REPLICA: "≡",
    CheckpointKind.SYNCED_REPLICA: "≡",
    CheckpointKind.PLANNED: "≡",
    CheckpointKind.MISSING: "✗",
    CheckpointKind.UNKNOWN: "?",
}
_AUTOMATIC: Final = "◦"

ASCII: Final = {
    "▌": ">", "▏": "-", "▾": "v", "▸": ">", "├": "+", "└": "`", "│": "|", "─": "-", "►": "*", "»": ">",
    "✓": "+", "✗": "x", "━": "#", "╌": ".", "●": "@", "○": "o", "◐": "%", "◌": "~",
    "‖": "=", "■": "#", "≡": "=", "◦": ".", "…": "~", "‹": "<", "›": ">", "–": "-",
    "╭": "+", "╮": "+", "╰": "+", "╯": "+", "┌": "+", "┐": "+", "┘": "+", "┤": "+", "┬": "+", "┴": "+",
    "┼": "+", "║": "|", "═": "=", "╔": "+", "╗": "+", "╚": "+", "╝": "+", "┃": "|", "┏": "+", "┓": "+",
    "┗": "+", "┛": "+", "█": "#", "▀": "-", "▄": "_", "▐": "|", "▎": "|", "▊": "|", "▕": "|", "▔": "-",
    "▁": "_", "▂": "_", "▃": "_", "▅": "#", "▆": "#", "▇": "#", "▼": "v", "▲": "^", "◀": "<", "▶": ">",
    "•": "*", "↑": "^", "↓": "v", "←": "<", "→": ">", "“": '"', "”": '"', "‘": "'", "’": "'", "⏎": "<",
}  # fmt: skip
"""One cell for one cell, also for what Textual draws. Nothing here tells two glyphs apart by colour alone."""


def state_glyph(vm: Vm) -> str:
    return CRITICAL if vm.critical else _STATES.get(vm.state, _CHANGING)


def kind_glyph(checkpoint: Checkpoint) -> str:
    """What sets a checkpoint apart, or "" for an ordinary one."""
    if checkpoint.kind is CheckpointKind.STANDARD and checkpoint.automatic:
        return _AUTOMATIC
    return _KINDS.get(checkpoint.kind, "")
