"""All that came in, for tests to see and to wait for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

PATIENCE = 30.0
"""Seconds until a test that waits for what never comes is told so."""


@dataclass(slots=True, kw_only=True)
class Message:
    """One HTTP request, which is one round trip."""

    number: int
    """From 1, over all connections."""

    connection: int
    """Likewise from 1."""

    kind: str = "Unknown"
    """A verb (Create, Command, Send, Receive, Signal, Delete), or else: Authenticate (answered 401), Blank (nothing
    in it), Unsealed (in clear over http), Unreadable (sealed with other keys), Get (no POST at all), Unknown."""

    wire: bytes = field(repr=False)
    """The body as it came out of TCP, or of TLS."""

    text: str = field(default="", repr=False)
    """The body in clear."""

    stdin: bytes = field(default=b"", repr=False)
    """What a Send brought."""

    authorization: str = field(default="", repr=False)
    """The HTTP header of that name."""

    user: str = ""
    """Who it was from, once that is proved."""

    shell: str = ""
    command: str = ""
    executed: bool = False
    """Whether it has taken effect."""

    status: int | None = None
    """The HTTP status that it was answered with, None as long as it is not."""


class Record:
    def __init__(self, changed: threading.Condition) -> None:
        self.changed = changed
        self.messages: list[Message] = []
        self.connections = 0
        """TCP connections so far."""

        self.handshakes = 0
        """TLS handshakes so far that succeeded."""

        self.failed_handshakes = 0
        self.authentications = 0
        """Proofs of identity so far that succeeded."""

        self.failed_authentications = 0
        self.mishaps: list[Exception] = []
        """What went wrong in the server itself."""

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
            if not self.changed.wait_for(condition, PATIENCE):
                so_far = [f"{message.number} {message.kind} {message.status}" for message in self.messages]
                raise TimeoutError(f"Waited {PATIENCE} seconds for {what}; so far: {so_far}")
