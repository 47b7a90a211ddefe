"""The sentences for why one of several hosts cannot be read now, and for why no VM is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.secret import redact
from hvtui.tui.text.safe import EMPTY, SafeText, compose, safe

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import Inventory

CONNECTING = SafeText("Connecting…")
NOT_SIGNED_IN = SafeText("Not signed in.")


def trouble_text(error: BackendError | None) -> SafeText:
    """Return why the host cannot be read; without an error, its connection is being restored."""
    return safe(redact(error.message)) if error is not None else SafeText("Connection lost. Reconnecting…")


def named_trouble(host: str, trouble: str) -> SafeText:
    """Return why the host cannot be read, with its name, unless the sentence begins with it."""
    if trouble.startswith(f"{host} "):
        return safe(trouble)
    return compose("{host}: {words}", host=host, words=trouble)


def advice_text(error: BackendError, *, retries: bool) -> SafeText:
    """Return the hint of the error, and whether hvtui tries again without a person."""
    again = "hvtui tries again by itself." if retries else ""
    return safe(redact(f"{error.hint} {again}".strip())) if error.hint or again else EMPTY


def same_machine_text(other: str) -> SafeText:
    return SafeText(f"The same machine as {safe(other)}: its VMs are listed there.")


def no_vm_text(inventory: Inventory) -> SafeText:
    """Return why no VM is listed."""
    hosts = inventory.hosts
    if silent := sum(bool(host.trouble) for host in hosts):
        verb = "is" if silent == 1 else "are"
        return SafeText(f"No VM is listed: {silent} of {len(hosts)} hosts {verb} not connected.")
    if hosts:
        return SafeText("These hosts have no virtual machines.")
    if inventory.incomplete:
        return compose("No VM is listed: {words}", words=inventory.incomplete)
    if inventory.host.cluster:
        return SafeText("This node of the cluster has no virtual machines. Others may have some.")
    return SafeText("This host has no virtual machines.")
