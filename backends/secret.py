"""Secrets such as passwords, and their redaction in text."""

from __future__ import annotations

import re

_known: set[str] = set()
_MIN_LENGTH_WITHIN_WORDS = 4
"""Secrets of at least this length are also redacted within words."""


class Secret:
    """A secret that is not shown in a repr, a log or a traceback. Only `reveal` returns it."""

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
        raise TypeError("a Secret cannot be pickled")


def redact(text: str) -> str:
    """Replace every secret of this process in the text with ``***``.

    A very short secret is replaced only where it is a separate word. Its characters occur in many words: replacing
    them there would make the text unreadable, and would show which characters the secret has.
    """
    for value in sorted(_known, key=len, reverse=True):
        separate = len(value) < _MIN_LENGTH_WITHIN_WORDS
        text = (
            re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "***", text)
            if separate
            else text.replace(value, "***")
        )
    return text
