"""The record of all messages, for tests to inspect and to wait for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

WAIT = 30.0
"""The seconds after which waiting fails."""


@dataclass(slots=True, kw_only=True)
class Message:
    """One HTTP request, which is one round trip."""

    number: int
    """Counted from 1 over all connections."""

    connection: int
    """The number of its connection, from 1."""

    kind: str = "Unknown"
    """A verb (Create, Command, Send, Receive, Signal, Delete), or else: Authenticate (answered 401), Blank (an empty
    body), Unsealed (plain text over http), Unreadable (encrypted with other keys), Get, Unknown."""

    wire: bytes = field(repr=False)
    """The body as received, after TLS."""

    text: str = field(default="", repr=False)
    """The decrypted body."""

    stdin: bytes = field(default=b"", repr=False)
    """The input in a Send."""

    authorization: str = field(default="", repr=False)
    """The HTTP header Authorization."""

    user: str = ""
    """The authenticated user."""

    shell: str = ""
    command: str = ""
    executed: bool = False
    """Whether it was executed."""

    status: int | None = None
    """The HTTP status of the answer; None until it is sent."""


class Record:
    def __init__(self, changed: threading.Condition) -> None:
        self.changed = changed
        self.messages: list[Message] = []
        self.connections = 0
        """The number of TCP connections so far."""

        self.handshakes = 0
        """The number of successful TLS handshakes so far."""

        self.failed_handshakes = 0
        self.authentications = 0
        """The number of successful sign-ins so far."""

        self.failed_authentications = 0
        self.mishaps: list[Exception] = []
        """The errors of the server itself."""

    def arrived(self, connection: int, wire: bytes, authorization: str) -> Message:
        with self.changed:
            message = Message(
                number=len(self.messages) + 1, connection=connection, wire=wire, authorization=authorization
            )
            self.messages.append(message)
            return message

    def of_kind(self, kind: str | None) -> list[Message]:
        return [message for message in self.messages if kind in (None, message.kind)]

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        with self.changed:
            if not self.changed.wait_for(condition, WAIT):
                so_far = [f"{message.number} {message.kind} {message.status}" for message in self.messages]
                raise TimeoutError(f"Waited {WAIT} seconds for {what}; so far: {so_far}")
