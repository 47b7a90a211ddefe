"""Finds the line of each key in a TOML text: Python's parser does not say it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART: Final = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED: Final = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER: Final = re.compile(rf"\s*\[\[?\s*({_DOTTED})\s*\]")
_KEY: Final = re.compile(rf"\s*({_DOTTED})\s*=(.*)")
_STRING: Final = re.compile(r"""\"{3}|'{3}|"(?:[^"\\]|\\.)*"|'[^']*'|\#.*""")


def positions(text: str) -> dict[str, int]:
    """Return the line, from 1, of each table and key of a valid TOML text, by its whole name: ``keys.vm.start``."""
    found: dict[str, int] = {}
    table = ""
    depth, quotes = 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        inside = depth > 0 or bool(quotes)
        if not inside and (header := _HEADER.match(line)):
            table = _name(header[1])
            found.setdefault(table, number)
            continue
        rest = line
        if not inside and (key := _KEY.match(line)):
            found.setdefault(f"{table}.{_name(key[1])}" if table else _name(key[1]), number)
            rest = key[2]
        depth, quotes = _after(rest, depth, quotes)
    return found


def line_of(name: str, lines: Mapping[str, int]) -> int | None:
    """Return the line of a key, or of the nearest table around it; None if there is none."""
    while name not in lines and "." in name:
        name = name.rpartition(".")[0]
    return lines.get(name)


def _name(dotted: str) -> str:
    """Return a dotted key without quotes and spaces."""
    parts = re.findall(_PART, dotted)
    return ".".join(re.sub(r"\\(.)", r"\1", part[1:-1]) if part[0] in "\"'" else part for part in parts)


def _after(rest: str, depth: int, quotes: str) -> tuple[int, str]:
    """Return how many brackets are open after this part of a value, and by what a long string is open."""
    while rest:
        if quotes:
            _, closed, rest = rest.partition(quotes)
            quotes = "" if closed else quotes
            continue
        string = _STRING.search(rest)
        plain = rest[: string.start()] if string else rest
        depth += len(re.findall(r"[\[{]", plain)) - len(re.findall(r"[\]}]", plain))
        rest = rest[string.end() :] if string else ""
        if string and string[0] in ('"""', "'''"):
            quotes = string[0]
    return depth, quotes
