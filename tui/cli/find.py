"""Finds the VM or the checkpoint that the command line names, by name or id.

What is not found is said not to be there only if all that it could be was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from msgspec import Struct

from hvtui.backends.errors import BackendError, SettingsError
from hvtui.backends.model import Checkpoint, UnreadPart, Vm, bare_id
from hvtui.tui.text.absence import incomplete_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hvtui.backends.model import Inventory

Named = TypeVar("Named", Vm, Checkpoint)


class VmNotFound(SettingsError):
    """No VM that is listed has this name or id."""


class _Search(Struct, Generic[Named], frozen=True, kw_only=True):
    """What the person looks for, and where."""

    text: str
    """The name or the id that was typed."""
    kind: str
    """``VM``."""
    where: str
    """``on hv01``."""
    objects: Sequence[Named]
    """Those that it may be."""
    unread: Sequence[str]
    """The host's words for each object that could not be read."""
    unread_objects: str
    """What these are: ``its checkpoints``."""

    def require_one(self, found: Sequence[Named]) -> Named:
        """Return what was found. Raises `BackendError` if that is not exactly one."""
        if not found:
            raise self._not_found()
        if len(found) > 1:
            raise SettingsError(
                f"{len(found)} {self.kind}s {self.where} have the name or ID “{self.text}”{_on_hosts(found)}.",
                hint=f"Use an ID: {', '.join(_shortest_ids(found))}",
            )
        return found[0]

    def _not_found(self) -> BackendError:
        id, at, place = self.text.partition("@")
        if at and any(bare_id(each.id) == id.casefold() for each in self.objects):
            return SettingsError(
                f"“{self.text}” is an ID of {place}. The {self.kind} {self.where} with the same ID is not known to be that one.",
                hint="Check the host and the ID. If it is that one, use the ID without what follows the “@”.",
            )
        if self.unread:
            return BackendError(
                f"Whether there is a {self.kind} {self.where} with the name “{self.text}” is not known: {self.unread_objects} could not be read.",
                hint="Try again, or use an ID.",
                detail="\n".join(filter(None, self.unread)),
            )
        error = VmNotFound if self.kind == "VM" else SettingsError
        return error(
            f"There is no {self.kind} {self.where} with the name or ID “{self.text}”.",
            hint=_near(self.objects, self.text)
            or f"`hvtui list HOST{'' if self.kind == 'VM' else ' VM'}` shows what there is.",
        )


def find_vm(inventory: Inventory, text: str, *, host: str = "") -> Vm:
    """Return the VM with this id or name. Raises `SettingsError` if there is not exactly one.

    `host` is what the person calls the host; "" for several hosts.
    """
    incomplete = _incomplete(inventory)
    names = {vm.id: vm.name for vm in inventory.vms}
    nameless = [
        unread.words
        for unread in inventory.unread
        if not incomplete
        and unread.part is UnreadPart.VM
        and names.get(unread.vm_id, unread.vm_id) == unread.vm_id
    ]
    search = _Search(
        text=text,
        kind="VM",
        where=f"on {inventory.host.name}",
        objects=inventory.vms,
        unread=nameless,
        unread_objects=f"{len(nameless)} of its VMs",
    )
    try:
        return search.require_one(vms_called(inventory, text, host=host))
    except VmNotFound as error:
        if not incomplete:
            raise
        raise VmNotFound(
            f"No VM with the name or ID “{text}” is listed. {incomplete_text(incomplete)}",
            hint=error.hint,
        ) from None


def _incomplete(inventory: Inventory) -> str:
    """Return why there may be VMs that are not listed, on this host or on one of several; "" if all are."""
    of_hosts = (host.trouble or host.incomplete for host in inventory.hosts)
    return inventory.incomplete or next(filter(None, of_hosts), "")


def vms_called(inventory: Inventory, text: str, *, host: str = "") -> list[Vm]:
    """Return the VMs with this id or name; `host` as in `find_vm`."""
    return _called(inventory.vms, text, lambda vm: _places(inventory, vm, host))


def find_checkpoint(inventory: Inventory, vm: Vm, text: str, *, host: str = "") -> Checkpoint:
    """Return the VM's checkpoint with this id or name. Raises `SettingsError` if there is not exactly one.

    `host` as in `find_vm`.
    """
    own, places = inventory.checkpoints_of(vm.id), _places(inventory, vm, host)
    found = _called(own, text, lambda checkpoint: places)
    id = bare_id(text).casefold()
    other = next((each for each in inventory.checkpoints if bare_id(each.id) == id), None)
    if not found and other is not None and other.vm_id != vm.id:
        owner = inventory.vm(other.vm_id)
        whose = f" of “{owner.name}”" if owner else " of another VM"
        raise SettingsError(
            f"{text} is a checkpoint{whose}, not of “{vm.name}”.", hint="Check the VM and the checkpoint."
        )
    unread = inventory.unread_of(vm.id)
    search = _Search(
        text=text,
        kind="checkpoint",
        where=f"of “{vm.name}”",
        objects=own,
        unread=[unread.words] if unread else [],
        unread_objects="its checkpoints",
    )
    return search.require_one(found)


def _shortest_ids(found: Sequence[Named]) -> list[str]:
    """Return the ids as their hosts know them, unless these are the same."""
    bare = [bare_id(each.id) for each in found]
    return bare if len(set(bare)) == len(bare) else [each.id for each in found]


def _places(inventory: Inventory, vm: Vm, typed_host: str) -> set[str]:
    """Return what may follow the ``@`` in the id of a VM: the names of its host, and of its cluster and the nodes.

    Only a VM that the cluster moves may have been on another node: any other one may be a copy of the one that is meant.
    `typed_host` is what the person calls the host; "" if there are several.
    """
    host = inventory.host if typed_host else inventory.host_of(vm)
    _, _, domain = host.full_name.partition(".")
    names = {typed_host, host.name, host.full_name}
    if vm.clustered:
        nodes = {name for node in host.nodes for name in (node, f"{node}.{domain}")}
        names |= {host.cluster, host.full_cluster, *nodes}
    return {name.casefold() for name in names if name}


def _called(objects: Sequence[Named], text: str, places: Callable[[Named], set[str]]) -> list[Named]:
    """Return the objects with this id; if there is none, those with this name, at least without regard to case.

    `places` returns what may follow the ``@`` in the id of an object, beside what does.
    """
    id, at, place = text.casefold().partition("@")
    return (
        [each for each in objects if text.casefold() == each.id.casefold()]
        or [each for each in objects if bare_id(each.id) == id and (not at or place in places(each))]
        or [each for each in objects if each.name == text]
        or [each for each in objects if each.name.casefold() == text.casefold()]
    )


def _on_hosts(found: Sequence[Vm | Checkpoint]) -> str:
    """Return the hosts that VMs of several hosts are on; "" for VMs of one host, and for checkpoints."""
    hosts = dict.fromkeys(each.host for each in found if isinstance(each, Vm) and each.host)
    return f": on {', '.join(hosts)}" if hosts else ""


def _near(objects: Sequence[Named], text: str) -> str:
    """Return a question with the names that are like this one; "" if none is."""
    from difflib import get_close_matches

    near = get_close_matches(text, [each.name for each in objects], n=3)
    return f"Did you mean: {', '.join(near)}?" if near else ""
