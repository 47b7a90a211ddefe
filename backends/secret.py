"""A value that must not be seen, and the one place that takes such values out of text."""

from __future__ import annotations

import re

_known: set[str] = set()
_LONG = 4
"""From so many characters on, a secret is taken out also where it is part of a word."""


class Secret:
    """Holds a password so that no repr, log or traceback shows it. Only `reveal` gives it back."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        if value:
            _known.add(value)

    def reveal(self) -> str:
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not to be stored")


def redact(text: str) -> str:
    """The text with every secret of this process replaced by ``***``.

    One of fewer than `_LONG` characters only where it stands by itself, as it does where it is printed as the
    password. Its letters are in any sentence: to take them out of words would hide what is said, and the gaps would
    say which letters they are.
    """
    for value in sorted(_known, key=len, reverse=True):
        alone = len(value) < _LONG
        text = (
            re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "***", text) if alone else text.replace(value, "***")
        )
    return text
