"""Lines and blocks as paths that fill their cell from edge to edge, whatever the reader's font makes of them."""

from __future__ import annotations

_LINE = 1.2
_OVER = 0.3
"""A line goes so far beyond its cell: no seam shows where the picture is scaled."""
_ARMS = {
    "─": "lr", "│": "ud", "├": "udr", "┤": "udl", "└": "ur", "┘": "ul", "┌": "dr", "┐": "dl", "┬": "lrd",
    "┴": "lru", "┼": "lrud", "━": "LR", "┃": "UD", "┏": "DR", "┓": "DL", "┗": "UR", "┛": "UL",
}  # fmt: skip
"""Which ways the line goes from the middle: a capital is a heavy one."""
_ROUND = {"╭": (1, 1), "╮": (-1, 1), "╰": (1, -1), "╯": (-1, -1)}
"""Which way the ends of the bend point."""
_BLOCKS = {
    "█": (0, 0, 8, 8), "▀": (0, 0, 8, 4), "▔": (0, 0, 8, 1), "▐": (4, 0, 8, 8), "▕": (7, 0, 8, 8),
    **{block: (0, 7 - n, 8, 8) for n, block in enumerate("▁▂▃▄▅▆▇")},
    **{block: (0, 0, 7 - n, 8) for n, block in enumerate("▉▊▋▌▍▎▏")},
}  # fmt: skip
"""Left, top, right and bottom in eighths of the cell."""
SHAPES = frozenset([*_ARMS, *_ROUND, *_BLOCKS, "╌"])


def shape(letter: str, x: float, y: float, width: float, height: float) -> str:
    """The path of one of `SHAPES` in the cell that begins at `x`, `y`."""
    if letter in _BLOCKS:
        across, down, to, foot = (eighths / 8 for eighths in _BLOCKS[letter])
        return _box(x + width * across, y + height * down, x + width * to, y + height * foot)
    middle, half = (x + width / 2, y + height / 2), _LINE / 2
    if letter in _ROUND:
        return _bend(*middle, width / 2, height / 2, *_ROUND[letter])
    if letter == "╌":
        top, bottom = middle[1] - half, middle[1] + half
        return "".join(_box(x + width * n / 8, top, x + width * (n + 2) / 8, bottom) for n in (1, 5))
    return "".join(_arm(arm, *middle, width / 2, height / 2) for arm in _ARMS[letter])


def _arm(arm: str, x: float, y: float, right: float, down: float) -> str:
    half = _LINE if arm.isupper() else _LINE / 2
    match arm.lower():
        case "l":
            return _box(x - right - _OVER, y - half, x + half, y + half)
        case "r":
            return _box(x - half, y - half, x + right + _OVER, y + half)
        case "u":
            return _box(x - half, y - down - _OVER, x + half, y + half)
        case _:
            return _box(x - half, y - half, x + half, y + down + _OVER)


def _bend(x: float, y: float, right: float, down: float, across: int, along: int) -> str:
    """From the side of the cell to its top or bottom, as a quarter of a ring."""
    half, radius = _LINE / 2, right
    side, foot, turn = x + across * right, y + along * down, y + along * radius
    sweep = int(across != along)
    inner, outer = radius - half, radius + half
    return (
        f"M{side:g} {y - along * half:g}A{outer:g} {outer:g} 0 0 {sweep} {x - across * half:g} {turn:g}"
        f"V{foot:g}H{x + across * half:g}V{turn:g}"
        f"A{inner:g} {inner:g} 0 0 {1 - sweep} {side:g} {y + along * half:g}z"
    )


def _box(left: float, top: float, right: float, bottom: float) -> str:
    return f"M{left:g} {top:g}H{right:g}V{bottom:g}H{left:g}z"
