"""The client that tests use to control a fake host: start it, inspect it, advance its clock and inject faults."""

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
    """One invocation of a cmdlet with its targets: ids of objects, or names and paths as they were given."""

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
    """A control connection to a fake host."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._lines = self._socket.makefile("rwb")
        self._lines.write(b"control\n")

    @classmethod
    @contextmanager
    def started(cls, scenario: str = "one", *, clock: str = "manual") -> Iterator[Host]:
        """Start a fake host in its own process, and end the process afterwards."""
        with starter.started(scenario, clock) as port:
            host = cls(port)
            try:
                yield host
            finally:
                host.close()

    def close(self) -> None:
        self._lines.close()
        self._socket.close()

    # State.

    def calls(self, *verbs: str) -> list[Call]:
        """Return all calls to the service, or those of these verbs, in order."""
        calls = [Call(**call) for call in self._request("calls")]
        return [call for call in calls if not verbs or call.verb in verbs]

    def cmdlets(self, name: str | None = None) -> list[Cmdlet]:
        """Return all invocations of cmdlets, or those of this cmdlet, in order."""
        cmdlets = [Cmdlet(**cmdlet) for cmdlet in self._request("cmdlets")]
        return [cmdlet for cmdlet in cmdlets if name in (None, cmdlet.name)]

    def state(self) -> State:
        state: State = self._request("state")
        return state

    def vm_id(self, name: str) -> str:
        (found,) = (vm_id for vm_id, vm in self.state()["vms"].items() if vm["name"] == name)
        return found

    def checkpoint_id(self, name: str) -> str:
        (found,) = (one for one, c in self.state()["checkpoints"].items() if c["name"] == name)
        return found

    def reset(self, scenario: str = "one") -> None:
        """Replace the simulated host by a new one, and forget all recorded calls."""
        self._request("reset", scenario=scenario)

    # Time and parked calls.

    def advance(self, seconds: float) -> None:
        """Advance the manual clock of the host."""
        self._request("advance", seconds=seconds)

    def park(self, which: int | str, *, before: bool = True) -> None:
        """Stop the call with this number, or the next call of this verb, before or after it takes effect."""
        self._request("park", which=which, before=before)

    def wait_parked(self) -> Call:
        """Wait until a call is parked, and return it."""
        return Call(**self._request("wait_parked"))

    def wait_for_call(self, which: int | str, *, times: int = 1) -> Call:
        """Wait until the call with this number, or this many calls of this verb, have arrived. Return the last one."""
        return Call(**self._request("wait_for_call", which=which, times=times))

    def release(self) -> None:
        """Let all parked calls continue."""
        self._request("release")

    # Faults.

    def fail_next(
        self, verb: str, code: int, *lines: str, hresult: int | None = None, late: bool = False
    ) -> None:
        """Make the next call of this verb fail: refused at once or, if `late`, when its job ends."""
        self._request("fail_next", verb=verb, code=code, lines=lines, hresult=hresult, late=late)

    def report_failed(self, verb: str, code: int, *lines: str, hresult: int | None = None) -> None:
        """Make the next job of this verb end with an error after it has had its whole effect."""
        self._request("report_failed", verb=verb, code=code, lines=lines, hresult=hresult)

    def set_rights(self, *, granted: bool) -> None:
        """Grant or deny the Hyper-V rights of the user who runs the cmdlets."""
        self._request("set_rights", granted=granted)

    def set_management(self, **values: Any) -> None:
        """Change whether the service answers: fields of `vmms.Management`."""
        self._request("set_management", values=values)

    def refuse(
        self,
        query: str,
        code: int,
        words: str = "It cannot be read.",
        *,
        argument: str = "",
        hresult: int | None = None,
        times: int | None = None,
    ) -> None:
        """Refuse this query of `Vmms`, for one id or path or for all: checkpoints, drives, vms, host, volumes, events."""
        self._request(
            "refuse",
            query=query,
            code=code,
            words=words,
            argument=argument,
            hresult=hresult,
            times=times,
        )

    def read_late(self, vm_id: str) -> None:
        """Let the properties of this VM throw, as after it was removed: all but its id and name."""
        self._request("read_late", vm_id=vm_id)

    def show_vm(self, vm_id: str, **values: Any) -> None:
        """Give properties of this VM's object other values, whatever the world says."""
        self._request("show_vm", vm_id=vm_id, values=values)

    def show_file(self, path: str, **values: Any) -> None:
        """Give properties of this file other values; the world need not have the file."""
        self._request("show_file", path=path, values=values)

    def add_volume(self, name: str, size: int) -> None:
        self._request("add_volume", name=name, size=size)

    def make_unreadable(self, path: str, code: int) -> None:
        """Make Get-VHD of this file fail with this code: 32768 is OperationFailed, 32774 ObjectInUse."""
        self._request("make_unreadable", path=path, code=code)

    def set_results_lost(self, *, lost: bool = True) -> None:
        """Make jobs end without a result, so that -Passthru returns nothing."""
        self._request("set_results_lost", lost=lost)

    def add_event(self, log: str, event_id: int, xml: str, *, seconds_ago: float = 0) -> None:
        self._request("add_event", log=log, event_id=event_id, xml=xml, seconds_ago=seconds_ago)

    # Changes of the host, such as another administrator makes.

    def do(self, verb: str, *arguments: str) -> str:
        """Call a verb of the service, and return the id of its job."""
        job_id: str = self._request("do", verb=verb, arguments=arguments)
        return job_id

    def rename(self, checkpoint_id: str, name: str) -> None:
        self.do("rename", checkpoint_id, name)

    def delete(self, checkpoint_id: str) -> None:
        self.do("destroy", checkpoint_id)

    def start(self, vm_id: str) -> None:
        self.do("start", vm_id)

    def remove_vm(self, vm_id: str) -> None:
        self._request("remove_vm", vm_id=vm_id)

    def set_durations(self, **seconds: float) -> None:
        """Set how long the jobs of verbs take."""
        self._request("set_durations", seconds=seconds)

    def set_vm(self, vm_id: str, **values: Any) -> None:
        """Set fields of `WorldVm` without checking any rule."""
        self._request("set_vm", vm_id=vm_id, values=values)

    def set_world(self, **values: Any) -> None:
        self._request("set_world", values=values)

    def set_unverified(self, **values: Any) -> None:
        """Change the variant of rules that no fact confirms: fields of `Unverified`."""
        self._request("set_unverified", values=values)

    def _request(self, method: str, **arguments: Any) -> Any:
        self._lines.write(json.dumps({"method": method, "arguments": arguments}).encode("ascii") + b"\n")
        self._lines.flush()
        reply = json.loads(self._lines.readline())
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply["value"]
