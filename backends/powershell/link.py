"""What carries bytes to a PowerShell and back: five verbs, all blocking, all called from one lane."""

from __future__ import annotations

from typing import Protocol


class LinkEnded(Exception):
    """The other side is gone; nothing more will come."""


class NotSent(Exception):
    """The bytes surely did not arrive as a whole line, so nothing was run because of them."""


class Link(Protocol):
    where: str
    """The host in the words of whoever reads an error: ``this machine``, ``hv01``."""

    def open(self, command: list[str]) -> None:
        """Start PowerShell with these arguments. Raises `ConnectError`."""
        ...

    def send(self, data: bytes) -> None:
        """Raises `NotSent` where that is sure, else `LinkEnded`."""
        ...

    def receive(self, seconds: float) -> bytes:
        """What came, ``b""`` when nothing did in that time. Raises `LinkEnded`."""
        ...

    def kill(self) -> None:
        """End the process now. Never called while a write is in flight."""
        ...

    def close(self) -> None:
        """End its input. It finishes what it is doing and ends by itself."""
        ...
