"""What tests hold of a pretend host: start it, look at it, move its clock, stand in its way."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from tests.hyperv_host import starter

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a cmdlet to the service."""

    number: int
    verb: str
    arguments: list[str]
    process: int
    parked: bool
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cmdlet:
    """One invocation of a cmdlet and what it was aimed at: ids of objects, or names and paths as given."""

    name: str
    process: int
    targets: list[str]


class VmState(TypedDict):
    name: str
    state: str
    parent: str | None


class CheckpointState(TypedDict):
    name: str
    parent: str | None
    vm: str
    state: str


class JobState(TypedDict):
    id: str
    verb: str
    vm: str


class State(TypedDict):
    vms: dict[str, VmState]
    checkpoints: dict[str, CheckpointState]
    jobs: list[JobState]
    ran: list[list[str]]
    done: list[list[str]]


class Host:
    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._lines = self._socket.makefile("rwb")
        self._lines.write(b"control\n")

    @classmethod
    @contextmanager
    def started(cls, scenario: str = "one", *, clock: str = "manual") -> Iterator[Host]:
        """In a process of its own, which ends with this."""
        with starter.started(scenario, clock) as port:
            host = cls(port)
            try:
                yield host
            finally:
                host.close()

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    # What was done.

    def calls(self, *verbs: str) -> list[Call]:
        """Every call to the service in order, or those of these verbs."""
        calls = [Call(**call) for call in self._ask("calls")]
        return [call for call in calls if not verbs or call.verb in verbs]

    def cmdlets(self, name: str | None = None) -> list[Cmdlet]:
        """Every cmdlet that ran, in order, or those of this name."""
        cmdlets = [Cmdlet(**cmdlet) for cmdlet in self._ask("cmdlets")]
        return [cmdlet for cmdlet in cmdlets if name in (None, cmdlet.name)]

    def state(self) -> State:
        state: State = self._ask("state")
        return state

    def vm_id(self, name: str) -> str:
        (found,) = (vm_id for vm_id, vm in self.state()["vms"].items() if vm["name"] == name)
        return found

    def checkpoint_id(self, name: str) -> str:
        (found,) = (one for one, c in self.state()["checkpoints"].items() if c["name"] == name)
        return found

    def reset(self, scenario: str = "one") -> None:
        """Another world, and nothing of what was done in the last one."""
        self._ask("reset", scenario=scenario)

    # Time, and standing in the way.

    def advance(self, seconds: float) -> None:
        self._ask("advance", seconds=seconds)

    def park(self, which: int | str, *, before: bool = True) -> None:
        """The call of this number, or the next of this verb, is held before or after it takes effect."""
        self._ask("park", which=which, before=before)

    def wait_parked(self) -> Call:
        return Call(**self._ask("wait_parked"))

    def wait_for_call(self, which: int | str, *, times: int = 1) -> Call:
        """Until the call of this number, or so many of this verb, have come in."""
        return Call(**self._ask("wait_for_call", which=which, times=times))

    def release(self) -> None:
        self._ask("release")

    # Faults.

    def fail_next(
        self, verb: str, code: int, *lines: str, hresult: int | None = None, late: bool = False
    ) -> None:
        self._ask("fail_next", verb=verb, code=code, lines=lines, hresult=hresult, late=late)

    def set_rights(self, *, granted: bool) -> None:
        self._ask("set_rights", granted=granted)

    def make_unreadable(self, path: str, code: int) -> None:
        """Get-VHD of this file fails so: 32768 is OperationFailed, 32774 ObjectInUse."""
        self._ask("make_unreadable", path=path, code=code)

    def set_results_lost(self, *, lost: bool = True) -> None:
        """Jobs no longer say what they made, and -Passthru gives nothing."""
        self._ask("set_results_lost", lost=lost)

    def add_event(self, log: str, event_id: int, xml: str, *, seconds_ago: float = 0) -> None:
        self._ask("add_event", log=log, event_id=event_id, xml=xml, seconds_ago=seconds_ago)

    # Another admin, and the scene.

    def do(self, verb: str, *arguments: str) -> str:
        """One of the service's own verbs; the job's id."""
        job_id: str = self._ask("do", verb=verb, arguments=arguments)
        return job_id

    def rename(self, checkpoint_id: str, name: str) -> None:
        self.do("rename", checkpoint_id, name)

    def delete(self, checkpoint_id: str) -> None:
        self.do("destroy", checkpoint_id)

    def start(self, vm_id: str) -> None:
        self.do("start", vm_id)

    def remove_vm(self, vm_id: str) -> None:
        self._ask("remove_vm", vm_id=vm_id)

    def set_durations(self, **seconds: float) -> None:
        self._ask("set_durations", seconds=seconds)

    def set_vm(self, vm_id: str, **values: Any) -> None:
        """Fields of `WorldVm`, past every rule."""
        self._ask("set_vm", vm_id=vm_id, values=values)

    def set_world(self, **values: Any) -> None:
        self._ask("set_world", values=values)

    def set_unverified(self, **values: Any) -> None:
        self._ask("set_unverified", values=values)

    def _ask(self, do: str, **arguments: Any) -> Any:
        self._lines.write(json.dumps({"do": do, "with": arguments}).encode("ascii") + b"\n")
        self._lines.flush()
        answer = json.loads(self._lines.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["value"]
