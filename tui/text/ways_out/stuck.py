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
    for job in jobs:
        percent = f", {job.percent} % done" if job.percent is not None else ""
        yield compose("The host is working on it: {what}{percent}.", what=job.activity.value, percent=percent)
    if not jobs and vm.activity is not Activity.NONE:
        yield compose("The host is working on it: {what}.", what=vm.activity.value)
    if vm.critical:
        yield SafeText("Its storage is full or cannot be reached.")
    if vm.status_text and (vm.health or vm.critical or vm.in_service or vm.activity is not Activity.NONE):
        yield compose("The host says: {words}", words=vm.status_text)
    if inventory.jobs is None:
        yield SafeText("It is not known what the host is working on.")
    elif not jobs and vm.activity is Activity.NONE and not vm.critical:
        yield SafeText("The host lists no work on it: it is probably waiting for the guest.")


def stuck_advice(vm: Vm) -> Iterator[Advice]:
    """Yield what may help, the safest first. The commands name the VM by its id."""
    yield Advice(
        SafeText("Wait, and look at its console: a guest that is installing updates may need an hour."),
        compose("vmconnect.exe localhost -G {id}", id=vm.id),
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
        compose("Stop-VM -VM (Get-VM -Id {id}) -TurnOff -Force", id=bare_id(vm.id)),
    )
    yield Advice(
        SafeText("End its worker process, only if everything else failed. That is like a power cut too."),
        compose(
            "Get-CimInstance Win32_Process -Filter \"Name='vmwp.exe' AND CommandLine LIKE '%{id}%'\""
            " | ForEach-Object {{ Stop-Process -Id $_.ProcessId -Force }}",
            id=bare_id(vm.id),
        ),
    )


def stuck_text(vm: Vm, inventory: Inventory) -> SafeText:
    """Return all of it as lines, to copy."""
    lines = [f"{stuck_heading(vm)}.", *stuck_causes(vm, inventory)]
    for number, advice in enumerate(stuck_advice(vm), 1):
        lines += [f"{number}. {advice.words}", *([f"   {advice.command}"] if advice.command else [])]
    return SafeText("\n".join(lines))
