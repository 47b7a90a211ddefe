"""A PowerShell process that answers requests. It is started on demand, and again after it has ended.

A read without a response kills the process and raises `ConnectionLost`. A write without a response raises
`OutcomeUnknown` and leaves the process running: it finishes the write and exits. In both cases the next call starts
another process.
"""

from __future__ import annotations

import logging
import math
import secrets
import threading
import time
from asyncio import wrap_future
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from hvtui.backends.errors import BackendError, ConnectError, ConnectionLost, OutcomeUnknown, ReplyError
from hvtui.backends.powershell import bootstrap
from hvtui.backends.powershell.exchange import Exchange, Outage, reported
from hvtui.backends.powershell.frames import request_line
from hvtui.backends.powershell.link import LinkEnded, RequestNotSent, ResendRequest
from hvtui.backends.powershell.program import Request
from hvtui.backends.powershell.sign_in import SignInBreaker
from hvtui.backends.worker_thread import WorkerThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from hvtui.backends.powershell.link import Link
    from hvtui.backends.powershell.program import Program

T = TypeVar("T")
_log = logging.getLogger(__name__)


class Deadlines(Struct, frozen=True, kw_only=True):
    """Seconds until an agent stops waiting for a response."""

    start: float = 60
    read: float = math.inf
    """No limit by default: a host that is only slow is waited for, until a person cancels the reading."""
    disks: float = 60
    details: float = 20
    turn: float = 10
    """Until disks or details are read by an agent of their own, because the other read takes too long."""
    write: float = 4 * 3600
    lost: float = 120
    """Until the agent stops retrying over a broken connection."""
    silence: float = 60
    """Until an agent asks for a response again, because it may have been lost. Doubles with each repetition."""


class Process(Struct, frozen=True):
    """The process of an agent, as its host identifies it."""

    id: int
    started: str
    handle: str
    """The handle of its link."""


class Agent:
    def __init__(
        self,
        link: Callable[[], Link],
        program: Program,
        deadlines: Deadlines,
        name: str,
        sign_in: SignInBreaker | None = None,
    ) -> None:
        self._new_link = link
        self._program = program
        self._deadlines = deadlines
        self._name = name
        self._sign_in = sign_in or SignInBreaker()
        self._thread = WorkerThread(f"hvtui-{name}")
        self._exchange: Exchange | None = None
        self._link: Link | None = None
        """The last link, perhaps of a process that is being started."""
        self._closing = threading.Event()
        self._retired = False
        self._outage = Outage(deadlines.lost)
        self.hello: dict[str, Any] = {}
        """The data of the last handshake."""
        self.language_mode = ""
        """The language mode of the last process; "" before the first start."""
        self.warning = ""
        """The warning of the last link."""

    async def start(self) -> Process:
        """Start the process unless it is running. Raises `ConnectError`; no request has been sent then."""
        handle = (await self._thread.run(self._running)).link.handle
        return Process(int(self.hello["Process"]), str(self.hello["Started"]), handle)

    async def call(self, op: str, *, write: bool = False, **arguments: Any) -> Any:
        """Return the result of the operation. A write runs at most once: it is never repeated after a lost response."""
        seconds = self._deadlines.write if write else self._deadlines.read
        return await self._thread.run(lambda: self._call(op, arguments, seconds, write=write))

    async def read(
        self, parse: Callable[[Any], T], op: str, *, seconds: float | None = None, **arguments: Any
    ) -> T:
        """Return the operation's result, converted by `parse` in the agent's thread.

        The deadline is `Deadlines.read` unless `seconds` is given.
        """

        def read() -> T:
            value = self._call(op, arguments, seconds or self._deadlines.read, write=False)
            try:
                return parse(value)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                _log.warning("%s: the response to %s is unreadable", self._name, op, exc_info=True)
                raise ReplyError("The host's answer cannot be read.", detail=repr(error)) from error

        return await self._thread.run(read)

    async def send_and_close(self, op: str, **arguments: Any) -> None:
        """Send a request and close the agent without waiting for the response."""
        line = request_line(secrets.token_hex(8), op, arguments)
        await self._thread.run(lambda: self._control(lambda link: link.send(line)))
        if closed := self.close():
            await wrap_future(closed)

    @property
    def where(self) -> str:
        """The name of the host, while the process is running."""
        exchange = self._exchange
        return exchange.link.where if exchange else "the host"

    @property
    def reconnecting(self) -> bool:
        """Whether the connection is broken and the current request is being sent again."""
        return self._outage.reported

    @property
    def heard_at(self) -> float:
        """When the host answered last, or a part of its answer came, by `time.monotonic`."""
        return max(self._outage.heard_at, self._link.heard_at if self._link else 0.0)

    async def end_input(self, handle: str) -> None:
        """Close the input of a process of an earlier session: it exits after its current request."""
        await self._thread.run(lambda: self._control(lambda link: link.end_input(handle)))

    async def delete_shell(self, handle: str) -> None:
        """Delete the shell of an exited process of an earlier session."""
        await self._thread.run(lambda: self._control(lambda link: link.delete_shell(handle)))

    def close(self) -> Future[None] | None:
        """Close the input of the process, without waiting: it exits after its current request."""
        return self._end(kill=False)

    def kill(self) -> Future[None] | None:
        """End the process, without waiting. Only for an agent that has no write in flight."""
        return self._end(kill=True)

    def retire(self, *, writing: bool) -> Future[None] | None:
        """End the agent for good: close it if it is writing, else kill it. It starts no process any more."""
        self._retired = True
        return self.close() if writing else self.kill()

    def abandon(self) -> Future[None] | None:
        """Retire a reading agent whose host may never respond: its waiting calls raise `ConnectionLost` now."""
        self._thread.abandon(ConnectionLost("The call was cancelled."))
        return self.retire(writing=False)

    def _end(self, *, kill: bool) -> Future[None] | None:
        self._closing.set()
        exchange, self._exchange = self._exchange, None
        if exchange is None:
            return None
        link = exchange.link
        _log.info("%s: %s", self._name, "killed" if kill else "closed")
        if self._sign_in.refusal:
            return link.disconnect()  # another message could cause another sign-in
        return link.kill() if kill else link.close()

    def _control(self, message: Callable[[Link], None]) -> None:
        link = self._running().link
        try:
            with self._sign_in.observe():
                message(link)
        except (ResendRequest, RequestNotSent, LinkEnded) as error:
            _log.debug("%s: a message to %s failed", self._name, link.where, exc_info=True)
            raise ConnectionLost(f"The connection to {link.where} broke.", detail=str(error)) from error

    def _call(self, op: str, arguments: dict[str, Any], seconds: float, *, write: bool) -> Any:
        id = secrets.token_hex(8)
        began = time.monotonic()
        try:
            value = self._result(self._running(), id, op, arguments, seconds, write=write)
        except BackendError as error:
            took = time.monotonic() - began
            _log.info("%s: request %s %s: %s after %.3f s", self._name, id, op, type(error).__name__, took)
            _log.debug("%s: request %s", self._name, id, exc_info=True)
            raise
        _log.info("%s: request %s %s: done in %.3f s", self._name, id, op, time.monotonic() - began)
        return value

    def _result(
        self, exchange: Exchange, id: str, op: str, arguments: dict[str, Any], seconds: float, *, write: bool
    ) -> Any:
        try:
            reply = exchange.response(id, request_line(id, op, arguments), seconds, once=write)
        except RequestNotSent as error:
            self.close()
            if refusal := reported(error):
                raise refusal from None
            raise ConnectionLost(
                f"The connection to {exchange.link.where} was lost before anything was sent.",
                hint="Nothing was done. Try again.",
                detail=f"{error.__cause__ or error}",
            ) from error
        except Exception as error:
            raise self._no_response(exchange, write, error, seconds) from error
        if reply.kind != "E":
            return reply.value
        try:
            request = Request(op=op, arguments=arguments, where=exchange.link.where)
            refusal = self._program.operation_failed(reply.value, request)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._no_response(exchange, write, error, seconds) from error
        raise refusal

    def _no_response(self, exchange: Exchange, write: bool, error: Exception, seconds: float) -> Exception:
        """End the process, and return the error for a request to which there is no readable response."""
        output, where = exchange.output, exchange.link.where
        if write:
            self.close()
            return OutcomeUnknown(
                f"The answer from {where} was lost.",
                hint="The command may have been executed fully, partly or not at all: look at the VM.",
                detail=f"{error}\n{output}".strip(),
            )
        self.kill()
        if isinstance(error, BackendError):
            return error
        if not isinstance(error, TimeoutError | LinkEnded):
            return ReplyError(f"The answer from {where} cannot be read.", detail=f"{error!r}\n{output}")
        reason = f"did not answer within {seconds:g} s" if isinstance(error, TimeoutError) else "has ended"
        return ConnectionLost(
            f"PowerShell on {where} {reason}.",
            hint="hvtui starts it again for the next request.",
            detail=f"{error}\n{output}".strip(),
        )

    def _running(self) -> Exchange:
        if self._retired:
            raise ConnectionLost("This session is closed.", hint="Nothing was sent to the host.")
        self._sign_in.check()
        return self._exchange or self._start()

    def _start(self) -> Exchange:
        self._closing.clear()
        began = time.monotonic()
        try:
            exchange = self._started()
        except ResendRequest as error:
            if self._closing.is_set():
                raise self._broken(error) from error
            try:  # nothing has been sent to it yet
                exchange = self._started()
            except ResendRequest as again:
                raise self._broken(again) from again
        link = exchange.link
        self.warning = link.warning
        self._exchange = exchange
        took = time.monotonic() - began
        _log.info("%s: process %s on %s, in %.3f s", self._name, self.hello["Process"], link.where, took)
        if self._retired:  # while it was starting
            self.kill()
            raise ConnectionLost("This session is closed.", hint="Nothing was sent to the host.")
        return exchange

    def _started(self) -> Exchange:
        """Start a process. Raises `BackendError`, or `ResendRequest` if the connection broke."""
        link = self._link = self._new_link()
        exchange = Exchange(link, self._sign_in, self._outage, self._closing, self._deadlines.silence)
        try:
            self.hello = exchange.start(self._program, self._deadlines.start)
        except (BackendError, ResendRequest) as error:
            _log.info("%s: PowerShell on %s did not start: %s", self._name, link.where, error)
            _log.debug("%s: it did not start", self._name, exc_info=True)
            raise
        finally:
            self.language_mode = bootstrap.language_mode(exchange.output)
        return exchange

    def _broken(self, error: ResendRequest) -> BackendError:
        """Return the error for a process that could not be started because the connection broke."""
        assert self._link
        return reported(error) or ConnectError(
            f"The connection to {self._link.where} broke while PowerShell was being started.",
            detail=str(error),
        )
