"""Builds the tree of checkpoints from a flat list with parent ids.

The list may be inconsistent. A checkpoint whose parent is not in the list becomes a root, and so does the oldest
checkpoint of a cycle, so that every checkpoint is in the tree exactly once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hvtui.backends.model import Checkpoint, CheckpointId


class Node(Struct, frozen=True):
    """A checkpoint in the tree."""

    checkpoint: Checkpoint
    children: tuple[Node, ...]

    def walk(self) -> Iterator[Checkpoint]:
        """Yield this checkpoint and all below it, parents first."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node.checkpoint
            pending.extend(reversed(node.children))


def tree(checkpoints: Iterable[Checkpoint]) -> tuple[Node, ...]:
    """Return the roots of the tree. Roots and children are sorted by age, oldest first."""
    ordered = sorted(checkpoints, key=lambda c: (c.created, c.id))
    known = {c.id: c for c in ordered}
    children: dict[CheckpointId | None, list[Checkpoint]] = {}
    for checkpoint in ordered:
        parent = (
            checkpoint.parent
            if checkpoint.parent in known and not _is_oldest_in_cycle(checkpoint, known)
            else None
        )
        children.setdefault(parent, []).append(checkpoint)
    built: dict[CheckpointId, Node] = {}
    for checkpoint in reversed(_parents_first(children)):
        built[checkpoint.id] = Node(
            checkpoint, tuple(built[child.id] for child in children.get(checkpoint.id, ()))
        )
    return tuple(built[root.id] for root in children.get(None, ()))


def ancestors(checkpoints: Iterable[Checkpoint], of: CheckpointId | None) -> list[Checkpoint]:
    """Return the checkpoints from the root down to this one, including this one."""
    known = {c.id: c for c in checkpoints}
    path: list[Checkpoint] = []
    seen: set[CheckpointId] = set()
    while of in known and of not in seen:
        seen.add(of)
        path.append(known[of])
        of = known[of].parent
    return path[::-1]


def subtree(checkpoints: Iterable[Checkpoint], of: CheckpointId) -> list[Checkpoint]:
    """Return this checkpoint and all below it, parents first. The list is empty if it does not exist."""
    for root in tree(checkpoints):
        for node in _nodes(root):
            if node.checkpoint.id == of:
                return list(node.walk())
    return []


def _is_oldest_in_cycle(checkpoint: Checkpoint, known: dict[CheckpointId, Checkpoint]) -> bool:
    """Return whether the checkpoint is the oldest one in a cycle."""
    cycle = [checkpoint]
    seen = {checkpoint.id}
    parent = checkpoint.parent
    while parent in known and parent not in seen:
        seen.add(parent)
        cycle.append(known[parent])
        parent = known[parent].parent
    return parent == checkpoint.id and min(cycle, key=lambda c: (c.created, c.id)) is checkpoint


def _parents_first(children: dict[CheckpointId | None, list[Checkpoint]]) -> list[Checkpoint]:
    order = list(children.get(None, ()))
    for checkpoint in order:
        order.extend(children.get(checkpoint.id, ()))
    return order


def _nodes(root: Node) -> Iterator[Node]:
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(node.children)
