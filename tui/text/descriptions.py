"""Describes a checkpoint, or the present state of a VM, as labelled facts, the most important first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.model import CheckpointSetting, path_key
from hvtui.backends.operations.disk_chains.chains import disk_files, written_since
from hvtui.backends.operations.health import concerns
from hvtui.tui.text.health import concern_mark, concern_text
from hvtui.tui.text.impact import applied_state
from hvtui.tui.text.kinds import kind_word, lock_text
from hvtui.tui.text.safe import SafeText, compose, lines, safe
from hvtui.tui.text.words import ago, elapsed, in_full, size, state

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, CheckpointId, Host, Inventory, Vm, VmDisks

_NEXT = {
    CheckpointSetting.PRODUCTION: "production checkpoint, or standard if that fails",
    CheckpointSetting.PRODUCTION_ONLY: "production checkpoint only",
    CheckpointSetting.STANDARD: "standard checkpoint, with memory while the VM runs",
    CheckpointSetting.DISABLED: "none: checkpoints are disabled for this VM",
}

_MAX_NOTE_LINES = 100


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    text: SafeText
    tone: str = ""


def other_time_zone(host: Host, now: datetime) -> tuple[Fact, ...]:
    """Return a fact with the host's time zone if it differs from that of this computer, in which times are shown."""
    here = now.astimezone().utcoffset()
    if host.utc_offset_minutes is None or here == timedelta(minutes=host.utc_offset_minutes):
        return ()
    hours, minutes = divmod(abs(host.utc_offset_minutes), 60)
    sign = "-" if host.utc_offset_minutes < 0 else "+"
    return (Fact("Zone", SafeText(f"Times are local; the host uses UTC{sign}{hours:02}:{minutes:02}.")),)


def describe_checkpoint(
    checkpoint: Checkpoint, vm: Vm, inventory: Inventory, disks: VmDisks | None, now: datetime
) -> Iterator[Fact]:
    memory = "with memory" if checkpoint.with_memory else "without memory"
    yield Fact("Taken", SafeText(f"{ago(checkpoint.created, now)}, {in_full(checkpoint.created)}, {memory}"))
    if locked := lock_text(checkpoint):
        yield Fact("Locked", locked, "warning")
    yield Fact("Apply", applied_state(checkpoint, vm))
    yield from _notes(checkpoint.notes)
    yield Fact("Parent", _name_of(checkpoint.parent, inventory))
    if kind := kind_word(checkpoint):
        yield Fact("Type", kind)
    yield from _disks(disks, checkpoint.id)


def describe_now(
    vm: Vm, inventory: Inventory, disks: VmDisks | None, now: datetime, *, limit: int | None
) -> Iterator[Fact]:
    """Describe the present state of the VM. `limit` is the most checkpoints that it may have, if there is a limit."""
    yield Fact("State", _present_state(vm))
    for concern in concerns(vm, inventory, now, limit=limit):
        yield Fact(concern_mark([concern]), concern_text(concern), "bad" if concern.grave else "warning")
    written = written_since(disks, None) if disks else None
    parent = _name_of(vm.current, inventory)
    yield Fact("Since", SafeText(f"{parent}, {size(written)} written") if written is not None else parent)
    setting = _NEXT.get(vm.checkpoint_setting)
    yield Fact("Next", SafeText(setting) if setting else compose("“{type}”", type=vm.checkpoint_setting_text))
    yield from _notes(vm.notes)
    yield from _disks(disks, None)


def _present_state(vm: Vm) -> SafeText:
    words = str(state(vm))
    if vm.uptime_seconds:
        words += f" for {elapsed(vm.uptime_seconds)}"
    if vm.memory_assigned:
        words += f", {size(vm.memory_assigned)} memory"
    if vm.status_text:
        words += f" ({safe(vm.status_text)})"
    return SafeText(words)


def _name_of(checkpoint: CheckpointId | None, inventory: Inventory) -> SafeText:
    if checkpoint is None:
        return SafeText("no checkpoint")
    found = inventory.checkpoint(checkpoint)
    return safe(found.name) if found else SafeText("a checkpoint that the host does not list")


def _notes(notes: str) -> Iterator[Fact]:
    for index, line in enumerate(lines(notes)[:_MAX_NOTE_LINES]):
        yield Fact("" if index else "Notes", line)


def _disks(disks: VmDisks | None, checkpoint: CheckpointId | None) -> Iterator[Fact]:
    if disks is None:
        yield Fact("Disks", SafeText("not read yet"), "muted")
        return
    label = "Disks"
    files = disk_files(disks, checkpoint)
    for disk, file in files:
        known = size(file.size) if file and file.size is not None else "size not known"
        name = safe(disk.path.rsplit("\\", 1)[-1])
        yield Fact(label, SafeText(f"{name}  {known}  {safe(disk.location)}"))
        label = ""
    for unread in disks.unread:
        if checkpoint is None or any(path_key(disk.path) == path_key(unread.path) for disk, _ in files):
            yield Fact("!", compose("{path} could not be read", path=unread.path), "warning")
