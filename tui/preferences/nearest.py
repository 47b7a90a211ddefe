"""Says what a person may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection


def known_words(wrong: str, known: Collection[str]) -> str:
    """Return a sentence with the known word that is most like the wrong one, or else with all known ones."""
    from difflib import get_close_matches

    near = get_close_matches(wrong, known, n=1)
    return f"Is it {near[0]}?" if near else f"Known: {', '.join(known)}."
