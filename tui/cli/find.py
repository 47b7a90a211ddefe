"""Finds the VM or the checkpoint that the command line names, by name or id.

What is not found is said not to be there only if all that it could be was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hvtui.backends.errors import BackendError, SettingsError
from hvtui.backends.model import Checkpoint, UnreadPart, Vm, bare_id
from hvtui.tui.text.absence import incomplete_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Inventory

Named = TypeVar("Named", Vm, Checkpoint)


class NotFound(SettingsError):
    """Nothing that is listed has this name or id."""


def find_vm(inventory: Inventory, text: str) -> Vm:
    """Return the VM with this id or name. Raises `SettingsError` if there is not exactly one."""
    incomplete = _incomplete(inventory)
    names = {vm.id: vm.name for vm in inventory.vms}
    nameless = [
        unread.words
        for unread in inventory.unread
        if not incomplete
        and unread.part is UnreadPart.VM
        and names.get(unread.vm_id, unread.vm_id) == unread.vm_id
    ]
    where = f"on {inventory.host.name}"
    try:
        return _find(inventory.vms, text, "VM", where, nameless, f"{len(nameless)} of its VMs")
    except NotFound as error:
        if not incomplete:
            raise
        raise NotFound(
            f"No VM with the name or ID “{text}” is listed. {incomplete_text(incomplete)}",
            hint=error.hint,
        ) from None


def _incomplete(inventory: Inventory) -> str:
    """Return why there may be VMs that are not listed, on this host or on one of several; "" if all are."""
    of_hosts = (host.trouble or host.incomplete for host in inventory.hosts)
    return inventory.incomplete or next(filter(None, of_hosts), "")


def vms_called(inventory: Inventory, text: str) -> list[Vm]:
    """Return the VMs with this id or name."""
    return _called(inventory.vms, text)


def find_checkpoint(inventory: Inventory, vm: Vm, text: str) -> Checkpoint:
    """Return the VM's checkpoint with this id or name. Raises `SettingsError` if there is not exactly one."""
    ids = (each for each in inventory.checkpoints if each.id.casefold() == text.casefold())
    other = next(ids, None)
    if other is not None and other.vm_id != vm.id:
        owner = inventory.vm(other.vm_id)
        whose = f" of “{owner.name}”" if owner else " of another VM"
        raise SettingsError(
            f"{text} is a checkpoint{whose}, not of “{vm.name}”.", hint="Check the VM and the checkpoint."
        )
    unread = inventory.unread_of(vm.id)
    where = f"of “{vm.name}”"
    words = [unread.words] if unread else []
    return _find(inventory.checkpoints_of(vm.id), text, "checkpoint", where, words, "its checkpoints")


def _find(
    objects: Sequence[Named], text: str, kind: str, where: str, unread: Sequence[str], which: str
) -> Named:
    """`kind` and `where` say what is looked for: “VM”, “on hv01”. `unread` are the host's words for each of `which` that could not be read."""
    found = _called(objects, text)
    match found:
        case [only]:
            return only
        case [] if unread:
            raise BackendError(
                f"Whether there is a {kind} {where} with the name “{text}” is not known: {which} could not be read.",
                hint="Try again, or use an ID.",
                detail="\n".join(filter(None, unread)),
            )
        case []:
            raise NotFound(
                f"There is no {kind} {where} with the name or ID “{text}”.", hint=_near(objects, text)
            )
    raise SettingsError(
        f"{len(found)} {kind}s {where} have the name or ID “{text}”{_on_hosts(found)}.",
        hint=f"Use an ID: {', '.join(each.id for each in found)}",
    )


def _called(objects: Sequence[Named], text: str) -> list[Named]:
    """Return the objects with this id; if there is none, those with this name, at least without regard to case."""
    return (
        [each for each in objects if text.casefold() in (each.id.casefold(), bare_id(each.id))]
        or [each for each in objects if each.name == text]
        or [each for each in objects if each.name.casefold() == text.casefold()]
    )


def _on_hosts(found: Sequence[Vm | Checkpoint]) -> str:
    """Return the hosts that VMs of several hosts are on; "" for VMs of one host, and for checkpoints."""
    hosts = dict.fromkeys(each.host for each in found if isinstance(each, Vm) and each.host)
    return f": on {', '.join(hosts)}" if hosts else ""


def _near(objects: Sequence[Named], text: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(text, [each.name for each in objects], n=3)
    return f"Did you mean: {', '.join(near)}?" if near else "`hvtui list` shows what there is."
