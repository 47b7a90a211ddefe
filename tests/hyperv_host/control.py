"""The second kind of connection: tests see what ran, move the clock, park calls and act as another admin."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hvtui.backends.mock.records import Refused
from hvtui.backends.mock.scenarios import build
from tests.hyperv_host.desk import Park
from tests.hyperv_host.vmms import VERBS

if TYPE_CHECKING:
    from hvtui.backends.mock.world import World
    from tests.hyperv_host.desk import Call, Desk

PATIENCE = 30.0
"""Seconds until a test that waits for what never comes is told so."""


class Control:
    """Its public methods are what a test may ask for, by name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def _world(self) -> World:
        return self._desk.vmms.world

    def reset(self, scenario: str) -> None:
        with self._desk.changed:
            self._desk.begin_anew(build(scenario, self._desk.clock).world)

    def advance(self, seconds: float) -> None:
        self._desk.advance(seconds)

    def calls(self) -> list[dict[str, Any]]:
        with self._desk.changed:
            return [asdict(call) for call in self._desk.calls]

    def cmdlets(self) -> list[dict[str, Any]]:
        with self._desk.changed:
            return [asdict(cmdlet) for cmdlet in self._desk.cmdlets.values()]

    def park(self, which: int | str, *, before: bool) -> None:
        with self._desk.changed:
            self._desk.parks.append(Park(which, before))

    def release(self) -> None:
        self._desk.release()

    def wait_parked(self) -> dict[str, Any]:
        return self._wait("a parked call", lambda call: call.parked)

    def wait_for_call(self, which: int | str, *, times: int) -> dict[str, Any]:
        """Until it has come in, for the so-manyth time."""
        matching: list[int] = []

        def is_the_one(call: Call) -> bool:
            if which in (call.number, call.verb) and call.number not in matching:
                matching.append(call.number)
            return len(matching) >= times and call.number == matching[times - 1]

        return self._wait(f"call {which!r}", is_the_one)

    def state(self) -> dict[str, Any]:
        with self._desk.changed:
            world = self._world
            return {
                "vms": {
                    vm.id: {"name": vm.name, "state": vm.state, "parent": vm.parent_checkpoint_id}
                    for vm in world.vms.values()
                },
                "checkpoints": {
                    c.id: {"name": c.name, "parent": c.parent_id, "vm": c.vm_id, "state": c.state}
                    for c in world.checkpoints.values()
                },
                "jobs": [{"id": j.id, "verb": j.verb, "vm": j.vm_id} for j in world.jobs()],
                "ran": [list(ran) for ran in world.ran],
                "done": [list(done) for done in world.done],
            }

    def do(self, verb: str, arguments: list[str]) -> str:
        """One of the service's verbs, as another admin; the job's id."""
        if verb not in VERBS:
            raise ValueError(f"The service has no verb {verb}.")
        with self._desk.changed:
            job = self._desk.vmms.begin(verb, *arguments)
            self._desk.changed.notify_all()
            return job.id

    def fail_next(self, verb: str, code: int, lines: list[str], hresult: int | None, *, late: bool) -> None:
        with self._desk.changed:
            self._world.fail_next(verb, Refused(code, *lines, hresult=hresult), late=late)

    def set_durations(self, seconds: dict[str, float]) -> None:
        with self._desk.changed:
            self._world.durations.update(seconds)

    def set_vm(self, vm_id: str, values: dict[str, Any]) -> None:
        with self._desk.changed:
            self._set(self._world.vms[vm_id], values)

    def set_world(self, values: dict[str, Any]) -> None:
        with self._desk.changed:
            self._set(self._world, values)

    def set_unverified(self, values: dict[str, Any]) -> None:
        """Play a rule that facts could not settle the other way."""
        with self._desk.changed:
            self._set(self._world.unverified, values)

    def set_rights(self, *, granted: bool) -> None:
        with self._desk.changed:
            self._desk.vmms.rights = granted

    def set_results_lost(self, *, lost: bool) -> None:
        with self._desk.changed:
            self._desk.results_lost = lost

    def add_event(self, log: str, event_id: int, seconds_ago: float, xml: str) -> None:
        with self._desk.changed:
            moment = self._world.now() - timedelta(seconds=seconds_ago)
            self._desk.vmms.events.append((log, event_id, moment, xml))

    def make_unreadable(self, path: str, code: int) -> None:
        with self._desk.changed:
            self._desk.vmms.unreadable[path.casefold()] = code

    def remove_vm(self, vm_id: str) -> None:
        """Gone, checkpoints and all, as by Remove-VM."""
        with self._desk.changed:
            for checkpoint in [c for c in self._world.checkpoints.values() if c.vm_id == vm_id]:
                del self._world.checkpoints[checkpoint.id]
            del self._world.vms[vm_id]

    def _wait(self, what: str, wanted: Any) -> dict[str, Any]:
        with self._desk.changed:
            found: list[Call] = []

            def there() -> bool:
                found[:] = [call for call in self._desk.calls if wanted(call)]
                return bool(found)

            if not self._desk.changed.wait_for(there, PATIENCE):
                so_far = [f"{call.number} {call.verb}" for call in self._desk.calls]
                raise TimeoutError(f"{what} never came; so far: {so_far}")
            return asdict(found[0])

    @staticmethod
    def _set(thing: object, values: dict[str, Any]) -> None:
        for name, value in values.items():
            if not hasattr(thing, name):
                raise AttributeError(f"{type(thing).__name__} has no {name}.")
            setattr(thing, name, value)
