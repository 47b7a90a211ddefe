"""The faults that a test can plan for a message: for the nth of a kind from now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from tests.winrm import soap

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

    from tests.winrm.soap import WsmanFault

HTML = "text/html"
SOAP = "application/soap+xml;charset=UTF-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An HTTP answer. `text` is encrypted if the request was; `body` is sent as it is."""

    status: int
    text: str | None = None
    body: bytes = b""
    content_type: str = SOAP
    headers: tuple[tuple[str, str], ...] = ()
    stream: Iterator[bytes] | None = None
    """A body without Content-Length, sent piece by piece."""


class Dropped(Exception):
    """Close the connection without an answer."""


class Line(Protocol):
    """What a fault uses of its connection."""

    def hold(self) -> bool:
        """Wait until the test releases the message: True; or until the client has gone: False."""
        ...

    def rest(self) -> bool:
        """Wait for a moment; return False if the client has gone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    executed: bool = False
    """Whether the message is executed nevertheless."""

    def reply(self, line: Line, message_id: str, execute: Callable[[], Reply]) -> Reply:
        real = execute() if self.executed else None
        return self.instead(line, message_id, real)

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Fault):
    """The TCP connection ends before the message is executed, or after it and before the answer."""

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        raise Dropped


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang(Fault):
    """No answer until `FakeWinRm.release`, or until the client gives up. Once released, the message is answered normally;
    if the client has gone, it is never executed."""

    def reply(self, line: Line, message_id: str, execute: Callable[[], Reply]) -> Reply:
        real = execute() if self.executed else None
        if not line.hold():
            raise Dropped
        return real or execute()


@dataclass(frozen=True, slots=True)
class Status(Fault):
    """This HTTP status with this body, not encrypted."""

    code: int
    body: bytes = b""
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        return Reply(status=self.code, body=self.body, content_type=self.content_type, headers=self.headers)


@dataclass(frozen=True, slots=True)
class Wsman(Fault):
    """A SOAP fault: one of those in `soap`, or any other `WsmanFault`."""

    fault: WsmanFault

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        return Reply(status=500, text=soap.fault(message_id, self.fault))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Fault):
    """The first half of the real answer, correctly encrypted."""

    executed: bool = True

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        assert real is not None
        if real.text is None:
            return replace(real, body=real.body[: len(real.body) // 2])
        return Reply(status=real.status, text=real.text[: len(real.text) // 2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Huge(Fault):
    """A body of so many spaces."""

    size: int = 100_000_000

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        return Reply(status=200, stream=(b" " * 1_000_000 for _ in range(self.size // 1_000_000)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Endless(Fault):
    """A body that continues, a few bytes at a time, for as long as the client reads."""

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        return Reply(status=200, stream=_trickle(line))


def _trickle(line: Line) -> Iterator[bytes]:
    while line.rest():
        yield b" " * 16


HTML_PAGE = Status(200, b"<html><body><h1>Sign in to the guest network</h1></body></html>")
NOT_XML = Status(200, b"\x00\xff not XML at all", SOAP)


def redirect(where: str) -> Status:
    return Status(302, headers=(("Location", where),))


@dataclass(slots=True)
class Planned:
    fault: Fault
    kind: str | None
    after: int
    """The number of messages to pass first."""


@dataclass(slots=True)
class Plans:
    changed: threading.Condition
    planned: list[Planned] = field(default_factory=list)

    def add(self, fault: Fault, kind: str | None, nth: int) -> None:
        with self.changed:
            self.planned.append(Planned(fault, kind, nth - 1))

    def take(self, kind: str) -> Fault | None:
        """Return the fault of this message, if any. A plan without a kind counts every verb, but no authentication."""
        with self.changed:
            due = None
            for plan in [
                p for p in self.planned if p.kind == kind or (p.kind is None and kind in soap.VERBS)
            ]:
                if plan.after == 0 and due is None:
                    due = plan
                elif plan.after:
                    plan.after -= 1
            if due:
                self.planned.remove(due)
            return due.fault if due else None
