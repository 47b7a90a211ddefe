"""A value that must not be seen, and the one place that takes such values out of text."""

from __future__ import annotations

_known: set[str] = set()


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
    """The text with every secret of this process replaced by ``***``."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, "***")
    return text
