"""Answers questions about the chains of a VM's disk files: who needs a file, what was written since, what is broken.

A checkpoint names the file that it froze, and the VM names the file that it writes to; what was written since a
checkpoint is in the children of its file (facts §6). A *link* is a differencing .avhdx or .avhd file that lies between
a drive and the first file of another kind, the *base* of the drive. All below the base belongs to a template: a
differencing .vhdx is a base, even if its own parents are named .avhdx.

No function invents a number: an answer that depends on what was not read is None, or is left out.
"""

from __future__ import annotations

from collections import OrderedDict
from enum import StrEnum
from functools import wraps
from itertools import takewhile
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from hvtui.backends.model import UnreadFile, path_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hvtui.backends.model import CheckpointId, Disk, DiskFile, VmDisks

T = TypeVar("T")
_KEPT = 256
"""The number of readings of which an answer is kept: more than a screen has rows."""
_LINK_ENDINGS = (".avhdx", ".avhd")


class Chain(Struct, frozen=True, kw_only=True):
    """A file and its parents, as far as they were read."""

    files: tuple[DiskFile, ...]
    """From the leaf to the root."""
    broken: UnreadFile | None = None
    """The first file that was not read; its parents are not known. Its path is "" if not even that is known."""
    cycle: bool = False
    """The last of `files` has one of `files` as its parent."""

    @property
    def links(self) -> tuple[DiskFile, ...]:
        """The links from the leaf down to the base."""
        return tuple(takewhile(is_link, self.files))

    @property
    def base(self) -> DiskFile | None:
        """The file below the links; None if it was not read."""
        links = len(self.links)
        return self.files[links] if links < len(self.files) else None


class BreakKind(StrEnum):
    """Why a chain cannot be followed to its root."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    CYCLE = "cycle"


class BrokenLink(Struct, frozen=True, kw_only=True):
    """A file at which chains cannot be followed, and the owners that need it."""

    kind: BreakKind
    path: str
    words: str = ""
    """Why, in the host's own words."""
    owners: tuple[CheckpointId | None, ...]
    """The checkpoints whose chains need the file; None, which comes first, for the VM itself."""


class ChainFiles:
    """The files of a VM's disks by path, however the path is spelled."""

    def __init__(self, disks: VmDisks) -> None:
        self.files = {path_key(file.path): file for file in reversed(disks.files)}
        self.unread = {path_key(file.path): file for file in reversed(disks.unread)}

    def chain(self, path: str) -> Chain:
        """Return the chain of the file with this path."""
        found: dict[str, DiskFile] = {}
        while path:
            key = path_key(path)
            if key in found:
                return Chain(files=tuple(found.values()), cycle=True)
            if key not in self.files:
                return Chain(
                    files=tuple(found.values()), broken=self.unread.get(key) or UnreadFile(path=path)
                )
            found[key] = self.files[key]
            path = found[key].parent
            if not path and found[key].differencing:
                return Chain(files=tuple(found.values()), broken=UnreadFile(path=""))
        return Chain(files=tuple(found.values()))


def is_link(file: DiskFile) -> bool:
    """Return whether the file is named as Hyper-V names the files that it makes for checkpoints."""
    return file.differencing and path_key(file.path).endswith(_LINK_ENDINGS)


def drives_of(disks: VmDisks, checkpoint: CheckpointId | None) -> tuple[Disk, ...]:
    """Return the drives of a checkpoint, or of the VM for None."""
    return tuple(disk for disk in disks.disks if disk.checkpoint_id == checkpoint)


def disk_files(disks: VmDisks, checkpoint: CheckpointId | None) -> list[tuple[Disk, DiskFile | None]]:
    """Return the drives of a checkpoint, or of the VM for None, each with its file. An unread file is None."""
    files = ChainFiles(disks).files
    return [(disk, files.get(path_key(disk.path))) for disk in drives_of(disks, checkpoint)]


def written_since(disks: VmDisks, checkpoint: CheckpointId | None) -> int | None:
    """Return the size of the links that were written since a checkpoint, up to the next ones, in all branches.

    For None: since the checkpoint that the VM runs on. None if that is no checkpoint, or the answer is not known.
    """
    if disks.unread_drives:
        return None
    known = ChainFiles(disks)
    frozen = _named(disk for disk in disks.disks if disk.checkpoint_id is not None)
    if checkpoint is None:
        return _written_by_now(disks, known, frozen)
    own = _named(drives_of(disks, checkpoint))
    if not own or _without_size(known, own):
        return None
    written: dict[str, DiskFile] = {}
    for disk in disks.disks:
        found = known.chain(disk.path)
        reached = False
        above: list[DiskFile] = []
        for file in found.files:
            key = path_key(file.path)
            if key in own:
                reached = True
                written |= {path_key(each.path): each for each in above}
            if key in frozen:
                above = []
            above.append(file)
        if not reached and (found.broken or found.cycle):
            return None  # what was not read may be a branch of this checkpoint
    return size_of(written.values())


def own_size(disks: VmDisks, checkpoint: CheckpointId) -> int | None:
    """Return the size of the links that a checkpoint froze: what was written from its parent up to it.

    A checkpoint that froze a base has none: 0. None if the answer is not known.
    """
    if disks.unread_drives:
        return None
    known = ChainFiles(disks)
    named = _named(disks.disks)
    own = drives_of(disks, checkpoint)
    files: dict[str, DiskFile] = {}
    for disk in own:
        found = known.chain(disk.path)
        links = found.links
        until = _until_named(links[1:], named)
        if (found.broken or found.cycle) and 1 + len(until) >= len(found.files):
            return None
        files |= {path_key(file.path): file for file in (*links[:1], *until)}
    return size_of(files.values()) if own else None


def _once(find: Callable[[VmDisks], T]) -> Callable[[VmDisks], T]:
    """Keep the answers about the last readings: a list asks for those of all its rows whenever it is drawn."""
    kept: OrderedDict[int, tuple[VmDisks, T]] = OrderedDict()

    @wraps(find)
    def found(disks: VmDisks) -> T:
        known = kept.get(id(disks))
        if known is None:
            known = kept[id(disks)] = (
                disks,
                find(disks),
            )  # kept alive, so that its id is not given to another
            if len(kept) > _KEPT:
                kept.popitem(last=False)
        return known[1]

    return found


@_once
def ownerless_links(disks: VmDisks) -> tuple[DiskFile, ...]:
    """Return the links that no checkpoint accounts for: their merge is due, running or has failed.

    They are the links that no drive names and, where nothing in the VM's own chain is named by a checkpoint or has
    several children, also the link that the VM writes to. A link with several children is left out: it cannot be
    merged while it has them. In a cycle, no link is known to lie above another one.
    Nothing is returned while the drives of the VM or of a checkpoint are not known: they may name these files.
    """
    if disks.unread_drives:
        return ()
    known = ChainFiles(disks)
    named = _named(disks.disks)
    frozen = _named(disk for disk in disks.disks if disk.checkpoint_id is not None)
    chains = [(disk, known.chain(disk.path)) for disk in _now_first(disks.disks)]
    children: dict[str, set[str]] = {}
    for _, found in chains:
        for file in found.files:
            children.setdefault(path_key(file.parent), set()).add(path_key(file.path))
    needed = frozen | {key for key, above in children.items() if len(above) > 1}
    ownerless: dict[str, DiskFile] = {}
    for disk, found in chains:
        if found.cycle:
            continue
        keys = [path_key(file.path) for file in found.files]
        excess = found.broken is None and disk.checkpoint_id is None and needed.isdisjoint(keys)
        for file, key in zip(found.links, keys, strict=False):
            if key not in needed | named or (excess and key == keys[0]):
                ownerless.setdefault(key, file)
    return tuple(ownerless.values())


@_once
def broken_links(disks: VmDisks) -> tuple[BrokenLink, ...]:
    """Return the files at which chains cannot be followed, those of the VM itself first."""
    known = ChainFiles(disks)
    found: dict[tuple[BreakKind, str], tuple[str, str, dict[CheckpointId | None, None]]] = {}
    for disk in _now_first(disks.disks):
        chain = known.chain(disk.path)
        if chain.cycle:
            kind, path, words = BreakKind.CYCLE, chain.files[-1].path, ""
        elif chain.broken and path_key(chain.broken.path) in known.unread:
            kind = BreakKind.MISSING if chain.broken.missing else BreakKind.UNREADABLE
            path, words = chain.broken.path, chain.broken.words
        else:
            continue
        owners = found.setdefault((kind, path_key(path)), (path, words, {}))[2]
        owners[disk.checkpoint_id] = None
    return tuple(
        BrokenLink(kind=kind, path=path, words=words, owners=tuple(owners))
        for (kind, _), (path, words, owners) in found.items()
    )


def _written_by_now(disks: VmDisks, known: ChainFiles, frozen: set[str]) -> int | None:
    written: dict[str, DiskFile] = {}
    since_any = False
    for disk in drives_of(disks, None):
        found = known.chain(disk.path)
        above = _until_named(found.files, frozen)
        reached = len(above) < len(found.files)
        if reached and _without_size(known, {path_key(disk.path)}):
            return None
        if reached or (found.files and found.broken and path_key(found.broken.path) in frozen):
            since_any = True
            written |= {path_key(file.path): file for file in above}
        elif found.broken or found.cycle:
            return None
    return size_of(written.values()) if since_any else None


def _without_size(known: ChainFiles, keys: set[str]) -> bool:
    """Return whether one of these files has no size of its own: what is written to a VHD set is in other files."""
    return any(known.files[key].size is None for key in keys & known.files.keys())


def _until_named(files: Iterable[DiskFile], named: set[str]) -> list[DiskFile]:
    return list(takewhile(lambda file: path_key(file.path) not in named, files))


def _named(drives: Iterable[Disk]) -> set[str]:
    return {path_key(disk.path) for disk in drives}


def _now_first(drives: Iterable[Disk]) -> list[Disk]:
    return sorted(drives, key=lambda disk: disk.checkpoint_id is not None)


def size_of(files: Iterable[DiskFile]) -> int | None:
    """Return the size of all these files; None if that of one is not known."""
    total = 0
    for file in files:
        if file.size is None:
            return None
        total += file.size
    return total
