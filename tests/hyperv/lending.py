"""Lends one session to many tests, each with a fresh host: starting a PowerShell for each is what takes time."""

from __future__ import annotations

import asyncio
import subprocess
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.local_link import LocalLink
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from hvtui.backends.powershell.program import Program
    from tests.hyperv_host.engine import Engine

T = TypeVar("T")
QUIET = 5.0
"""Seconds in which a reading agent that is idle says so."""


def unchanged(program: Program) -> Program:
    return program


@dataclass(frozen=True, slots=True)
class Lent:
    """A session that is open, and its host."""

    host: Host
    session: HyperVSession
    _processes: list[subprocess.Popen[bytes]]
    _journal: Path

    def is_as_before(self) -> bool:
        """Whether the next test can have it: nothing is in flight, no agent ended, and none has read the host itself.

        An agent keeps the details of its host, and the next test has another one.
        """
        calls = self.host.calls()
        return (
            all(call.answered and call.verb != "system" for call in calls)
            and all(_is_running(process) for process in self._processes)
            and not any(self._journal.iterdir())
            and run(self._is_idle())
        )

    async def _is_idle(self) -> bool:
        session = self.session
        reading = [session._side_readers.running(kind) for kind in ("disks", "details")]
        if any(read and not read.done() for read in reading) or len(session._idle_writers) < len(
            session._writers
        ):
            return False
        try:
            await asyncio.wait_for(session.open(), QUIET)  # behind all that its agent was asked
        except TimeoutError:
            return False
        return True


class Lender:
    """Lends its session until a test has left it other than it was, and then opens another one."""

    def __init__(self, engine: Engine, folder: Callable[[], Path], change: Callable[[Program], Program]):
        """`folder` makes one for the journal of a session; `change` changes the program of its agents."""
        self._engine, self._folder, self._change = engine, folder, change
        self._open = ExitStack()
        self._lent: Lent | None = None

    @contextmanager
    def lend(self, scenario: str = "one") -> Iterator[Lent]:
        """Lend a session to a host with this scenario, on which no operation takes time unless its call is parked."""
        lent = self._lent or self._open.enter_context(self._opened())
        self._lent = None
        lent.host.reset(scenario)
        yield lent
        if lent.is_as_before():
            self._lent = lent
        else:
            self._open.close()

    def close(self) -> None:
        self._lent = None
        self._open.close()

    @contextmanager
    def _opened(self) -> Iterator[Lent]:
        processes: list[subprocess.Popen[bytes]] = []
        journal = self._folder()

        def start(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
            processes.append(subprocess.Popen(*arguments, **options))
            return processes[-1]

        def link() -> LocalLink:
            return LocalLink(self._engine.agents, {"PWSH_EDITION": self._engine.edition}, start_process=start)

        with Host.started("one", clock="eager") as host:
            changed = self._change(program(prelude(host.port)))
            session = HyperVSession(link, changed, Journal(journal, "test"), Deadlines())
            try:
                run(session.open())
                yield Lent(host, session, processes, journal)
            finally:
                run(session.close())


class Lenders:
    """A lender for each engine and each change of the program."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder
        self._lenders: dict[tuple[Engine, Callable[[Program], Program]], Lender] = {}

    def __enter__(self) -> Lenders:
        return self

    def __exit__(self, *_: object) -> None:
        for lender in self._lenders.values():
            lender.close()

    def lender(self, engine: Engine, change: Callable[[Program], Program] = unchanged) -> Lender:
        key = engine, change
        if key not in self._lenders:
            self._lenders[key] = Lender(engine, self._folder, change)
        return self._lenders[key]


def run(call: Coroutine[Any, Any, T]) -> T:
    """Run a call of a session between two tests, each of which has an event loop of its own."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(call)
    finally:
        loop.close()


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    """Whether it is neither ended nor told to end."""
    return process.poll() is None and process.stdin is not None and not process.stdin.closed
