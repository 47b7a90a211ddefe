"""Describes a checkpoint, or the present state of a VM, as labelled facts, the most important first."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.model import Activity, CheckpointSetting, Obstacle, VmState, path_key
from hvtui.backends.operations.disk_chains.chains import disk_files, written_since
from hvtui.backends.operations.health import ConcernCode, concerns
from hvtui.tui.text.absence import (
    NOT_READ_OF_TWO,
    NOT_READ_YET,
    checkpoint_name,
    could_not_be_read,
    incomplete_text,
    unread_text,
)
from hvtui.tui.text.health import concern_advice, concern_mark, concern_text
from hvtui.tui.text.impact import AUTOMATIC, CLUSTERED, REPLICATED, applied_state
from hvtui.tui.text.kinds import kind_word, lock_text
from hvtui.tui.text.safe import SafeText, compose, lines, safe
from hvtui.tui.text.words import elapsed, moment_text, size, state

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from hvtui.backends.model import Checkpoint, CheckpointId, DiskFile, DiskReading, Host, Inventory, Vm

_NEXT = {
    CheckpointSetting.PRODUCTION: "production checkpoint, or standard if that fails",
    CheckpointSetting.PRODUCTION_ONLY: "production checkpoint only",
    CheckpointSetting.STANDARD: "standard checkpoint, with memory while the VM runs",
    CheckpointSetting.DISABLED: "none: checkpoints are disabled for this VM",
}

_IN_OTHER_FACTS = {ConcernCode.VM_UNREAD, ConcernCode.CHECKPOINTS_UNREAD}
"""The concerns that other facts state, with the age of what is shown."""
_MAX_NOTE_LINES = 100
_MEMORY = {True: "with memory", False: "without memory", None: "memory not known"}


class Fact(Struct, frozen=True):
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


def host_facts(host: Host, incomplete: str) -> Iterator[Fact]:
    """Yield what could not be read of the host, in its own words."""
    if incomplete:
        yield Fact("Host", incomplete_text(incomplete), "warning")
    for words in host.unread:
        yield Fact("Host", safe(words), "warning")


def describe_checkpoint(
    checkpoint: Checkpoint, vm: Vm, inventory: Inventory, reading: DiskReading | None, now: datetime
) -> Iterator[Fact]:
    """Describe a checkpoint. `reading` is the last reading of the VM's disks; None if they were not read yet."""
    yield Fact(
        "Taken", SafeText(f"{moment_text(checkpoint.created, now)}, {_MEMORY[checkpoint.with_memory]}")
    )
    if locked := lock_text(checkpoint):
        yield Fact("Locked", locked, "warning")
    yield from _unread(vm, inventory, now)
    yield Fact("Apply", applied_state(checkpoint, vm))
    yield from _notes(checkpoint.notes)
    yield Fact("Parent", checkpoint_name(checkpoint.parent, inventory, vm))
    if kind := kind_word(checkpoint):
        yield Fact("Type", kind)
    yield from disk_facts(vm, reading, checkpoint.id, now)


def describe_now(
    vm: Vm, inventory: Inventory, reading: DiskReading | None, now: datetime, *, limit: int | None
) -> Iterator[Fact]:
    """Describe the present state of the VM. `limit` is the most checkpoints that it may have, if there is a limit."""
    yield Fact("State", _present_state(vm))
    yield from _unread(vm, inventory, now)
    found = concerns(vm, inventory, now, limit=limit, disk_reading=reading)
    missing = {path_key(concern.words) for concern in found if concern.code is ConcernCode.CHAIN_BROKEN}
    of_disks = tuple(disk_facts(vm, reading, None, now, known_missing=missing))
    for concern in found:
        unread = concern.code is ConcernCode.DISKS_UNREAD and could_not_be_read(concern.words)
        if concern.code in _IN_OTHER_FACTS or unread in [fact.text for fact in of_disks]:
            continue
        yield Fact(concern_mark([concern]), concern_text(concern), "bad" if concern.grave else "warning")
        if advice := concern_advice(concern):
            yield Fact("Why", advice)
    written = written_since(reading.disks, None) if reading and reading.disks else None
    parent = checkpoint_name(vm.current, inventory, vm)
    if vm.current is None:
        yield Fact("Runs on", parent)
    else:
        since = f"{parent}, {size(written)} written" if written is not None else parent
        yield Fact("Since", SafeText(since))
    if not _nothing_known(vm, inventory):
        yield Fact("Next", _next(vm))
    yield from _managed_by_others(vm, inventory)
    yield from _notes(vm.notes)
    yield from of_disks
    host = inventory.host_of(vm)
    yield from host_facts(host, inventory.incomplete or host.incomplete)


def _unread(vm: Vm, inventory: Inventory, now: datetime) -> Iterator[Fact]:
    if unread := inventory.unread_of(vm.id):
        yield Fact("!", unread_text(unread, now), "warning")


def _nothing_known(vm: Vm, inventory: Inventory) -> bool:
    unread = inventory.unread_of(vm.id)
    return unread is not None and unread.nothing_known


def _next(vm: Vm) -> SafeText:
    if setting := _NEXT.get(vm.checkpoint_setting):
        return SafeText(setting)
    if not vm.checkpoint_setting_text:
        return SafeText("as the host decides (it has no checkpoint types)")
    return compose("“{type}”, which hvtui does not know", type=vm.checkpoint_setting_text)


def _managed_by_others(vm: Vm, inventory: Inventory) -> Iterator[Fact]:
    """Yield what one should know of the VM before a command, because other software acts on it too."""
    if vm.automatic_checkpoints:
        yield Fact("Auto", AUTOMATIC)
    if vm.replicated:
        yield Fact("Replica", REPLICATED)
    if vm.clustered:
        yield Fact("Cluster", CLUSTERED)
    elif vm.clustered is None and inventory.host_of(vm).cluster:
        yield Fact(
            "Cluster", SafeText("not known: whether the cluster manages this VM was not read"), "muted"
        )


def _present_state(vm: Vm) -> SafeText:
    words = str(state(vm))
    if vm.critical:
        words += ", critical"
    if vm.activity is not Activity.NONE and not vm.status_text:
        words += f", {vm.activity.value}"
    if vm.uptime_seconds:
        words += (
            f" for {elapsed(vm.uptime_seconds)}"
            if words == state(vm) and vm.state is VmState.RUNNING
            else f", up {elapsed(vm.uptime_seconds)}"
        )
    if vm.memory_assigned:
        words += f", {size(vm.memory_assigned)} memory"
    if vm.status_text:
        words += f" ({safe(vm.status_text)})"
    return SafeText(words)


def _notes(notes: str) -> Iterator[Fact]:
    for index, line in enumerate(lines(notes)[:_MAX_NOTE_LINES]):
        yield Fact("" if index else "Notes", line)


def disk_facts(
    vm: Vm,
    reading: DiskReading | None,
    checkpoint: CheckpointId | None,
    now: datetime,
    *,
    known_missing: Collection[str] = (),
) -> Iterator[Fact]:
    """Describe the drives of a checkpoint, or of the VM for None, or say why they are not known.

    `known_missing` are the path keys of missing files that need not be named.
    """
    if reading is None:
        why = NOT_READ_OF_TWO if vm.obstacle is Obstacle.SAME_ID else NOT_READ_YET
        yield Fact("Disks", why, "muted")
        return
    disks = reading.disks
    if disks is None:
        yield Fact("Disks", could_not_be_read(reading.error), "warning")
        return
    files = disk_files(disks, checkpoint)
    label = "Disks"
    if disks.as_of is not None:
        yield Fact("As of", moment_text(disks.as_of, now), "muted")
    for disk, file in files:
        name = safe(disk.path.rsplit("\\", 1)[-1])
        yield Fact(label, SafeText(f"{name}  {_size(file)}  {safe(disk.location)}"))
        label = ""
    for drives in disks.unread_drives:
        if drives.checkpoint_id == checkpoint:
            yield Fact(label, could_not_be_read(drives.words), "warning")
            label = ""
    if label:
        yield Fact(label, SafeText("none"), "muted")
    for unread in disks.unread:
        if unread.missing and path_key(unread.path) in known_missing:
            continue
        if checkpoint is None or any(path_key(disk.path) == path_key(unread.path) for disk, _ in files):
            why = SafeText("is missing") if unread.missing else could_not_be_read(unread.words)
            yield Fact("!", compose("{path} {why}", path=unread.path, why=why), "warning")


def _size(file: DiskFile | None) -> SafeText:
    if file is None:
        return SafeText("size not known")
    return SafeText("a set: its data are in other files") if file.size is None else size(file.size)
