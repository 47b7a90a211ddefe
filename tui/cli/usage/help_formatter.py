"""Breaks the help of commands and of topics between words, to fit the terminal."""

from __future__ import annotations

import argparse
import re
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH = 79
USAGE = "usage: "
_OPTION_CELLS = 26
"""The width of the column of options: most fit into it beside what they are for."""
_ROW = re.compile(r" *\S(?:.*?\S)?  +(?=[^\s#+])")
"""The first column of the row of a table, up to the second one; a comment and the ``+`` of a regular expression are none."""
_COPIED = 2
"""The indent of lines to be copied. Those that are indented more continue a table."""
_ITEM = "- "
"""The beginning of an item of a list."""
_CONTINUED = re.compile(r"\n +(?! |hvtui)")
"""The end of a line of the usage that continues on the next one."""
_OPTION_AND_VALUE = re.compile(r"(--\w+) (?=\[?[A-Z])")


class HelpFormatter(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of a paragraph if they fit, else fills it anew. The second column of a table continues below itself."""

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, max_help_position=_OPTION_CELLS, **options)
        self._width = min(self._width + 1, WIDTH)  # argparse leaves two columns free

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        whole = _OPTION_AND_VALUE.sub("\\1\xa0", f"{USAGE}{usage}")
        if any(len(line) > self._width for line in whole.splitlines()):
            whole = _CONTINUED.sub(" ", whole)
        lines = [_fill(line, self._width, " " * 2 * len(USAGE)) for line in whole.splitlines()]
        broken = "\n".join(lines).replace("\xa0", " ").removeprefix(USAGE)
        super().add_usage(broken, actions, groups, prefix)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return fitted(text, width)

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _fill(" ".join(text.split()), width).splitlines()


def fitted(text: str, width: int) -> str:
    """Return the text with each paragraph as it is if its lines fit, else filled anew. Lines to be copied are kept whole."""
    return "\n\n".join(_fitted(paragraph, width) for paragraph in text.split("\n\n"))


def _fitted(paragraph: str, width: int) -> str:
    lines = paragraph.splitlines()
    if all(len(line) <= width for line in lines):
        return paragraph
    whole: list[str] = []
    for line in lines:
        if whole and _continues(line, whole[-1]):
            whole[-1] += f" {line.strip()}"
        else:
            whole.append(line)
    return "\n".join(
        line if _is_to_be_copied(line) else _fill(line, width, " " * _column(line)) for line in whole
    )


def _continues(line: str, before: str) -> bool:
    """Return whether a line continues the sentence, or the row of a table, before it."""
    indent = len(line) - len(line.lstrip())
    if column := _column(before):
        return indent >= column
    return not indent and not before.startswith(" ") and not _column(line)


def _column(line: str) -> int:
    """Return where the lines that continue this one begin: at the second column of a row, or below its own text."""
    if row := _ROW.match(line):
        return row.end()
    if line.startswith(_ITEM):
        return len(_ITEM)
    indent = len(line) - len(line.lstrip())
    return indent if indent > _COPIED else 0


def _is_to_be_copied(line: str) -> bool:
    """Return whether it is a command, or a line of a file."""
    return line.startswith(" " * _COPIED) and not _column(line)


def _fill(line: str, width: int, indent: str = "") -> str:
    return textwrap.fill(
        line, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )
