"""Counting what a widget paints."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.strip import Strip

    from hvtui.tui.widgets.lines import Lines


@contextmanager
def lines_painted(widget: Lines) -> Iterator[list[int]]:
    """The screen lines that are drawn inside the block, as they come."""
    painted: list[int] = []
    draw = widget.render_line

    def counted(y: int) -> Strip:
        painted.append(y)
        return draw(y)

    widget.render_line = counted  # type: ignore[method-assign]
    try:
        yield painted
    finally:
        widget.render_line = draw  # type: ignore[method-assign]


def title(widget: Lines) -> str:
    """The title in its top border."""
    return _border(widget)[0].strip()


def heading(widget: Lines) -> str:
    """The heading of its columns, at the right of the top border; "" if there is none."""
    return (_border(widget)[1:] or [""])[-1].strip()


def _border(widget: Lines) -> list[str]:
    drawn = widget._drawn_title
    return re.split("[─━]+", drawn.plain) if drawn else [""]


def shown(widget: Lines) -> list[str]:
    """What stands on each of its lines."""
    return [widget.render_line(y).text.rstrip() for y in range(widget.size.height)]
