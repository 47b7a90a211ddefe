"""Reads the text of a filter.

All its words are required. A minus before a word excludes what the word finds. Quotes keep spaces together, and what
begins with a quote is always a part of a name. So is a word with a colon after what no filter knows, unless that is like
what one knows: a typing mistake must not choose other VMs.
"""

from __future__ import annotations

import math
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hvtui.backends.nearest import nearest
from hvtui.backends.operations.filtering.facts import Severity
from hvtui.backends.operations.filtering.words import (
    KINDS,
    Count,
    InState,
    Marked,
    Name,
    Newer,
    NotKnown,
    OfKind,
    Older,
    OnHost,
    WithMemory,
    Word,
    normalized,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class MistakeCode(StrEnum):
    """What a word needs after its colon, or `KEY`."""

    AGE = "age"
    COUNT = "count"
    HOST = "host"
    KEY = "key"
    """What is before the colon, or before a comparison without a colon, is like a word that filters know."""
    KIND = "kind"
    MARK = "mark"
    MEMORY = "memory"
    NAME = "name"
    STATE = "state"


class Mistake(Struct, frozen=True):
    code: MistakeCode
    word: str
    """As it was typed."""
    meant: str = ""
    """What filters know instead of what is before the colon."""


class Term(Struct, frozen=True):
    word: Word
    negated: bool = False


class Filter(Struct, frozen=True):
    terms: tuple[Term, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    """The words that cannot be understood. The others apply all the same."""

    @property
    def by_name(self) -> str | None:
        """The part of a name that is all that it asks for, casefolded; None if it asks for anything else."""
        match self.terms:
            case [Term(word=Name(text=text), negated=False)]:
                return text
        return None


_TERM = re.compile(r'(-?)(?:([a-z]+):)?(?:"([^"]*)(?:"|\Z)|(\S*))', re.IGNORECASE)
_COMPARED = re.compile(r"([a-z]+)[<>=]", re.IGNORECASE)
_AGE = re.compile(r"([0-9]{1,6})([hdw])", re.IGNORECASE)
_COUNT = re.compile(r"([<>]=?|=)?([0-9]{1,6})")
_BEGUN, _MUCH_LIKE = 3, 0.8
"""A known word was meant from three letters of it on, or where one letter is too many or too few."""
_UNIT_SECONDS = {"h": 3600, "d": 86400, "w": 7 * 86400}
_MEMORY: Final[Mapping[str, Word]] = {
    "yes": WithMemory(True),
    "no": WithMemory(False),
    "?": NotKnown(WithMemory(True)),
}
_SEVERITIES = {"": Severity.CONCERN, "!": Severity.CONCERN, "!!": Severity.GRAVE}


def parse(text: str) -> Filter:
    terms: list[Term] = []
    mistakes: list[Mistake] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        found = _TERM.match(text, at)
        assert found is not None
        at = found.end()
        if meant := _meant(found):
            mistakes.append(Mistake(MistakeCode.KEY, found[0], meant))
            continue
        read = _read(found)
        if isinstance(read, MistakeCode):
            mistakes.append(Mistake(read, found[0]))
        elif read is not None:
            terms.append(Term(read, negated=bool(found[1])))
    return Filter(tuple(terms), tuple(mistakes))


def _meant(found: re.Match[str]) -> str:
    """Return what a word may have meant before its colon; "" if it is known there, or may be a part of a name."""
    if (key := found[2]) is None:
        compared = _COMPARED.match(found[4] or "")
        return _like(compared[1].casefold()) if compared else ""
    return "" if key.casefold() in _READERS else _like(key.casefold())


def _like(key: str) -> str:
    """Return the known word that begins so or is much like it; "" if there is none."""
    begun = (known for known in _READERS if len(key) >= _BEGUN and known.startswith(key))
    return next(begun, "") or nearest(key, _READERS, cutoff=_MUCH_LIKE)


def _read(found: re.Match[str]) -> Word | MistakeCode | None:
    """Return the word of a match; None if it is empty."""
    key, quoted, plain = found[2], found[3], found[4]
    value = quoted if plain is None else plain
    if key is None:
        if plain is not None and plain.casefold() == "memory":
            return WithMemory(True)
        return Name(value.casefold()) if value else None
    if (reader := _READERS.get(key.casefold())) is None:
        return Name(f"{key}:{value}".casefold())
    return reader(value)


def _host(value: str) -> Word | MistakeCode:
    return OnHost(value.casefold()) if value else MistakeCode.HOST


def _name(value: str) -> Word | MistakeCode:
    return Name(value.casefold()) if value else MistakeCode.NAME


def _state(value: str) -> Word | MistakeCode:
    if value == "?":
        return NotKnown(InState(""))
    return InState(normalized(value)) if normalized(value) else MistakeCode.STATE


def _count(value: str) -> Word | MistakeCode:
    if value == "?":
        return NotKnown(Count(">=", 0))
    found = _COUNT.fullmatch(value)
    return Count(found[1] or "=", int(found[2])) if found else MistakeCode.COUNT


def _older(value: str) -> Word | MistakeCode:
    if value == "?":
        return NotKnown(Older(math.inf))
    seconds = _seconds(value)
    return MistakeCode.AGE if seconds is None else Older(seconds)


def _newer(value: str) -> Word | MistakeCode:
    if value == "?":
        return NotKnown(Newer(-math.inf))
    seconds = _seconds(value)
    return MistakeCode.AGE if seconds is None else Newer(seconds)


def _seconds(age: str) -> int | None:
    found = _AGE.fullmatch(age)
    return int(found[1]) * _UNIT_SECONDS[found[2].lower()] if found else None


def _kind(value: str) -> Word | MistakeCode:
    if value == "?":
        return NotKnown(OfKind(""))
    kinds = [kind for kind in KINDS if value and kind.startswith(value.casefold())]
    return OfKind(kinds[0]) if len(kinds) == 1 else MistakeCode.KIND


def _mark(value: str) -> Word | MistakeCode:
    return Marked(_SEVERITIES[value]) if value in _SEVERITIES else MistakeCode.MARK


def _memory(value: str) -> Word | MistakeCode:
    return _MEMORY.get(value.casefold(), MistakeCode.MEMORY)


_READERS: Final[Mapping[str, Callable[[str], Word | MistakeCode]]] = {
    "host": _host,
    "name": _name,
    "state": _state,
    "older": _older,
    "newer": _newer,
    "count": _count,
    "kind": _kind,
    "mark": _mark,
    "memory": _memory,
}
