"""Finds the VM or the checkpoint that the command line names, by name or id."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from hvtui.backends.errors import SettingsError
from hvtui.backends.model import Checkpoint, Vm
from hvtui.tui.text.absence import incomplete_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Inventory

Named = TypeVar("Named", Vm, Checkpoint)


class NotFound(SettingsError):
    """Nothing that is listed has this name or id."""


def find_vm(inventory: Inventory, text: str) -> Vm:
    """Return the VM with this id or name. Raises `SettingsError` if there is not exactly one."""
    try:
        return _find(inventory.vms, text, f"VM on {inventory.host.name}")
    except NotFound as error:
        if not inventory.incomplete:
            raise
        raise SettingsError(
            f"No VM with the name or id “{text}” is listed. {incomplete_text(inventory.incomplete)}",
            hint=error.hint,
        ) from None


def find_checkpoint(inventory: Inventory, vm: Vm, text: str) -> Checkpoint:
    """Return the VM's checkpoint with this id or name. Raises `SettingsError` if there is not exactly one."""
    other = inventory.checkpoint(text.lower())
    if other is not None and other.vm_id != vm.id:
        owner = inventory.vm(other.vm_id)
        whose = f" of “{owner.name}”" if owner else " of another VM"
        raise SettingsError(
            f"{text} is a checkpoint{whose}, not of “{vm.name}”.", hint="Check the VM and the checkpoint."
        )
    return _find(inventory.checkpoints_of(vm.id), text, f"checkpoint of “{vm.name}”")


def _find(objects: Sequence[Named], text: str, what: str) -> Named:
    for each in objects:
        if each.id == text.lower():
            return each
    found = [each for each in objects if each.name == text]
    if not found:
        found = [each for each in objects if each.name.casefold() == text.casefold()]
    match found:
        case [only]:
            return only
        case []:
            raise NotFound(f"There is no {what} with the name or id “{text}”.", hint=_near(objects, text))
    ids = ", ".join(each.id for each in found)
    raise SettingsError(f"“{text}” is the name of {len(found)} objects ({what}).", hint=f"Use an id: {ids}")


def _near(objects: Sequence[Named], text: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(text, [each.name for each in objects], n=3)
    return f"Did you mean: {', '.join(near)}?" if near else "`hvtui list` shows what there is."
