"""The files of disks: what freezes, branches, merges and goes when checkpoints come and go.

A checkpoint freezes the file that was written so far, and the VM goes on in a new child of it (facts §6).
When a checkpoint goes, its frozen file is `leaving`: deleted if nothing hangs from it, else merged with its
only child, else kept until it has only one. So no file that Now or a checkpoint reaches is ever lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hvtui.backends.mock.records import WorldDrive, WorldFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NEW_LEAF_BYTES = 4 << 20
_OWN_GUID = re.compile(r"_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$")


class Chains:
    def __init__(self, new_id: Callable[[], str]) -> None:
        self.files: dict[str, WorldFile] = {}
        self._new_id = new_id

    def branch(self, frozen: Iterable[WorldDrive]) -> list[WorldDrive]:
        """Drives to go on writing in, each a new child of a frozen file."""
        return [
            WorldDrive(
                drive.controller_type, drive.controller_number, drive.location, self._child(drive.path)
            )
            for drive in frozen
        ]

    def let_go(self, paths: Iterable[str]) -> None:
        """Nobody stands at these any more: delete what nothing hangs from, leave the rest to merging."""
        paths = list(paths)
        for path in paths:
            self.files[path].leaving = True
        for path in paths:
            self._prune(path)

    def _prune(self, path: str) -> None:
        while (file := self.files.get(path)) and file.leaving and not self._has_child(path):
            file.leaving = False
            if not path.endswith(".avhdx"):
                return  # a disk that somebody made, and not Hyper-V's own to delete
            del self.files[path]
            path = file.parent_path

    def _has_child(self, path: str) -> bool:
        return any(file.parent_path == path for file in self.files.values())

    def mergeable(self, paths: Iterable[str]) -> list[tuple[WorldFile, WorldFile]]:
        """Leaving files in these chains with the only child that each has."""
        chains = {file.path for path in paths for file in self.chain(path)}
        children: dict[str, list[WorldFile]] = {}
        if any(self.files[path].leaving for path in chains):
            for file in self.files.values():
                children.setdefault(file.parent_path, []).append(file)
        return [
            (self.files[path], children[path][0])
            for path in sorted(chains)
            if self.files[path].leaving and len(children.get(path, ())) == 1
        ]

    def merge(self, parent: WorldFile, child: WorldFile) -> None:
        """The child's data goes into the parent, which takes its place; whoever used the child uses the parent."""
        parent.size += growth(parent, child)
        parent.leaving = child.leaving
        for file in self.files.values():
            if file.parent_path == child.path:
                file.parent_path = parent.path
        del self.files[child.path]

    def chain(self, path: str) -> list[WorldFile]:
        """From this file up to its root, as far as it goes."""
        found: list[WorldFile] = []
        while path in self.files and self.files[path] not in found:
            found.append(self.files[path])
            path = self.files[path].parent_path
        return found

    def depth(self, path: str) -> int:
        return len(self.chain(path))

    def _child(self, parent_path: str) -> str:
        # <base>_<GUID>.avhdx beside the parent; that GUID is no checkpoint's id (facts §6).
        folder, _, name = parent_path.rpartition("\\")
        base = _OWN_GUID.sub("", name.rpartition(".")[0])
        path = f"{folder}\\{base}_{self._new_id().upper()}.avhdx"
        self.files[path] = WorldFile(path, parent_path, NEW_LEAF_BYTES, self.files[parent_path].max_size)
        return path


def growth(parent: WorldFile, child: WorldFile) -> int:
    """How much larger a parent gets by a merge: at most by its child's size (facts §4 [GEN])."""
    return 0 if parent.fixed else min(child.size, parent.max_size - parent.size)
