"""What carries bytes to a PowerShell and back: a few blocking verbs, all called from one lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future


class LinkEnded(Exception):
    """The other side is gone; nothing more will come."""


class NotSent(Exception):
    """The bytes surely did not arrive as a whole line, so nothing was run because of them.

    Its cause, where that is a `BackendError`, is what a person must be told.
    """


class AskAgain(Exception):
    """The line broke, or may have swallowed an answer. PowerShell may live on: send the same request again.

    Its cause, where that is a `BackendError`, is what a person must be told when that does not help.
    """

    def __init__(self, why: str = "", *, arrived: bool = True) -> None:
        """`arrived`: whether what was sent last may have come to the other side."""
        super().__init__(why)
        self.arrived = arrived


class Link(Protocol):
    where: str
    """The host in the words of whoever reads an error: ``this machine``, ``hv01``."""
    handle: str
    """Names the running PowerShell to a later link to the same host; "" where that cannot be."""

    def open(self, command: list[str]) -> None:
        """Start PowerShell with these arguments. Raises `ConnectError`."""
        ...

    def send(self, data: bytes) -> None:
        """Raises `NotSent` where that is sure, else `LinkEnded` or `AskAgain`."""
        ...

    def receive(self, seconds: float) -> bytes:
        """What came, ``b""`` when nothing did in that time. Raises `LinkEnded` or `AskAgain`."""
        ...

    def kill(self) -> Future[None]:
        """End the process, without waiting for it. Never called while a write is in flight."""
        ...

    def close(self) -> Future[None]:
        """End its input, without waiting: it finishes what it is doing and ends by itself."""
        ...

    def let_go(self, handle: str) -> None:
        """End the input of a PowerShell that an earlier link to this host left behind."""
        ...

    def clear_away(self, handle: str) -> None:
        """Give back what an ended PowerShell of an earlier link still holds of the host."""
        ...
