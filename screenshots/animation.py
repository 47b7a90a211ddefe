"""Draws a film as one SVG that CSS animates, so that it moves wherever a picture is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from screenshots.svg import HEIGHT, WIDTH, background_of, document, fills_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.segment import Segment


@dataclass(frozen=True, slots=True)
class Frame:
    lines: Sequence[Sequence[Segment]]
    seconds: float
    """How long it is shown."""


def animated(frames: Sequence[Frame]) -> str:
    """Return the film, which starts again at its end. Where no motion is wanted, its last frame is shown."""
    whole = sum(frame.seconds for frame in frames)
    first = frames[0].lines
    background = background_of(first)
    classes: dict[str, str] = {}
    style = [f"g g{{animation:{whole:g}s step-end infinite}}"]
    elements: list[str] = []
    shown: dict[int, str] = {}
    begins = 0.0
    for number, frame in enumerate(frames):
        rows = {y: _row(line, y, background, classes) for y, line in enumerate(frame.lines)}
        # A later frame paints only the rows that differ, over those of the frames before it.
        painted = [row for y, row in rows.items() if shown.get(y) != row]
        shown = rows
        if number and painted:
            style.append(
                f"@keyframes f{number}{{0%{{visibility:hidden}}{100 * begins / whole:.3f}%{{visibility:visible}}}}"
            )
            elements.append(f'<g style="animation-name:f{number}">')
        else:
            elements.append("<g>")
        elements += [*painted, "</g>"]
        begins += frame.seconds
    style.append("@media(prefers-reduced-motion:reduce){g g{animation:none}}")
    return document(first, classes, *elements, style=style)


def _row(line: Sequence[Segment], y: int, background: str, classes: dict[str, str]) -> str:
    width = sum(segment.cell_length for segment in line) * WIDTH
    return "".join([
        f'<rect y="{y * HEIGHT}" width="{width}" height="{HEIGHT}" fill="{background}"/>',
        *fills_of(line, y * HEIGHT, background),
        *texts_of(line, y * HEIGHT, classes),
    ])  # fmt: skip
