"""The sentences for how much a command merges or writes, and whether that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.operations.disk_chains.chains import broken_links
from hvtui.backends.operations.disk_chains.merges import NotKnown, merge_of_delete
from hvtui.backends.operations.disk_chains.space import space_to_create
from hvtui.tui.text.absence import could_not_be_read
from hvtui.tui.text.safe import EMPTY, SafeText, compose, safe
from hvtui.tui.text.words import size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Checkpoint, DiskReading, Vm, VmDisks, Volume
    from hvtui.backends.operations.command import Selection
    from hvtui.backends.operations.disk_chains.merges import MergeEstimate

_NOT_KNOWN = {
    NotKnown.DISKS_NOT_READ: "the disks of these checkpoints have not been read yet",
    NotKnown.DRIVES_UNREAD: "the drives of the VM or of a checkpoint {unread}",
    NotKnown.CHECKPOINTS_UNREAD: "the checkpoints {unread}",
    NotKnown.LINK_MISSING: "a file of the disk chain is missing: {path}",
    NotKnown.LINK_UNREADABLE: "{path} {unread}",
    NotKnown.CHAIN_CYCLE: "a file of the disk chain is its own ancestor: {path}",
    NotKnown.PARENT_NOT_TOLD: "the host does not say which file the parent of a differencing one is",
    NotKnown.SIZE_NOT_KNOWN: "a file of the disk chain has no size of its own",
}


class Amount(Struct, frozen=True):
    """A sentence about an amount."""

    words: SafeText
    warns: bool = False
    """It does not fit, or may not."""


def merge_amount(reading: DiskReading | None, selection: Selection, deleted: Sequence[Checkpoint]) -> Amount:
    """Return how much is merged into which file when `deleted` are deleted, and whether it fits."""
    if reading is None or reading.disks is None:
        return _merge_not_known(compose("its disks {why}", why=_disks_why(reading)))
    merge = merge_of_delete(reading.disks, selection, deleted)
    if merge.reason is not None or merge.amount is None:
        return _merge_not_known(_why(merge.reason or NotKnown.SIZE_NOT_KNOWN, reading.disks, selection))
    freed = (
        compose(" {freed} of disk files will be deleted.", freed=size(merge.freed)) if merge.freed else EMPTY
    )
    if not merge.amount:
        return Amount(SafeText(f"Nothing needs to be merged.{freed}"))
    words = compose(
        "{up_to}{amount} will be merged into {into}{room}",
        up_to="Up to " if merge.at_most else "",
        amount=size(merge.amount),
        into=_into(merge),
        room=_room(merge.volume, fits=merge.fits),
    )
    when = (
        "The host merges while the VM uses its disks."
        if merge.online
        else "The host merges in the background."
    )
    due = (
        compose(" {due} of that has to be merged anyway.", due=size(merge.already_due))
        if merge.already_due
        else EMPTY
    )
    return Amount(SafeText(f"{words} {when}{due}{freed}"), merge.fits is not True)


def create_amount(reading: DiskReading | None, vm: Vm) -> Amount:
    """Return what a new checkpoint needs on the volume of the VM, and whether that fits."""
    disks = reading.disks if reading else None
    need = space_to_create(vm, disks)
    memory = EMPTY
    if need.memory is None:
        memory = SafeText(", and an unknown amount for memory")
    elif need.memory:
        what_for = "for memory" if need.memory_certain else "if it becomes a standard one"
        memory = compose(", and {memory} more {what_for}", memory=size(need.memory), what_for=what_for)
    if need.links is None:
        why = _disks_why(reading) if disks is None else could_not_be_read("")
        words = compose(
            "A checkpoint needs new disk files{memory}. Whether they fit is not known: the VM's disks {why}.",
            memory=memory,
            why=why.rstrip("."),
        )
        return Amount(words)
    one, volume = need.links == 1, need.volume
    room = compose(" on {name} ({free} free)", name=volume.name, free=size(volume.free)) if volume else EMPTY
    words = compose(
        "A checkpoint needs {files}{room}, which {grow} as the VM writes{memory}{fits}",
        files="a small new disk file" if one else f"{need.links} small new disk files",
        room=room,
        memory=memory,
        fits=_fits(volume, fits=need.fits),
        grow="grows" if one else "grow",
    )
    return Amount(words, need.fits is False)


def _merge_not_known(why: SafeText) -> Amount:
    return Amount(compose("How much will be merged is not known: {why}.", why=why.rstrip(".")))


def _disks_why(reading: DiskReading | None) -> SafeText:
    """Return why there are no disks, after “its disks”."""
    return could_not_be_read(reading.error) if reading else SafeText("have not been read yet")


def _why(reason: NotKnown, disks: VmDisks, selection: Selection) -> SafeText:
    broken = next(iter(broken_links(disks)), None)
    words = broken.words if broken else ""
    if reason is NotKnown.DRIVES_UNREAD:
        words = disks.unread_drives[0].words
    elif reason is NotKnown.CHECKPOINTS_UNREAD and selection.inventory:
        unread = selection.inventory.unread_of(selection.vm_id)
        words = unread.words if unread else ""
    path = broken.path if broken else "not named"
    return compose(_NOT_KNOWN[reason], unread=could_not_be_read(words), path=path)


def _into(merge: MergeEstimate) -> SafeText:
    names = {file.into.path.rsplit("\\", 1)[-1] for file in merge.merges}
    return safe(names.pop()) if len(names) == 1 else SafeText(f"{len(merge.merges)} files")


def _room(volume: Volume | None, *, fits: bool | None) -> SafeText:
    """Return the end of a sentence: the volume, its free space, and whether it fits."""
    if volume is None:
        return _fits(volume, fits=fits)
    free = size(volume.free)
    return compose(
        " on {volume}, which has {free} free{fits}",
        volume=volume.name,
        free=free,
        fits=_fits(volume, fits=fits),
    )


def _fits(volume: Volume | None, *, fits: bool | None) -> SafeText:
    """Return the end of a sentence: whether it fits on the volume."""
    if volume is None:
        return SafeText(". The free space is not known.")
    return SafeText({True: ".", False: ": it does not fit.", None: ": it may not fit."}[fits])
