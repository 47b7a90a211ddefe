"""The ids of a simulated host: random GUIDs, the same ones for the same seed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_FORM = "xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx"
_LENGTH = len(_FORM)
_PLACES = [place for place, character in enumerate(_FORM) if character != "-"]
_DIGITS = [(place, digit) for digit, place in enumerate(_PLACES) if _FORM[place] == "x"]
"""The place of each random digit in a GUID, and in the random number."""
_BATCH = 100


def guids(seed: int) -> Iterator[str]:
    """Yield GUIDs without end. One by one they would take several times as long, and a fleet has 20,000."""
    random = Random(seed)
    while True:
        number = random.getrandbits(128 * _BATCH)
        digits = number.to_bytes(16 * _BATCH, "big").hex().encode()
        written = bytearray(_FORM.encode() * _BATCH)
        for place, digit in _DIGITS:
            written[place::_LENGTH] = digits[digit::32]
        text = written.decode()
        for start in range(len(text) - _LENGTH, -1, -_LENGTH):  # the first numbers are in the lowest bits
            yield text[start : start + _LENGTH]
