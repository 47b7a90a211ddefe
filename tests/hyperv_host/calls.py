"""Handles the calls of cmdlets: records each, parks it if a test asks for that, and waits for jobs by the clock.

One lock protects the world. Every change wakes all threads that wait.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.state.records import Code, Refused
from tests.hyperv_host import protocol
from tests.hyperv_host.vmms import Vmms

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock
    from hvtui.backends.mock.world import World
    from tests.hyperv_host.vmms import Rows


@dataclass(slots=True)
class Call:
    """One call of a cmdlet to the service."""

    number: int
    verb: str
    arguments: list[str]
    process: int
    parked: bool = False
    answered: bool = False


@dataclass(slots=True)
class Cmdlet:
    """One invocation of a cmdlet, with the targets of all its pipeline input."""

    name: str
    process: int
    targets: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Park:
    """A request to park the call with this number, or the next call of this verb."""

    which: int | str
    before: bool
    """Park the call before it takes effect, rather than after."""

    def matches(self, call: Call, *, before: bool) -> bool:
        return self.before == before and self.which in (call.number, call.verb)


class CallHandler:
    """Executes calls on a world. With `eager`, a manual clock advances to the end of each job that is waited for."""

    def __init__(self, world: World, clock: Clock, *, eager: bool = False) -> None:
        self.changed = threading.Condition()
        self.clock = clock
        self._eager = eager
        self.reset(world)

    def reset(self, world: World) -> None:
        """Use another world, and forget all recorded calls."""
        self.vmms = Vmms(world)
        self.calls: list[Call] = []
        self.cmdlets: dict[tuple[int, str], Cmdlet] = {}
        self.parks: list[Park] = []
        self.results_lost = False
        """Jobs end without a result; then -Passthru returns nothing (facts §3 [DEC])."""
        self.reported_failed: dict[str, Refused] = {}
        """The next job of this verb has its effect, and is then reported as failed."""

    def handle(self, process: int, words: list[str], is_connected: Callable[[], bool]) -> bytes | None:
        """Execute a call and return the reply, or None if the caller died before the call took effect."""
        verb, *arguments = words
        with self.changed:
            if verb == "cmdlet":
                self._record_cmdlet(process, *arguments)
                return protocol.format_reply([])
            call = Call(len(self.calls) + 1, verb, arguments, process)
            self.calls.append(call)
            self.changed.notify_all()
            self._wait_while_parked(call, before=True)
            if not is_connected():
                return None
            try:
                reply = protocol.format_reply(self._execute(verb, arguments))
            except Refused as refusal:
                reply = protocol.format_refusal(refusal)
            self.changed.notify_all()
            self._wait_while_parked(call, before=False)
            call.answered = True
            self.changed.notify_all()
            return reply

    def release(self) -> None:
        """Let all parked calls continue."""
        with self.changed:
            for call in self.calls:
                call.parked = False
            self.parks.clear()
            self.changed.notify_all()

    def advance(self, seconds: float) -> None:
        with self.changed:
            if not isinstance(self.clock, ManualClock):
                raise TypeError("This host uses the computer's clock.")
            self.clock.advance(seconds)
            self.vmms.world.settle()
            self.changed.notify_all()

    def _record_cmdlet(self, process: int, invocation: str, name: str, *targets: str) -> None:
        cmdlet = self.cmdlets.setdefault((process, invocation), Cmdlet(name, process))
        cmdlet.targets.extend(targets)

    def _wait_while_parked(self, call: Call, *, before: bool) -> None:
        for park in self.parks:
            if park.matches(call, before=before):
                self.parks.remove(park)
                call.parked = True
                break
        self.changed.notify_all()
        while call.parked:
            self.changed.wait()

    def _execute(self, verb: str, arguments: list[str]) -> Rows:
        return self._wait_for_job(arguments[0]) if verb == "wait" else self.vmms.execute(verb, arguments)

    def _wait_for_job(self, job_id: str) -> Rows:
        """Wait until the job ends, and return its result."""
        world = self.vmms.world
        job = world.job(job_id)
        if job is None:
            raise Refused(Code.NOT_FOUND, f"There is no job {job_id}.")
        while not job.finished:
            remaining = (job.ends - world.now()).total_seconds()
            if self._eager and isinstance(self.clock, ManualClock):
                self.clock.advance(remaining)
            else:
                self.changed.wait(None if isinstance(self.clock, ManualClock) else max(0.0, remaining))
            world.settle()
            self.changed.notify_all()
        if job.error:
            raise job.error
        if refusal := self.reported_failed.pop(job.verb, None):
            raise refusal
        return [[None if self.results_lost else job.result]]
