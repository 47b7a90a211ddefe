"""The server's desk: every call that comes in is written down, may be parked, and waits for jobs by the clock.

One lock guards the world; whatever changes wakes all who wait.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.records import Code, Refused
from tests.hyperv_host import wire
from tests.hyperv_host.vmms import Vmms

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.clock import Clock
    from hvtui.backends.mock.world import World
    from tests.hyperv_host.vmms import Rows


@dataclass(slots=True)
class Call:
    number: int
    verb: str
    arguments: list[str]
    process: int
    parked: bool = False
    answered: bool = False


@dataclass(slots=True)
class Cmdlet:
    """One invocation of a cmdlet, whatever its pipeline brought it."""

    name: str
    process: int
    targets: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Park:
    which: int | str
    before: bool

    def holds(self, call: Call, *, before: bool) -> bool:
        return self.before == before and self.which in (call.number, call.verb)


class Desk:
    def __init__(self, world: World, clock: Clock, *, eager: bool = False) -> None:
        self.changed = threading.Condition()
        self.clock = clock
        self._eager = eager
        self.begin_anew(world)

    def begin_anew(self, world: World) -> None:
        """Another world, and nothing of what was done in the last one."""
        self.vmms = Vmms(world)
        self.calls: list[Call] = []
        self.cmdlets: dict[tuple[int, str], Cmdlet] = {}
        self.parks: list[Park] = []
        self.results_lost = False
        """Jobs end without saying what they made: then -Passthru gives nothing (facts §3 [DEC])."""

    def take(self, process: int, words: list[str], still_there: Callable[[], bool]) -> bytes | None:
        """The reply, or None where the caller died before its call took effect."""
        verb, *arguments = words
        with self.changed:
            if verb == "cmdlet":
                self._note(process, *arguments)
                return wire.answered([])
            call = Call(len(self.calls) + 1, verb, arguments, process)
            self.calls.append(call)
            self.changed.notify_all()
            self._hold(call, before=True)
            if not still_there():
                return None
            try:
                reply = wire.answered(self._answer(verb, arguments))
            except Refused as refusal:
                reply = wire.refused(refusal)
            self.changed.notify_all()
            self._hold(call, before=False)
            call.answered = True
            self.changed.notify_all()
            return reply

    def release(self) -> None:
        with self.changed:
            for call in self.calls:
                call.parked = False
            self.parks.clear()
            self.changed.notify_all()

    def advance(self, seconds: float) -> None:
        with self.changed:
            if not isinstance(self.clock, ManualClock):
                raise TypeError("This host's clock is the machine's own.")
            self.clock.advance(seconds)
            self.vmms.world.settle()
            self.changed.notify_all()

    def _note(self, process: int, invocation: str, name: str, *targets: str) -> None:
        noted = self.cmdlets.setdefault((process, invocation), Cmdlet(name, process))
        noted.targets.extend(targets)

    def _hold(self, call: Call, *, before: bool) -> None:
        for park in self.parks:
            if park.holds(call, before=before):
                self.parks.remove(park)
                call.parked = True
                break
        self.changed.notify_all()
        while call.parked:
            self.changed.wait()

    def _answer(self, verb: str, arguments: list[str]) -> Rows:
        return self._wait(arguments[0]) if verb == "wait" else self.vmms.answer(verb, arguments)

    def _wait(self, job_id: str) -> Rows:
        """Until the job's end: its result."""
        world = self.vmms.world
        job = world.job(job_id)
        if job is None:
            raise Refused(Code.NOT_FOUND, f"There is no job {job_id}.")
        while not job.finished:
            left = (job.ends - world.now()).total_seconds()
            if self._eager and isinstance(self.clock, ManualClock):
                self.clock.advance(left)
            else:
                self.changed.wait(None if isinstance(self.clock, ManualClock) else max(0.0, left))
            world.settle()
            self.changed.notify_all()
        if job.error:
            raise job.error
        return [[None if self.results_lost else job.result]]
