"""What can go wrong with one message, by a test's wish. Each is for the so-manyth message of a kind from now."""

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
    """What goes back over HTTP. `text` is sealed where the request was; `body` goes as it is."""

    status: int
    text: str | None = None
    body: bytes = b""
    content_type: str = SOAP
    headers: tuple[tuple[str, str], ...] = ()
    stream: Iterator[bytes] | None = None
    """A body of no declared length, sent piece by piece."""


class Dropped(Exception):
    """The connection is to end without an answer."""


class Line(Protocol):
    """What a fault may ask of the connection that it happens on."""

    def hold(self) -> bool:
        """Until the test releases it: True, or until the other side is gone: False."""
        ...

    def rest(self) -> bool:
        """For a moment; False when the other side is gone."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    executed: bool = False
    """Whether the message takes effect all the same."""

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
    """No answer, until `FakeWinRm.release` or until the client gives up. Once released all goes on as if
    nothing had been; a client that is gone has sent nothing."""

    def reply(self, line: Line, message_id: str, execute: Callable[[], Reply]) -> Reply:
        real = execute() if self.executed else None
        if not line.hold():
            raise Dropped
        return real or execute()


@dataclass(frozen=True, slots=True)
class Status(Fault):
    """This HTTP status, with this body as it stands."""

    code: int
    body: bytes = b""
    content_type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        return Reply(status=self.code, body=self.body, content_type=self.content_type, headers=self.headers)


@dataclass(frozen=True, slots=True)
class Wsman(Fault):
    """A SOAP fault: one of those in `soap`, or `WsmanFault` with any code."""

    fault: WsmanFault

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        return Reply(status=500, text=soap.fault(message_id, self.fault))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Fault):
    """The true answer, but only its first half. Sealed as it should be."""

    executed: bool = True

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        assert real is not None
        if real.text is None:
            return replace(real, body=real.body[: len(real.body) // 2])
        return Reply(status=real.status, text=real.text[: len(real.text) // 2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Huge(Fault):
    """So many bytes of nothing."""

    size: int = 100_000_000

    def instead(self, line: Line, message_id: str, real: Reply | None) -> Reply:
        return Reply(status=200, stream=(b" " * 1_000_000 for _ in range(self.size // 1_000_000)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Endless(Fault):
    """A body that goes on, a few bytes at a time, as long as anybody reads."""

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
    """Messages that pass before it happens."""


@dataclass(slots=True)
class Plans:
    changed: threading.Condition
    planned: list[Planned] = field(default_factory=list)

    def add(self, fault: Fault, kind: str | None, nth: int) -> None:
        with self.changed:
            self.planned.append(Planned(fault, kind, nth - 1))

    def take(self, kind: str) -> Fault | None:
        """What happens to this message. A plan for no kind counts every verb, and no authentication."""
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
