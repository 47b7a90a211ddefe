"""Predicts what the host merges when checkpoints are deleted: how much, into which files, and whether it fits.

Deleting a checkpoint releases the file that it froze (facts §4, §6). A released file that no drive names any more is
merged with its only child: the child's data move down into it. With several children nothing is merged for now, and
without a child the file is deleted. So the links of consecutive released files all move into the lowest one. The files
of templates are never merged into.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.model import VmState, path_key
from hvtui.backends.operations.disk_chains.chains import BreakKind, ChainFiles, broken_links, is_link, size_of
from hvtui.backends.operations.impact import has_unlisted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from hvtui.backends.model import Checkpoint, CheckpointId, DiskFile, VmDisks, Volume
    from hvtui.backends.operations.command import Selection

_AT_REST = frozenset({VmState.OFF, VmState.SAVED, VmState.FAST_SAVED, VmState.HIBERNATED})


class NotKnown(StrEnum):
    """Why the amount of a merge is not known."""

    DISKS_NOT_READ = "disks-not-read"
    """The disks of the VM, or of a checkpoint to delete, were not read yet."""
    DRIVES_UNREAD = "drives-unread"
    """The drives of the VM or of one of its checkpoints could not be read."""
    CHECKPOINTS_UNREAD = "checkpoints-unread"
    """Which checkpoints the VM has could not be read."""
    LINK_MISSING = "link-missing"
    LINK_UNREADABLE = "link-unreadable"
    CHAIN_CYCLE = "chain-cycle"
    PARENT_NOT_TOLD = "parent-not-told"
    """The host does not say which file the parent of a differencing one is."""
    SIZE_NOT_KNOWN = "size-not-known"
    """A file has no size of its own, as that of a VHD set."""


class FileMerge(Struct, frozen=True, kw_only=True):
    """Links that are merged into the file below them."""

    into: DiskFile
    links: tuple[DiskFile, ...]
    """The files that are gone afterwards, the one next to `into` first."""


class MergeEstimate(Struct, frozen=True, kw_only=True):
    """What the host merges when checkpoints are deleted."""

    amount: int | None = None
    """The size of the links that are merged, in bytes; None if it is not known. The files below grow by it at most."""
    volume: Volume | None = None
    """The volume that decides whether it fits; None if nothing is merged or the volume is not known."""
    fits: bool | None = None
    """Whether the volumes have room for the growth; None if that is not known."""
    online: bool = False
    """The VM is at work, so its disks are merged while it uses them."""
    at_most: bool = False
    """The amount may differ: the VM writes meanwhile, links without owner may be merged with it, or a checkpoint that
    the host does not list owns some of the links."""
    reason: NotKnown | None = None
    """Why the amount is None."""
    merges: tuple[FileMerge, ...] = ()
    freed: int = 0
    """The size of the files that are deleted without a merge: what was written in the branches that go."""
    already_due: int = 0
    """The part of `amount` that is due whether or not anything is deleted: see `ownerless_links`."""


def merge_of_delete(
    disks: VmDisks | None, selection: Selection, deleted: Sequence[Checkpoint]
) -> MergeEstimate:
    """Return what the host merges when these checkpoints of the selected VM are deleted, by the sizes last read."""
    vm = selection.vm
    online = vm is not None and vm.state not in _AT_REST
    reason = _not_known(disks, selection, deleted)
    if disks is None or reason is not None:
        return MergeEstimate(online=online, reason=reason or NotKnown.DISKS_NOT_READ)
    ids = {checkpoint.id for checkpoint in deleted}
    plan = _Plan(disks, ids)
    moved = [link for merge in plan.merges for link in merge.links]
    amount = size_of(moved)
    own = [disks.file(disk.path) for disk in disks.disks if disk.checkpoint_id in ids]
    if amount is None or any(file is not None and file.size is None for file in own):
        return MergeEstimate(online=online, reason=NotKnown.SIZE_NOT_KNOWN)
    due = size_of(link for merge in _Plan(disks, set()).merges for link in merge.links) or 0
    hidden = has_unlisted(selection)
    volume, fits = _deciding_volume(disks, plan)
    return MergeEstimate(
        amount=amount,
        volume=volume,
        fits=fits,
        online=online,
        at_most=amount > 0 and (online or due > 0 or hidden),
        merges=plan.merges,
        freed=size_of(plan.gone) or 0,
        already_due=0 if hidden else min(due, amount),
    )


class _Plan:
    """Which files are merged into which, and which are deleted, when checkpoints with these ids are deleted."""

    def __init__(self, disks: VmDisks, deleted: Collection[CheckpointId]) -> None:
        known = ChainFiles(disks)
        self._files: dict[str, DiskFile] = {}
        self._named = {path_key(disk.path) for disk in disks.disks if disk.checkpoint_id not in deleted}
        own: set[str] = set()
        for disk in disks.disks:
            found = known.chain(disk.path)
            self._files |= {path_key(file.path): file for file in found.files}
            own |= {path_key(file.path) for file in (*found.links, found.base) if file}
        self._children: dict[str, set[str]] = {key: set() for key in self._files}
        for key, file in self._files.items():
            if file.parent:
                self._children.setdefault(path_key(file.parent), set()).add(key)
        self._released = own - self._named
        self.gone = self._delete_leaves()
        self.merges = tuple(self._merges())

    def _delete_leaves(self) -> tuple[DiskFile, ...]:
        """Take away the released links that have no child left."""
        gone: list[DiskFile] = []
        pending = [key for key in self._released if not self._children[key]]
        while pending:
            key = pending.pop()
            file = self._files[key]
            if not is_link(file):
                continue  # a disk that a person made: it stays
            gone.append(file)
            parent = path_key(file.parent)
            self._children.get(parent, set()).discard(key)
            if parent in self._released and not self._children[parent]:
                pending.append(parent)
        return tuple(gone)

    def _merges(self) -> list[FileMerge]:
        found = []
        for key in sorted(self._released):
            file = self._files[key]
            if self._only_child(key) is None or self._only_child(path_key(file.parent)) == key:
                continue  # it is not merged into, or only with the file below it
            links = []
            above: str | None = key
            while above is not None and (above := self._only_child(above)) is not None:
                links.append(self._files[above])
            found.append(FileMerge(into=file, links=tuple(links)))
        return found

    def _only_child(self, key: str) -> str | None:
        """Return the file that is merged into this one, if it is released and has a single child."""
        children = self._children.get(key, set()) if key in self._released else set()
        return next(iter(children)) if len(children) == 1 else None


def _not_known(disks: VmDisks | None, selection: Selection, deleted: Sequence[Checkpoint]) -> NotKnown | None:
    if disks is None or disks.vm_id != selection.vm_id:
        return NotKnown.DISKS_NOT_READ
    if selection.inventory is None or not selection.inventory.lists_checkpoints_of(selection.vm_id):
        return NotKnown.CHECKPOINTS_UNREAD
    if disks.unread_drives:
        return NotKnown.DRIVES_UNREAD
    owners = {disk.checkpoint_id for disk in disks.disks} | disks.without_drives
    if disks.disks and any(checkpoint.id not in owners for checkpoint in deleted):
        return NotKnown.DISKS_NOT_READ  # the checkpoint is younger than the reading
    for broken in broken_links(disks):
        return {
            BreakKind.MISSING: NotKnown.LINK_MISSING,
            BreakKind.UNREADABLE: NotKnown.LINK_UNREADABLE,
            BreakKind.CYCLE: NotKnown.CHAIN_CYCLE,
        }[broken.kind]
    known = ChainFiles(disks)
    ends = [end for disk in disks.disks if (end := known.chain(disk.path).broken)]
    if any(not end.path for end in ends):
        return NotKnown.PARENT_NOT_TOLD
    if ends:
        return NotKnown.DISKS_NOT_READ
    return None


def _deciding_volume(disks: VmDisks, plan: _Plan) -> tuple[Volume | None, bool | None]:
    """Return the volume that decides whether the merges fit, and whether they do; None is what is not known."""
    needed: dict[str, int] = {}
    for merge in plan.merges:
        needed[merge.into.volume] = needed.get(merge.into.volume, 0) + (size_of(merge.links) or 0)
    if not needed:
        return None, True
    found = []
    for name, size in needed.items():
        volume = next((volume for volume in disks.volumes if volume.name == name), None)
        freed = size_of(file for file in plan.gone if file.volume == name) or 0
        fits = None if volume is None else _fits(size, volume.free, freed)
        found.append((size, volume, fits))
    _, volume, fits = min(found, key=lambda each: ((False, None, True).index(each[2]), -each[0]))
    return volume, fits


def _fits(needed: int, free: int, freed: int) -> bool | None:
    """Return whether there is room; None if only what the host deletes before would make room."""
    if needed <= free:
        return True
    return None if needed <= free + freed else False
