"""Converts values in the replies of scripts: ids, members of enums, times."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

NO_DATE = datetime(1601, 1, 1, tzinfo=UTC)
"""Stands for a date that is none. Whatever the time zone, its year is before `OLDEST`."""
OLDEST, NEWEST = 1990, 9998
"""The years of real dates. .NET and CIM report a date that is not set as one of year 1, 1601 or 9999."""
_GUID = re.compile(r"\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?")
Member = TypeVar("Member", bound=StrEnum)


def is_guid(text: str) -> bool:
    return bool(_GUID.fullmatch(text))


def guid(text: str) -> str:
    """Return the GUID in lower case. Raises `ValueError` for other text: ids are displayed without escaping."""
    found = _GUID.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is not a GUID")
    return found[1].lower()


def member(enum: type[Member], text: str) -> tuple[Member, str]:
    """Return the enum member of this text and "", or UNKNOWN and the text, which is "" if the host gave none."""
    try:
        return enum(text), ""
    except ValueError:
        return enum("Unknown"), text


def time(text: str) -> datetime:
    """Parse .NET's round-trip format ("o") with a time zone. Raises `ValueError`."""
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return parsed


def date(text: str) -> datetime | None:
    """Return the time, or None for one that the host did not set."""
    if not text:
        return None
    found = time(text)
    return found if OLDEST <= found.year <= NEWEST else None
