"""All glyphs that are drawn, with their ASCII replacements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hvtui.backends.model import CheckpointKind, VmState
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint, Vm

CURSOR: Final = SafeText("▌")
CURSOR_BLURRED: Final = SafeText("▏")
UNFOLDED: Final = SafeText("▾")
FOLDED: Final = SafeText("▸")
LEAF: Final = SafeText("─")
BRANCH: Final = SafeText("├─")
LAST_BRANCH: Final = SafeText("└─")
TRUNK: Final = SafeText("│ ")
GAP: Final = SafeText("  ")
NOW: Final = SafeText("►")
DEEPER: Final = SafeText("»")
DONE: Final = SafeText("✓")
FAILED: Final = SafeText("✗")
UNSURE: Final = SafeText("?")
WORKING: Final = SafeText("◌")
BAR_FULL: Final = SafeText("━")
BAR_EMPTY: Final = SafeText("╌")
CRITICAL: Final = SafeText("▲")

_STATES: Final[dict[VmState, str]] = {
    VmState.RUNNING: "●",
    VmState.OFF: "○",
    VmState.SAVED: "◐",
    VmState.FAST_SAVED: "◐",
    VmState.HIBERNATED: "◐",
    VmState.PAUSED: "‖",
    VmState.UNKNOWN: "?",
    VmState.OTHER: "?",
}

_KINDS: Final[dict[CheckpointKind, str]] = {
    CheckpointKind.RECOVERY: "■",
    CheckpointKind.REPLICA: "≡",
    CheckpointKind.APP_CONSISTENT_REPLICA: "≡",
    CheckpointKind.SYNCED_REPLICA: "≡",
    CheckpointKind.PLANNED: "≡",
    CheckpointKind.MISSING: "✗",
    CheckpointKind.UNKNOWN: "?",
}
_AUTOMATIC: Final = SafeText("◦")

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
"""The replacement of each glyph, ours and Textual's, one cell wide. No two states differ by colour alone."""


def state_glyph(vm: Vm) -> SafeText:
    return CRITICAL if vm.critical else SafeText(_STATES.get(vm.state, WORKING))


def kind_glyph(checkpoint: Checkpoint) -> SafeText:
    """Return the glyph of a checkpoint's kind; "" for an ordinary checkpoint."""
    if checkpoint.kind is CheckpointKind.STANDARD and checkpoint.automatic:
        return _AUTOMATIC
    return SafeText(_KINDS.get(checkpoint.kind, ""))
