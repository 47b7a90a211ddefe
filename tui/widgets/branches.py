"""The lines of a checkpoint tree, top to bottom, as they stand with some branches folded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hvtui.backends.lineage import Node, tree
from hvtui.tui.terminal.theme import BRANCH, FOLDED, GAP, LAST_BRANCH, LEAF, TRUNK, UNFOLDED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from hvtui.backends.model import Checkpoint, CheckpointId

NOW = "now"
"""The row id of Now; all other rows have the id of their checkpoint."""
_MOST_GUIDES = 64


@dataclass(frozen=True, slots=True)
class Branch:
    id: str
    checkpoint: Checkpoint | None
    """None: Now."""
    parent: str | None
    """The row that it hangs from."""
    depth: int
    guides: str
    """What is drawn left of it, at most its last 32 levels."""
    below: int = 0
    """How many checkpoints hang from it, near and far; Now counts as one."""
    now_below: bool = False
    folded: bool = False

    @property
    def fold(self) -> str:
        return (FOLDED if self.folded else UNFOLDED) if self.below else LEAF


def branches(
    checkpoints: Iterable[Checkpoint], current: CheckpointId | None, folded: Collection[CheckpointId]
) -> list[Branch]:
    """Oldest first; Now comes last among the children of the checkpoint that it hangs from."""
    roots = tree(checkpoints)
    below, above_now = _counts(roots, current)
    rows: list[Branch] = []
    # A Node is a checkpoint's place and None is Now's; `stem` is what the children's guides begin with.
    pending: list[tuple[Node | None, str | None, str, bool, int]] = []

    def push(nodes: Iterable[Node], parent: str | None, stem: str, depth: int, *, now: bool) -> None:
        children: list[Node | None] = [*nodes, *([None] if now else [])]
        last = len(children) - 1
        pending.extend((children[i], parent, stem, i == last, depth) for i in range(last, -1, -1))

    push(roots, None, "", 0, now=not above_now)
    while pending:
        node, parent, stem, last, depth = pending.pop()
        guides = (stem + (LAST_BRANCH if last else BRANCH))[-_MOST_GUIDES:] if depth else ""
        if node is None:
            rows.append(Branch(NOW, None, parent, depth, guides))
            continue
        checkpoint = node.checkpoint
        is_folded = checkpoint.id in folded and below[checkpoint.id] > 0
        row = Branch(
            checkpoint.id,
            checkpoint,
            parent,
            depth,
            guides,
            below[checkpoint.id],
            checkpoint.id in above_now,
            is_folded,
        )
        rows.append(row)
        if not is_folded:
            inner = (stem + (GAP if last else TRUNK))[-_MOST_GUIDES:] if depth else ""
            push(node.children, checkpoint.id, inner, depth + 1, now=checkpoint.id == current)
    return rows


def _counts(
    roots: tuple[Node, ...], current: CheckpointId | None
) -> tuple[dict[CheckpointId, int], set[CheckpointId]]:
    """For each checkpoint how many rows hang from it, and which have Now somewhere below."""
    order = list(roots)
    for node in order:
        order.extend(node.children)
    below: dict[CheckpointId, int] = {}
    above_now: set[CheckpointId] = set()
    for node in reversed(order):
        own = node.checkpoint.id
        below[own] = sum(below[child.checkpoint.id] + 1 for child in node.children) + (own == current)
        if own == current or any(child.checkpoint.id in above_now for child in node.children):
            above_now.add(own)
    return below, above_now
