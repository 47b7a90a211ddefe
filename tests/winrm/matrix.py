"""Every fault on every kind of message, and how the outcome of a call is compared with what the host has done.

outcome    what the host must have done
done       all steps, once
failed     nothing
unknown    nothing or all steps, once
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from hvtui.backends.contract import StopHow
from hvtui.backends.errors import BackendError, OutcomeUnknown
from hvtui.backends.hyperv.program import program
from hvtui.backends.hyperv.session import HyperVSession
from hvtui.backends.model import CheckpointId, VmId
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.host.winrm_settings import winrm_target
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.winrm.link import WinRmLink
from tests.winrm import faults, soap
from tests.winrm.faults import Cut, Drop, Endless, Hang, Huge, Status, Wsman

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from hvtui.backends.hyperv.backend import HyperVSettings
    from tests.hyperv_host.host import Host
    from tests.winrm.server import FakeWinRm

PATIENCE = Deadlines(start=10, read=10, write=10, lost=5)
WARM = ("Send", "Receive")
"""The messages of a request to a running agent."""
COLD = ("Authenticate", "Blank", "Create", "Command", "Send", "Receive")
"""The messages that start an agent, and those of the request that follows."""

if TYPE_CHECKING:
    Injection = Callable[["FakeWinRm", str], None]


def on_message(fault: faults.Fault) -> Injection:
    return lambda server, kind: server.fail(fault, kind)


FAULTS: dict[str, Injection] = {
    "dropped before": on_message(Drop()),
    "dropped after": on_message(Drop(executed=True)),
    "silent before": on_message(Hang()),
    "silent after": on_message(Hang(executed=True)),
    "400": on_message(Status(400)),
    "401": on_message(Status(401)),
    "500": on_message(Status(500)),
    "503": on_message(Status(503)),
    "operation timeout": on_message(Wsman(soap.OPERATION_TIMEOUT)),
    "shell quota": on_message(Wsman(soap.TOO_MANY_SHELLS)),
    "operations quota": on_message(Wsman(soap.TOO_MANY_OPERATIONS)),
    "access denied": on_message(Wsman(soap.ACCESS_DENIED)),
    "shell gone": on_message(Wsman(soap.NO_SUCH_SHELL)),
    "shell gone, unsealed": on_message(
        Status(500, soap.fault("uuid:0", soap.NO_SUCH_SHELL).encode(), faults.SOAP)
    ),
    "a fault of no number": on_message(Wsman(soap.WsmanFault(cast("int", "x"), "w:TimedOut", "?"))),
    "a web page": on_message(faults.HTML_PAGE),
    "not xml": on_message(faults.NOT_XML),
    "a redirect": on_message(faults.redirect("http://127.0.0.1:9/elsewhere")),
    "cut short": on_message(Cut()),
    "100 MB": on_message(Huge()),
    "endless": on_message(Endless()),
}

PASSES = frozenset(FAULTS) - {
    "401", "shell quota", "operations quota", "access denied", "shell gone", "a redirect"
}  # fmt: skip
"""The faults that a request to a running agent survives: it is sent again with the same id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    call: Callable[[HyperVSession, VmId, CheckpointId], Awaitable[object]]
    cmdlet: str = ""
    """The cmdlet that it runs on the host; "" for a read."""
    steps: tuple[str, ...] = ()
    """What the Hyper-V service does for it, in order."""
    first: str = ""
    """What has to be done to the VM first."""


VERBS = {
    "inventory": Verb(call=lambda session, vm, checkpoint: session.inventory()),
    "disks": Verb(call=lambda session, vm, checkpoint: session.disks([vm])),
    "create": Verb(
        call=lambda session, vm, checkpoint: session.create_checkpoint(vm, name="new"),
        cmdlet="Checkpoint-VM",
        steps=("take_checkpoint", "rename"),
    ),
    "rename": Verb(
        call=lambda session, vm, checkpoint: session.rename_checkpoint(vm, checkpoint, name="new"),
        cmdlet="Rename-VMSnapshot",
        steps=("rename",),
    ),
    "apply": Verb(
        call=lambda session, vm, checkpoint: session.apply_checkpoint(vm, checkpoint),
        cmdlet="Restore-VMSnapshot",
        steps=("save", "apply", "start"),
    ),
    "delete": Verb(
        call=lambda session, vm, checkpoint: session.delete_checkpoint(vm, checkpoint, subtree=False),
        cmdlet="Remove-VMSnapshot",
        steps=("destroy",),
    ),
    "delete subtree": Verb(
        call=lambda session, vm, checkpoint: session.delete_checkpoint(vm, checkpoint, subtree=True),
        cmdlet="Remove-VMSnapshot",
        steps=("destroy_tree",),
    ),
    "save": Verb(call=lambda session, vm, checkpoint: session.save_vm(vm), cmdlet="Save-VM", steps=("save",)),
    "start": Verb(
        call=lambda session, vm, checkpoint: session.start_vm(vm),
        cmdlet="Start-VM",
        steps=("start",),
        first="save",
    ),
    "stop": Verb(
        call=lambda session, vm, checkpoint: session.stop_vm(vm, how=StopHow.TURN_OFF),
        cmdlet="Stop-VM",
        steps=("turn_off",),
    ),
}


def impatient(settings: HyperVSettings, folder: Path, deadlines: Deadlines = PATIENCE) -> HyperVSession:
    """Create a session that gives up soon, so that a test does not wait long for a message that hangs."""
    found = replace(winrm_target(settings), connect_timeout=2, operation_timeout=0.3, answer_timeout=0.5)
    return HyperVSession(
        lambda: WinRmLink(found, 900), program(), Journal(folder / "writes", "test"), deadlines
    )


async def outcome_of(verb: Verb, session: HyperVSession, host: Host) -> str:
    vm, checkpoint = VmId(host.vm_id("web-01")), CheckpointId(host.checkpoint_id("Clean install"))
    try:
        await verb.call(session, vm, checkpoint)
    except OutcomeUnknown:
        return "unknown"
    except BackendError:
        return "failed"
    return "done"


def stage(verb: Verb, host: Host) -> None:
    host.reset()
    if verb.first:
        host.do(verb.first, host.vm_id("web-01"))
        host.advance(1)


async def judged(name: str, session: HyperVSession, host: Host, server: FakeWinRm) -> str:
    """Return the outcome, after checking that it is true and that the next refresh works."""
    verb = VERBS[name]
    outcome = await outcome_of(verb, session, host)
    server.release()
    server.machine.plans.planned.clear()
    session.allow_sign_in()  # as a person does after a refusal
    if outcome == "unknown":
        await settled(session)
    ran = [row[0] for row in host.state()["done"]][1 if verb.first else 0 :]
    times = len(host.cmdlets(verb.cmdlet)) if verb.cmdlet else 0
    match outcome:
        case "done" if verb.cmdlet:
            assert (tuple(ran), times) == (verb.steps, 1)
        case "failed":
            assert ran == []
        case "unknown":
            assert (tuple(ran), times) in (((), 0), (verb.steps, 1))
    (vm,) = (await session.inventory()).vms
    assert (vm.state, vm.current) == (
        host.state()["vms"][vm.id]["state"],
        host.state()["vms"][vm.id]["parent"],
    )
    return outcome


async def settled(session: HyperVSession) -> None:
    """Wait until the process of each unknown write has ended, and remove its record."""
    async with asyncio.timeout(20):
        while any(orphan.running for orphan in (await session.inventory()).orphans):
            pass
    for orphan in (await session.inventory()).orphans:
        await session.forget_orphan(orphan.id)
