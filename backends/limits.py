"""Hyper-V's limits on checkpoints, and the length of names as Windows counts it."""

from __future__ import annotations

from datetime import UTC, datetime

# facts §11 [MS scalability]; automatic checkpoints and those of backup software count too [GEN]
MAX_CHECKPOINTS = 50
MAX_NAME_UNITS = 100  # facts §11 [WMI] ElementName
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # long before Hyper-V; .NET and WMI give 0001 or 1601 for no date


def utf16_length(name: str) -> int:
    """Return the length of a name in UTF-16 code units."""
    return len(name.encode("utf-16-le", "surrogatepass")) // 2


def truncate(name: str, most: int = MAX_NAME_UNITS) -> str:
    """Truncate a name to this many UTF-16 code units."""
    return name.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")


def is_plausible(moment: datetime) -> bool:
    """Return whether this can be the time when a checkpoint was created, and not a date that stands for none."""
    return moment >= EARLIEST
