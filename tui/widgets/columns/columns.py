"""Columns in general: which of them fit beside the names, and their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct
from rich.cells import cell_len

from hvtui.tui.text.safe import SafeText, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from hvtui.tui.widgets.lines import Spans

F = TypeVar("F")
_SHORTEST = 16
"""Columns beside short names stand not further left than this."""


class Column(Struct, Generic[F], frozen=True):
    width: int
    cell: Callable[[F], tuple[SafeText, str]]
    """Returns the text for a row, and its tone."""
    rank: int
    """Where room is short, the column with the lowest rank is the last one left out."""
    gap: int = 1
    right: bool = True
    """Aligned at the right, where a text that is too long is not cut: half a number would mislead."""

    @property
    def taken(self) -> int:
        return self.gap + self.width


def fitting(
    columns: Mapping[str, Column[F]], wanted: Collection[str], room: int, names: Sequence[int]
) -> list[str]:
    """Return the names of the columns that fit, in the order in which they are wanted.

    `room` is the number of cells that the columns share with the names of the rows, and `names` how many of these the
    names keep beside one column, beside two, and so on.
    """
    by_rank = sorted(wanted, key=lambda name: columns[name].rank)
    shown = set()
    for name, kept in zip(by_rank, names, strict=False):
        room -= columns[name].taken
        if room < kept:
            break
        shown.add(name)
    return [name for name in wanted if name in shown]


def cells(columns: Iterable[Column[F]], facts: F) -> Spans:
    """Return the cells of a row, with the gaps to their left."""
    return tuple(_cell(column, *column.cell(facts)) for column in columns)


def width_of(columns: Sequence[Column[F]]) -> int:
    """Return the number of cells that the columns take, with the gaps to their left."""
    return sum(column.taken for column in columns)


def beside_names(room: int, longest: int) -> int:
    """Return how many of `room` cells the names take where the columns stand right of the longest name."""
    return min(room, max(_SHORTEST, longest + 1))


def _cell(column: Column[F], text: SafeText, tone: str) -> tuple[SafeText, str]:
    if column.right:
        return SafeText(" " * (column.gap + max(0, column.width - cell_len(text))) + text), tone
    return SafeText(" " * column.gap + fit(text, column.width)), tone
