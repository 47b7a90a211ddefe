"""The tree that flat checkpoints make: pure functions over parent ids.

Hostile input is welcome: a parent that is not in the list makes a root, and a cycle is cut at its oldest
checkpoint, so that every checkpoint is in the tree exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hvtui.backends.model import Checkpoint, CheckpointId


@dataclass(frozen=True, slots=True)
class Node:
    checkpoint: Checkpoint
    children: tuple[Node, ...]

    def walk(self) -> Iterator[Checkpoint]:
        """This checkpoint and all below it, parents first."""
        pending = [self]
        while pending:
            node = pending.pop()
            yield node.checkpoint
            pending.extend(reversed(node.children))


def tree(checkpoints: Iterable[Checkpoint]) -> tuple[Node, ...]:
    """The roots, oldest first; so are children."""
    ordered = sorted(checkpoints, key=lambda c: (c.created, c.id))
    known = {c.id: c for c in ordered}
    children: dict[CheckpointId | None, list[Checkpoint]] = {}
    for checkpoint in ordered:
        parent = checkpoint.parent if checkpoint.parent in known and not _cut(checkpoint, known) else None
        children.setdefault(parent, []).append(checkpoint)
    built: dict[CheckpointId, Node] = {}
    for checkpoint in reversed(_parents_first(children)):
        built[checkpoint.id] = Node(
            checkpoint, tuple(built[child.id] for child in children.get(checkpoint.id, ()))
        )
    return tuple(built[root.id] for root in children.get(None, ()))


def ancestors(checkpoints: Iterable[Checkpoint], of: CheckpointId | None) -> list[Checkpoint]:
    """From the root down to this checkpoint, itself included."""
    known = {c.id: c for c in checkpoints}
    path: list[Checkpoint] = []
    seen: set[CheckpointId] = set()
    while of in known and of not in seen:
        seen.add(of)
        path.append(known[of])
        of = known[of].parent
    return path[::-1]


def subtree(checkpoints: Iterable[Checkpoint], of: CheckpointId) -> list[Checkpoint]:
    """This checkpoint and all below it, parents first; empty when it is not there."""
    for root in tree(checkpoints):
        for node in _nodes(root):
            if node.checkpoint.id == of:
                return list(node.walk())
    return []


def _cut(checkpoint: Checkpoint, known: dict[CheckpointId, Checkpoint]) -> bool:
    """Whether this is the oldest checkpoint of a cycle, and so the place to cut it."""
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
