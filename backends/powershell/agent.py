"""A PowerShell that stays: started once, asked many times, replaced when it dies.

`Agent.call` is all there is to it. A read that gets no answer kills the process and raises `ConnectionLost`; the
next call starts another. A write that gets no answer raises `OutcomeUnknown` and leaves the process alone: it
finishes what it does and ends by itself, and the next call starts another beside it.
"""

from __future__ import annotations

import base64
import secrets
import threading
import time
from asyncio import wrap_future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from hvtui.backends.errors import (
    BackendError,
    ConnectError,
    ConnectionLost,
    ConnectTimeout,
    OutcomeUnknown,
    ReplyError,
)
from hvtui.backends.hyperv import errors as faults
from hvtui.backends.powershell import bootstrap
from hvtui.backends.powershell.frames import FrameReader, Garbled, Reply, request_line
from hvtui.backends.powershell.link import AskAgain, LinkEnded, NotSent
from hvtui.backends.powershell.outage import Outage
from hvtui.backends.worker_thread import WorkerThread

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from hvtui.backends.powershell.link import Link
    from hvtui.backends.powershell.program import Program

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Seconds until an answer is given up."""

    start: float = 60
    read: float = 60
    write: float = 4 * 3600
    lost: float = 120
    """Until a line that broke is given up, and with it the answer."""


@dataclass(frozen=True, slots=True)
class Process:
    """The agent's process, as its own host knows it."""

    id: int
    started: str
    handle: str
    """What a later link reaches it by."""


class Agent:
    def __init__(self, link: Callable[[], Link], program: Program, deadlines: Deadlines, name: str) -> None:
        self._new_link = link
        self._program = program
        self._deadlines = deadlines
        self._thread = WorkerThread(f"hvtui-{name}")
        self._link: Link | None = None
        self._left = threading.Event()
        self._gone = False
        self._outage = Outage(deadlines.lost)
        self._frames = FrameReader("")
        self.hello: dict[str, Any] = {}
        """What the agent said of itself when it was started last."""

    async def start(self) -> Process:
        """Start the process unless it runs. Raises `ConnectError`; nothing has been asked of it by then."""
        handle = (await self._thread.run(self._started)).handle
        return Process(int(self.hello["Process"]), str(self.hello["Started"]), handle)

    async def call(self, op: str, *, write: bool = False, **arguments: Any) -> Any:
        """The operation's result. A write is sent at most once: it is done, refused or unknown, never repeated."""
        return await self._thread.run(lambda: self._call(op, write, arguments))

    async def read(self, understood: Callable[[Any], T], op: str, **arguments: Any) -> T:
        """What `understood` makes of the operation's result, in the lane: a long answer holds up nobody else."""

        def read() -> T:
            reply = self._call(op, False, arguments)
            try:
                return understood(reply)
            except (LookupError, TypeError, ValueError, AttributeError) as error:
                raise ReplyError("The host's answer cannot be read.", detail=repr(error)) from error

        return await self._thread.run(read)

    async def leave_with(self, op: str, **arguments: Any) -> None:
        """Ask for this and be gone at once, as whoever is cut off is: nobody waits for the answer."""
        line = request_line(secrets.token_hex(8), op, arguments)
        await self._thread.run(lambda: self._aside(lambda link: link.send(line)))
        if told := self.close():
            await wrap_future(told)

    @property
    def language_mode(self) -> str:
        """What PowerShell said it runs in when it was started last; "" before it has."""
        said = self._frames.noise.splitlines()
        return next((line.split()[-1] for line in said if line.startswith("hvtui-mode ")), "")

    @property
    def reconnecting(self) -> bool:
        """The line broke a while ago, and the same request is sent until it is answered."""
        return self._outage.noticed

    async def let_go(self, handle: str) -> None:
        """End the input of an agent that an earlier session left behind: it ends after what it is doing."""
        await self._thread.run(lambda: self._aside(lambda link: link.let_go(handle)))

    async def clear_away(self, handle: str) -> None:
        """Give back what an ended agent of an earlier session still holds of the host."""
        await self._thread.run(lambda: self._aside(lambda link: link.clear_away(handle)))

    def _aside(self, say: Callable[[Link], None]) -> None:
        link = self._started()
        try:
            say(link)
        except (AskAgain, NotSent, LinkEnded) as error:
            raise ConnectionLost(f"The line to {link.where} broke.", detail=str(error)) from error

    def close(self) -> Future[None] | None:
        """Let it go: its input ends, and so does it, after what it is doing. Does not wait."""
        self._left.set()
        link, self._link = self._link, None
        return link.close() if link else None

    def kill(self) -> Future[None] | None:
        """End it now. Only for an agent that has no write in flight. Does not wait."""
        self._left.set()
        link, self._link = self._link, None
        return link.kill() if link else None

    def retire(self, *, at_work: bool) -> Future[None] | None:
        """Leave for good: close it while it is at work, else kill it. From now on nothing is started."""
        self._gone = True
        return self.close() if at_work else self.kill()

    def abandon(self) -> Future[None] | None:
        """Leave for good a host that may never answer: who waits for it gets `ConnectionLost` now. Never during a write."""
        self._thread.abandon(ConnectionLost("Nobody waits for this answer any more."))
        return self.retire(at_work=False)

    def _call(self, op: str, write: bool, arguments: dict[str, Any]) -> Any:
        id = secrets.token_hex(8)
        link = self._started()
        seconds = self._deadlines.write if write else self._deadlines.read
        try:
            reply = self._ask(link, id, request_line(id, op, arguments), seconds, once=write)
        except NotSent as error:
            self.close()
            if refusal := _to_tell(error):
                raise refusal from None
            raise ConnectionLost(
                f"The connection to {link.where} was lost before anything was sent.",
                hint="Nothing was done. Try again.",
            ) from error
        except Exception as error:
            raise self._gave_up(link, write, error) from error
        if reply.kind != "E":
            return reply.value
        try:
            refusal = faults.from_record(reply.value)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self._gave_up(link, write, error) from error
        raise refusal

    def _ask(self, link: Link, id: str, line: bytes, seconds: float, *, once: bool) -> Reply:
        """Send the request, and again under the same id whenever the line broke: the agent runs it once.

        `once`: give up with `NotSent` when the line is down before anything can have arrived.
        """
        ends = time.monotonic() + seconds
        sent = False
        while True:
            try:
                # What an earlier attempt may have left of a line is ended first.
                link.send(b"\n" + line if sent else line)
                sent = True
                return self._wait(link, id, ends)
            except NotSent as error:
                if not sent:
                    raise
                raise (_to_tell(error) or LinkEnded()) from error
            except AskAgain as error:
                sent = sent or error.arrived
                if once and not sent:
                    raise NotSent from error
                if not self._outage.waited(ends, self._left):
                    raise (_to_tell(error) or LinkEnded(str(error))) from error

    def _gave_up(self, link: Link, write: bool, error: Exception) -> Exception:
        detail = self._frames.noise.strip()
        if write:
            self.close()
            return OutcomeUnknown(
                f"The answer of {link.where} is lost.",
                hint="It may have done all, some or nothing of it: look at what is there now.",
                detail=f"{error}\n{detail}".strip(),
            )
        self.kill()
        if isinstance(error, BackendError):
            return error
        if not isinstance(error, TimeoutError | LinkEnded):
            return ReplyError(f"{link.where} answered something unreadable.", detail=f"{error!r}\n{detail}")
        why = "did not answer in time" if isinstance(error, TimeoutError) else "ended the conversation"
        return ConnectionLost(f"PowerShell on {link.where} {why}.", hint="It is started anew.", detail=detail)

    def _wait(self, link: Link, id: str, ends: float) -> Reply:
        while (left := ends - time.monotonic()) > 0:
            arrived = link.receive(left)
            self._outage.over()
            for found in self._frames.feed(arrived):
                if found.id == id:
                    if isinstance(found, Garbled):
                        raise found
                    return found
        raise TimeoutError

    def _started(self) -> Link:
        if self._gone:
            raise ConnectionLost("This host was left meanwhile.", hint="Nothing was sent to it.")
        return self._link or self._start()

    def _start(self) -> Link:
        self._left.clear()
        nonce = secrets.token_hex(16)
        self._frames = FrameReader(nonce)
        link = self._new_link()
        link.open(bootstrap.arguments())
        try:
            stage = base64.b64encode(self._program.text().encode())
            link.send(nonce.encode() + b"\n" + stage + b"\n")
            reply = self._wait(link, "0", time.monotonic() + self._deadlines.start)
        except (NotSent, LinkEnded, AskAgain, TimeoutError, Garbled, BackendError) as error:
            while isinstance(error, LinkEnded | NotSent) and self._last_words(link):
                pass
            link.kill()
            raise self._did_not_start(link, error) from error
        try:
            self.hello = bootstrap.greeting(reply, link.where)
        except Exception:
            link.kill()
            raise
        self._link = link
        if self._gone:  # left while it started
            self.kill()
            raise ConnectionLost("This host was left meanwhile.", hint="Nothing was sent to it.")
        return link

    def _last_words(self, link: Link) -> bool:
        try:
            said = link.receive(1.0)
        except (LinkEnded, AskAgain, BackendError):
            return False
        self._frames.feed(said)
        return bool(said)

    def _did_not_start(self, link: Link, error: Exception) -> BackendError:
        if isinstance(error, BackendError):
            return error
        if isinstance(error, NotSent | AskAgain) and (refusal := _to_tell(error)):
            return refusal
        said = self._frames.noise.strip()
        mode = self.language_mode
        if mode and mode != "FullLanguage":
            return ConnectError(
                f"PowerShell on {link.where} runs in {mode} mode, which hvtui cannot work in.",
                hint="Ask the host's owner to allow Full Language mode for your account (AppLocker or WDAC).",
                detail=said,
            )
        if isinstance(error, TimeoutError):
            return ConnectTimeout(f"PowerShell on {link.where} did not start in time.", detail=said)
        return ConnectError(f"PowerShell on {link.where} did not start.", hint=said[-300:], detail=said)


def _to_tell(error: NotSent | AskAgain) -> BackendError | None:
    return error.__cause__ if isinstance(error.__cause__, BackendError) else None
