"""What holds a VM that does not finish starting or stopping, and what may help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.model import Activity, bare_id
from hvtui.tui.text.safe import EMPTY, SafeText, compose
from hvtui.tui.text.words import state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.model import Inventory, Vm


class Advice(Struct, frozen=True):
    words: SafeText
    command: SafeText = EMPTY
    """What to run on the host, in PowerShell; "" if nothing."""


def stuck_heading(vm: Vm) -> SafeText:
    return compose("{vm} is {state}", vm=vm.name, state=state(vm))


def stuck_causes(vm: Vm, inventory: Inventory) -> Iterator[SafeText]:
    """Yield what is known of what holds the VM, as sentences."""
    jobs = inventory.jobs_of(vm.id)
    who, inside = ("VMM", "VMM") if vm.id_on_host else ("The host", "the host")
    for job in jobs:
        percent = f", {job.percent} % done" if job.percent is not None else ""
        yield compose(
            "{who} is working on it: {what}{percent}.", who=who, what=job.activity.value, percent=percent
        )
    if not jobs and vm.activity is not Activity.NONE:
        yield compose("{who} is working on it: {what}.", who=who, what=vm.activity.value)
    if vm.critical:
        yield SafeText("Its storage is full or cannot be reached.")
    if vm.status_text and (vm.health or vm.critical or vm.in_service or vm.activity is not Activity.NONE):
        yield compose("{who} says: {words}", who=who, words=vm.status_text)
    if inventory.jobs is None:
        yield compose("It is not known what {who} is working on.", who=inside)
    elif not jobs and vm.activity is Activity.NONE and not vm.critical:
        yield compose("{who} lists no work on it: it is probably waiting for the guest.", who=who)


def where_to_type(vm: Vm) -> SafeText:
    """Return on which machine the commands of the advice are to be run, as a sentence."""
    host = compose("on {host}", host=vm.host) if vm.host else SafeText("on the host")
    if vm.id_on_host:
        return compose(
            "The commands are for PowerShell as administrator {host}, the VM's Hyper-V host. VMM shows what they did"
            " after it has read the VM again.",
            host=host,
        )
    return compose("The commands are for PowerShell as administrator {host}.", host=host)


def stuck_advice(vm: Vm) -> Iterator[Advice]:
    """Yield what may help, the safest first. The commands name the VM by the id that its host has for it."""
    id = vm.id_on_host or bare_id(vm.id)
    yield Advice(
        SafeText("Wait, and look at its console: a guest that is installing updates may need an hour."),
        compose("vmconnect.exe localhost -G {id}", id=id),
    )
    yield Advice(
        SafeText("Let backups, exports and merges of the VM finish, or stop them where they were started.")
    )
    yield Advice(
        SafeText(
            "Restart the management service. VMs keep running; backups, migrations and checkpoints in progress are interrupted."
        ),
        SafeText("Restart-Service vmms"),
    )
    yield Advice(
        SafeText("Turn it off: what the guest has not written to disk is lost."),
        compose("Stop-VM -VM (Get-VM -Id {id}) -TurnOff -Force", id=id),
    )
    yield Advice(
        SafeText("End its worker process, only if everything else failed. That is like a power cut too."),
        compose(
            "Get-CimInstance Win32_Process -Filter \"Name='vmwp.exe' AND CommandLine LIKE '%{id}%'\""
            " | ForEach-Object {{ Stop-Process -Id $_.ProcessId -Force }}",
            id=id,
        ),
    )


def stuck_text(vm: Vm, inventory: Inventory) -> SafeText:
    """Return all of it as lines, to copy."""
    lines = [f"{stuck_heading(vm)}.", *stuck_causes(vm, inventory), where_to_type(vm)]
    for number, advice in enumerate(stuck_advice(vm), 1):
        lines += [f"{number}. {advice.words}", *([f"   {advice.command}"] if advice.command else [])]
    return SafeText("\n".join(lines))
