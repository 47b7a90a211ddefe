"""Hyper-V's limits on checkpoints, and the length of names as Windows counts it."""

from __future__ import annotations

# facts §11 [MS scalability]; automatic checkpoints and those of backup software count too [GEN]
MAX_CHECKPOINTS = 50
MAX_NAME_UNITS = 100  # facts §11 [WMI] ElementName


def utf16_length(name: str) -> int:
    """Return the length of a name in UTF-16 code units."""
    return len(name.encode("utf-16-le", "surrogatepass")) // 2


def truncate(name: str, most: int = MAX_NAME_UNITS) -> str:
    """Truncate a name to this many UTF-16 code units."""
    return name.encode("utf-16-le", "surrogatepass")[: 2 * most].decode("utf-16-le", "ignore")
