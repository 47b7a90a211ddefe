"""The chains of disk files, and what creating, applying and deleting checkpoints does to them.

A checkpoint freezes the file that the VM has written to, and the VM continues in a new child of it (facts §6). When the
checkpoint is deleted, its file is *unreferenced*: it is deleted if it has no child, merged if it has one child, and
kept while it has several. So a file that a VM or a checkpoint needs is never lost. Only links are merged into what is
below them: a differencing .vhdx is a disk of its own, even if it continues a template that other VMs share.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hvtui.backends.mock.state.records import GB, WorldDrive, WorldFile
from hvtui.backends.model import path_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

NEW_LEAF_BYTES = 4 << 20
_OWN_GUID = re.compile(r"_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$")


class Chains:
    """All disk files of a host, by path."""

    def __init__(self, new_id: Callable[[], str]) -> None:
        self.files: dict[str, WorldFile] = {}
        self.merged: list[tuple[str, str, int]] = []
        """The merges that were made: the file, the child that was merged into it, and the child's bytes."""
        self._new_id = new_id

    def branch(self, frozen: Iterable[WorldDrive]) -> list[WorldDrive]:
        """Create a child of each frozen file, and return the drives that write to the children."""
        return [
            WorldDrive(
                drive.controller_type,
                drive.controller_number,
                drive.location,
                self._create_child(drive.path),
            )
            for drive in frozen
        ]

    def release(self, paths: Iterable[str]) -> None:
        """Mark files that no VM or checkpoint refers to any more, and delete those without a child."""
        released = [file for path in paths if (file := self.find(path))]
        for file in released:
            file.unreferenced = True
        for file in released:
            self._delete_without_children(file.path)

    def _delete_without_children(self, path: str) -> None:
        """Delete this file and then its parents, as long as they are unreferenced and have no child."""
        while (file := self.find(path)) and file.unreferenced and not self._has_child(path):
            file.unreferenced = False
            if not is_link(file):
                return  # a disk that a person created: Hyper-V does not delete it
            del self.files[file.path]
            path = file.parent_path

    def _has_child(self, path: str) -> bool:
        key = path_key(path)
        return any(path_key(file.parent_path) == key for file in self.files.values())

    def mergeable(self, paths: Iterable[str]) -> list[tuple[WorldFile, WorldFile]]:
        """Return the unreferenced files in these chains that have a single child, each with that child.

        The file next to the root comes first, so that no data is moved twice.
        """
        chains = dict.fromkeys(file.path for path in paths for file in reversed(self.chain(path)))
        unreferenced = {path_key(path): path for path in chains if self.files[path].unreferenced}
        children: dict[str, list[WorldFile]] = {key: [] for key in unreferenced}
        if unreferenced:
            for file in self.files.values():
                if (key := path_key(file.parent_path)) in children:
                    children[key].append(file)
        return [
            (self.files[path], children[key][0])
            for key, path in unreferenced.items()
            if len(children[key]) == 1 and is_link(children[key][0])
        ]

    def merge(self, parent: WorldFile, child: WorldFile) -> None:
        """Move the child's data into the parent and delete the child. The child's children get the parent."""
        self.merged.append((parent.path, child.path, child.size))
        parent.size += growth(parent, child)
        parent.unreferenced = child.unreferenced
        key = path_key(child.path)
        for file in self.files.values():
            if path_key(file.parent_path) == key:
                file.parent_path = parent.path
        del self.files[child.path]

    def chain(self, path: str) -> list[WorldFile]:
        """Return this file and its parents up to the root, or up to the first missing file."""
        found: list[WorldFile] = []
        while (file := self.find(path)) and file not in found:
            found.append(file)
            path = file.parent_path
        return found

    def find(self, path: str) -> WorldFile | None:
        """Return the file with this path, however it is spelled."""
        if path in self.files or not path:
            return self.files.get(path)
        key = path_key(path)
        return next((file for file in self.files.values() if path_key(file.path) == key), None)

    def _create_child(self, parent_path: str) -> str:
        # <base>_<GUID>.avhdx in the parent's folder; the GUID is not the id of a checkpoint (facts §6).
        base = _OWN_GUID.sub("", parent_path.rpartition(".")[0])
        path = f"{base}_{self._new_id().upper()}.avhdx"
        parent = self.find(parent_path)
        self.files[path] = WorldFile(
            path, parent_path, NEW_LEAF_BYTES, parent.max_size if parent else GB << 6
        )
        return path


def is_link(file: WorldFile) -> bool:
    """Return whether Hyper-V made the file for a checkpoint."""
    return bool(file.parent_path) and path_key(file.path).endswith((".avhdx", ".avhd"))


def growth(parent: WorldFile, child: WorldFile) -> int:
    """Return by how much a merge enlarges the parent: at most by the child's size (facts §4 [GEN])."""
    return 0 if parent.fixed else min(child.size, parent.max_size - parent.size)
