"""The interface between an agent and its PowerShell process: blocking calls, all made from one thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from concurrent.futures import Future


class LinkEnded(Exception):
    """The process has ended or is gone: no more data will arrive."""


class RequestNotSent(Exception):
    """The request did not arrive as a whole line, so PowerShell did not run it.

    If its `__cause__` is a `BackendError`, that is the error to report.
    """


class ResendRequest(Exception):
    """The connection broke, or a response may be lost: the same request can be sent again.

    If its `__cause__` is a `BackendError`, that is the error to report when sending it again does not help.
    """

    def __init__(self, reason: str = "", *, arrived: bool = True) -> None:
        """`arrived`: whether the data that was sent last may have arrived."""
        super().__init__(reason)
        self.arrived = arrived


ERROR_BYTES = 4_000
"""The most bytes of standard error that a link keeps until they are taken."""


class Link(Protocol):
    where: str
    """The host, as error messages name it: ``this machine``, ``hv01``."""
    handle: str
    """Identifies the process to later links to the same host; "" where they need no such handle."""
    warning: str = ""
    """What a person should know about the running process, as a sentence; "" if nothing."""
    heard_at: float = 0.0
    """When the last part of an answer came that is longer in coming, by `time.monotonic`."""

    def open(self, command: list[str]) -> None:
        """Start PowerShell with these arguments. Raises `ConnectError`, or `ResendRequest` if the connection broke."""
        ...

    def send(self, data: bytes) -> None:
        """Write to the input of the process. Raises `RequestNotSent`, `LinkEnded` or `ResendRequest`."""
        ...

    def receive(self, seconds: float) -> bytes:
        """Return standard output of the process, or ``b""`` if there was none in that time.

        Raises `LinkEnded` or `ResendRequest`.
        """
        ...

    def take_errors(self) -> bytes:
        """Return the end of what has come from the standard error of the process since the last call.

        The two have no order: text on standard error may come between two parts of a response.
        """
        ...

    def kill(self) -> Future[None]:
        """End the process, without waiting. Never called while a write is in flight."""
        ...

    def close(self) -> Future[None]:
        """Close the input of the process, without waiting: it finishes its request and exits."""
        ...

    def disconnect(self) -> Future[None]:
        """Close the connection, without waiting and without another message to the host."""
        ...

    def end_input(self, handle: str) -> None:
        """Close the input of a process that an earlier link started."""
        ...

    def delete_shell(self, handle: str) -> None:
        """Delete the shell of a process that an earlier link started and that has exited."""
        ...
