"""A checkpoint, or a VM as it is now, in words: labelled facts, the weightiest first. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.model import CheckpointKind, CheckpointSetting, VmState
from hvtui.backends.operations.health import concerns
from hvtui.backends.operations.impact import disks_of, written_since
from hvtui.tui.text.kinds import kind_word, locked_because
from hvtui.tui.text.safe import lines, safe
from hvtui.tui.text.words import ago, elapsed, in_full, size, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, CheckpointId, Host, Inventory, Vm, VmDisks

_NEXT = {
    CheckpointSetting.PRODUCTION: "a production checkpoint, or a standard one where that fails",
    CheckpointSetting.PRODUCTION_ONLY: "a production checkpoint, or none where that fails",
    CheckpointSetting.STANDARD: "a standard checkpoint, with memory while the VM runs",
    CheckpointSetting.DISABLED: "none: checkpoints are disabled for this VM",
}


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    words: str
    """Safe to show."""
    tone: str = ""


def other_zone(host: Host, now: datetime) -> tuple[Fact, ...]:
    """Times are told in the reader's zone: said where the host's is another one."""
    here = now.astimezone().utcoffset()
    if host.utc_offset_minutes is None or here == timedelta(minutes=host.utc_offset_minutes):
        return ()
    hours, minutes = divmod(abs(host.utc_offset_minutes), 60)
    sign = "-" if host.utc_offset_minutes < 0 else "+"
    return (Fact("Zone", f"times are yours; the host's zone is UTC{sign}{hours:02}:{minutes:02}"),)


def applying(checkpoint: Checkpoint, vm: Vm) -> str:
    """What becomes of the VM, as a sentence that begins with "Applying it"."""
    if checkpoint.kind is CheckpointKind.MISSING:
        return "Applying it is not possible."
    if not checkpoint.with_memory:
        return "Applying it leaves the VM off."
    if vm.state is VmState.RUNNING:
        return "Applying it resumes the VM from its memory: it goes on running."
    if vm.state in (VmState.OFF, VmState.SAVED, VmState.PAUSED):
        return "Applying it leaves the VM saved; starting it goes on from its memory."
    return f"What applying it does cannot be told while the VM is {state(vm)}."


def of_checkpoint(
    checkpoint: Checkpoint, vm: Vm, inventory: Inventory, disks: VmDisks | None, now: datetime
) -> Iterator[Fact]:
    memory = "with memory" if checkpoint.with_memory else "without memory"
    kind = kind_word(checkpoint)
    yield Fact("Taken", f"{ago(checkpoint.created, now)}, {in_full(checkpoint.created)}, {memory}")
    if locked := locked_because(checkpoint):
        yield Fact("Locked", locked, "warning")
    yield Fact("Apply", applying(checkpoint, vm))
    yield from _notes(checkpoint.notes)
    yield Fact("Parent", _name_of(checkpoint.parent, inventory))
    if kind:
        yield Fact("Kind", kind)
    yield from _disks(disks, checkpoint.id)


def of_now(vm: Vm, inventory: Inventory, disks: VmDisks | None, now: datetime) -> Iterator[Fact]:
    now_is = state(vm)
    if vm.uptime_seconds:
        now_is += f" for {elapsed(vm.uptime_seconds)}"
    if vm.memory_assigned:
        now_is += f", {size(vm.memory_assigned)} memory"
    if vm.status_text:
        now_is += f" ({safe(vm.status_text)})"
    yield Fact("State", now_is)
    for concern in concerns(vm, inventory.checkpoints_of(vm.id), now):
        yield Fact("!!" if concern.grave else "!", concern.words, "bad" if concern.grave else "warning")
    since = written_since(disks) if disks else None
    parent = _name_of(vm.current, inventory)
    yield Fact("Since", parent + (f", {size(since)} written" if since is not None else ""))
    next_one = _NEXT.get(vm.checkpoint_setting) or f"of the kind “{safe(vm.checkpoint_setting_text)}”"
    yield Fact("Next", next_one)
    yield from _notes(vm.notes)
    yield from _disks(disks, None)


def _name_of(checkpoint: CheckpointId | None, inventory: Inventory) -> str:
    if checkpoint is None:
        return "no checkpoint"
    found = inventory.checkpoint(checkpoint)
    return safe(found.name) if found else "one that the host does not list"


def _notes(notes: str) -> Iterator[Fact]:
    for label, line in zip(["Notes"] + [""] * 99, lines(notes), strict=False):
        yield Fact(label, line)


def _disks(disks: VmDisks | None, checkpoint: CheckpointId | None) -> Iterator[Fact]:
    if disks is None:
        yield Fact("Disks", "not read yet", "muted")
        return
    label = "Disks"
    own = disks_of(disks, checkpoint)
    for disk, file in own:
        known = size(file.size) if file else "size not known"
        yield Fact(label, f"{safe(_file_name(disk.path))}  {known}  {safe(disk.location)}")
        label = ""
    for path in disks.unread:
        if checkpoint is None or any(disk.path == path for disk, _ in own):
            yield Fact("!", f"{safe(path)} could not be read", "warning")


def _file_name(path: str) -> str:
    return path.rsplit("\\", 1)[-1]
