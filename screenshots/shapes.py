"""Converts box-drawing and block characters to SVG paths that fill their cells exactly, unlike glyphs of a font."""

from __future__ import annotations

_LINE_WIDTH = 1.2
_OVERLAP = 0.3
"""A line extends this far beyond its cell, so that no gap is visible when the picture is scaled."""
_ARMS = {
    "─": "lr", "│": "ud", "├": "udr", "┤": "udl", "└": "ur", "┘": "ul", "┌": "dr", "┐": "dl", "┬": "lrd",
    "┴": "lru", "┼": "lrud", "━": "LR", "┃": "UD", "┏": "DR", "┓": "DL", "┗": "UR", "┛": "UL",
}  # fmt: skip
"""The directions of the lines from the center of the cell. Upper case stands for a heavy line."""
_ROUND = {"╭": (1, 1), "╮": (-1, 1), "╰": (1, -1), "╯": (-1, -1)}
"""The horizontal and vertical direction of the ends of each rounded corner."""
_BLOCKS = {
    "█": (0, 0, 8, 8), "▀": (0, 0, 8, 4), "▔": (0, 0, 8, 1), "▐": (4, 0, 8, 8), "▕": (7, 0, 8, 8),
    **{block: (0, 7 - n, 8, 8) for n, block in enumerate("▁▂▃▄▅▆▇")},
    **{block: (0, 0, 7 - n, 8) for n, block in enumerate("▉▊▋▌▍▎▏")},
}  # fmt: skip
"""The left, top, right and bottom edge of each block, in eighths of the cell."""
SHAPES = frozenset([*_ARMS, *_ROUND, *_BLOCKS, "╌"])


def shape(letter: str, x: float, y: float, width: float, height: float) -> str:
    """Return the path of a character of `SHAPES` in the cell whose top left corner is at `x`, `y`."""
    if letter in _BLOCKS:
        left, top, right, bottom = (eighths / 8 for eighths in _BLOCKS[letter])
        return _box(x + width * left, y + height * top, x + width * right, y + height * bottom)
    center, half = (x + width / 2, y + height / 2), _LINE_WIDTH / 2
    if letter in _ROUND:
        return _corner(*center, width / 2, height / 2, *_ROUND[letter])
    if letter == "╌":
        top, bottom = center[1] - half, center[1] + half
        return "".join(_box(x + width * n / 8, top, x + width * (n + 2) / 8, bottom) for n in (1, 5))
    return "".join(_arm(arm, *center, width / 2, height / 2) for arm in _ARMS[letter])


def _arm(arm: str, x: float, y: float, right: float, down: float) -> str:
    """Return the line from the center at `x`, `y` to one edge of the cell."""
    half = _LINE_WIDTH if arm.isupper() else _LINE_WIDTH / 2
    match arm.lower():
        case "l":
            return _box(x - right - _OVERLAP, y - half, x + half, y + half)
        case "r":
            return _box(x - half, y - half, x + right + _OVERLAP, y + half)
        case "u":
            return _box(x - half, y - down - _OVERLAP, x + half, y + half)
        case _:
            return _box(x - half, y - half, x + half, y + down + _OVERLAP)


def _corner(x: float, y: float, right: float, down: float, across: int, along: int) -> str:
    """Return a rounded corner: a quarter of a ring from the side of the cell to its top or bottom."""
    half, radius = _LINE_WIDTH / 2, right
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
