"""Finds the known word that a person may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def nearest(wrong: str, known: Collection[str], *, cutoff: float = 0.6) -> str:
    """Return the known word that is most like the wrong one; "" if none is like it. `cutoff`: 1 is equal."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(wrong, known, n=1, cutoff=cutoff)), "")


def known_words(wrong: str, known: Collection[str]) -> str:
    """Return a sentence with the known word that is most like the wrong one, or else with all known ones."""
    near = nearest(wrong, known)
    return f"Is it {near}?" if near else f"Known: {', '.join(known)}."
