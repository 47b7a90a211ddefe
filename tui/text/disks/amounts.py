"""The sentences for how much a command merges or writes, and whether that fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends.operations.disk_chains.merges import merge_of_delete
from hvtui.backends.operations.disk_chains.space import space_to_create
from hvtui.tui.text.absence import no_disks_text
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.words import amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Checkpoint, DiskReading, Vm, Volume
    from hvtui.backends.operations.command import Selection

NOTHING_TO_MERGE = SafeText("Nothing needs to be merged.")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sentence about an amount."""

    words: SafeText
    warns: bool = False
    """It does not fit, or nobody knows."""


def merge_amount(reading: DiskReading | None, selection: Selection, deleted: Sequence[Checkpoint]) -> Amount:
    """Return how much is merged when `deleted` are deleted, into which disk, and whether it fits."""
    if reading is None or reading.disks is None:
        return _not_known(no_disks_text(reading.error if reading else None))
    merge = merge_of_delete(reading.disks, selection, deleted)
    if merge.amount is None:
        return _not_known(SafeText(merge.reason))
    if not merge.amount:
        return Amount(NOTHING_TO_MERGE)
    words = compose(
        "{up_to}{amount} will be merged into the parent disk{room}",
        up_to="Up to " if merge.at_most else "",
        amount=amount(merge.amount),
        room=_room(merge.volume, merge.fits),
    )
    when = "It is merged while the VM runs." if merge.online else "It is merged while the VM is off."
    return Amount(SafeText(f"{words} {when}"), merge.fits is False)


def create_amount(reading: DiskReading | None, vm: Vm) -> Amount:
    """Return what a new checkpoint needs on the volume of the VM, and whether that fits."""
    if reading is None or reading.disks is None:
        why = no_disks_text(reading.error if reading else None)
        return Amount(compose("Whether there is enough space is not known: its disks are {why}.", why=why))
    need = space_to_create(vm, reading.disks)
    files = "a new disk file" if need.links == 1 else f"{need.links} new disk files"
    memory = f"{amount(need.memory)} for its memory, and " if need.memory else ""
    room = _room(need.volume, need.fits)
    words = compose(
        "It needs {memory}{files}{room} What the VM writes comes on top.",
        memory=memory,
        files=files,
        room=room,
    )
    return Amount(words, need.fits is False)


def _not_known(why: SafeText) -> Amount:
    return Amount(compose("How much will be merged is not known: {why}.", why=why.rstrip(".")))


def _room(volume: Volume | None, fits: bool | None) -> SafeText:
    """Return the end of a sentence: the volume, its free space, and whether it fits."""
    if volume is None:
        return SafeText(". The free space is not known.")
    room = compose(" on {volume}, which has {free} free", volume=volume.name, free=amount(volume.free))
    return SafeText(f"{room}: it does not fit." if fits is False else f"{room}.")
