"""The control connection: tests see what was called, advance the clock, park calls and change the host."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.state.records import Refused, WorldVolume
from tests.hyperv_host.calls import Park
from tests.hyperv_host.faults import Refusal
from tests.hyperv_host.vmms import VERBS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.mock.world import World
    from tests.hyperv_host.calls import Call, CallHandler

TIMEOUT = 30.0
"""Seconds after which waiting for a call fails."""


class Control:
    """Executes the requests of a control connection. Each public method is a request."""

    def __init__(self, handler: CallHandler) -> None:
        self._handler = handler

    @property
    def _world(self) -> World:
        return self._handler.vmms.world

    def reset(self, scenario: str) -> None:
        """Use a new world, at the time at which a host starts."""
        with self._handler.changed:
            if isinstance(self._handler.clock, ManualClock):
                self._handler.clock = ManualClock()
            self._handler.reset(build(scenario, self._handler.clock).world)

    def advance(self, seconds: float) -> None:
        self._handler.advance(seconds)

    def calls(self) -> list[dict[str, Any]]:
        with self._handler.changed:
            return [asdict(call) for call in self._handler.calls]

    def cmdlets(self) -> list[dict[str, Any]]:
        with self._handler.changed:
            return [asdict(cmdlet) for cmdlet in self._handler.cmdlets.values()]

    def park(self, which: int | str, *, before: bool) -> None:
        with self._handler.changed:
            self._handler.parks.append(Park(which, before))

    def release(self) -> None:
        self._handler.release()

    def wait_parked(self) -> dict[str, Any]:
        return self._wait("a parked call", lambda call: call.parked)

    def wait_for_call(self, which: int | str, *, times: int) -> dict[str, Any]:
        """Wait until the call with this number, or this many calls of this verb, have arrived. Return the last one."""
        matching: list[int] = []

        def is_wanted(call: Call) -> bool:
            if which in (call.number, call.verb) and call.number not in matching:
                matching.append(call.number)
            return len(matching) >= times and call.number == matching[times - 1]

        return self._wait(f"call {which!r}", is_wanted)

    def state(self) -> dict[str, Any]:
        with self._handler.changed:
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
        """Call a verb of the service, as another administrator would, and return the id of its job."""
        if verb not in VERBS:
            raise ValueError(f"The service has no verb {verb}.")
        with self._handler.changed:
            job = self._handler.vmms.start_job(verb, *arguments)
            self._handler.changed.notify_all()
            return job.id

    def fail_next(self, verb: str, code: int, lines: list[str], hresult: int | None, *, late: bool) -> None:
        with self._handler.changed:
            self._world.fail_next(verb, Refused(code, *lines, hresult=hresult), late=late)

    def report_failed(self, verb: str, code: int, lines: list[str], hresult: int | None) -> None:
        with self._handler.changed:
            self._handler.reported_failed[verb] = Refused(code, *lines, hresult=hresult)

    def set_durations(self, seconds: dict[str, float]) -> None:
        with self._handler.changed:
            self._world.durations.update(seconds)

    def set_vm(self, vm_id: str, values: dict[str, Any]) -> None:
        with self._handler.changed:
            self._set(self._world.vms[vm_id], values)

    def set_world(self, values: dict[str, Any]) -> None:
        with self._handler.changed:
            self._set(self._world, values)

    def set_unverified(self, values: dict[str, Any]) -> None:
        """Change the variant of rules that no fact confirms."""
        with self._handler.changed:
            self._set(self._world.unverified, values)

    def set_rights(self, *, granted: bool) -> None:
        with self._handler.changed:
            self._handler.vmms.access_granted = granted

    def set_management(self, values: dict[str, Any]) -> None:
        with self._handler.changed:
            self._set(self._handler.vmms.management, values)

    def set_results_lost(self, *, lost: bool) -> None:
        with self._handler.changed:
            self._handler.results_lost = lost

    def add_event(self, log: str, event_id: int, seconds_ago: float, xml: str) -> None:
        with self._handler.changed:
            moment = self._world.now() - timedelta(seconds=seconds_ago)
            self._handler.vmms.events.append((log, event_id, moment, xml))

    def refuse(
        self, query: str, code: int, words: str, hresult: int | None, argument: str, times: int | None
    ) -> None:
        with self._handler.changed:
            refused = Refused(code, words, hresult=hresult)
            faults = self._handler.vmms.faults
            faults.refusals.append(Refusal(query=query, argument=argument, refused=refused, times=times))

    def read_late(self, vm_id: str) -> None:
        with self._handler.changed:
            self._handler.vmms.faults.late.add(vm_id)

    def show_vm(self, vm_id: str, values: dict[str, Any]) -> None:
        with self._handler.changed:
            self._handler.vmms.faults.vms[vm_id] = values

    def show_file(self, path: str, values: dict[str, Any]) -> None:
        with self._handler.changed:
            self._handler.vmms.faults.files[path] = values

    def add_volume(self, name: str, size: int) -> None:
        with self._handler.changed:
            self._world.volumes.append(WorldVolume(name, size))

    def make_unreadable(self, path: str, code: int) -> None:
        with self._handler.changed:
            self._handler.vmms.unreadable[path.casefold()] = code

    def remove_vm(self, vm_id: str) -> None:
        """Remove a VM and its checkpoints, like Remove-VM."""
        with self._handler.changed:
            for checkpoint in [c for c in self._world.checkpoints.values() if c.vm_id == vm_id]:
                del self._world.checkpoints[checkpoint.id]
            del self._world.vms[vm_id]

    def _wait(self, description: str, is_wanted: Callable[[Call], bool]) -> dict[str, Any]:
        with self._handler.changed:
            found: list[Call] = []

            def is_found() -> bool:
                found[:] = [call for call in self._handler.calls if is_wanted(call)]
                return bool(found)

            if not self._handler.changed.wait_for(is_found, TIMEOUT):
                so_far = [f"{call.number} {call.verb}" for call in self._handler.calls]
                raise TimeoutError(f"{description} did not come; calls so far: {so_far}")
            return asdict(found[0])

    @staticmethod
    def _set(target: object, values: dict[str, Any]) -> None:
        """Set attributes, and raise if one does not exist."""
        for name, value in values.items():
            if not hasattr(target, name):
                raise AttributeError(f"{type(target).__name__} has no {name}.")
            setattr(target, name, value)
