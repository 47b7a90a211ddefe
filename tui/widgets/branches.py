"""The rows of a checkpoint tree from top to bottom, with some branches folded.

Only branches are indented: an only child stands below its parent, so that a long chain stays readable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.lineage import Node, tree
from hvtui.tui.terminal.glyphs import BRANCH, FOLDED, GAP, LAST_BRANCH, LEAF, TRUNK, UNFOLDED
from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from hvtui.backends.model import Checkpoint, CheckpointId

NOW = "now"
"""The row id of Now. Other rows have the id of their checkpoint."""
_MAX_GUIDES = 64


class Branch(Struct, frozen=True):
    id: str
    checkpoint: Checkpoint | None
    """None for Now."""
    parent: str | None
    """The id of the row of its parent."""
    depth: int
    """How many branches it is in."""
    guides: SafeText
    """The lines to the left of the row, for at most its last 32 levels."""
    below: int = 0
    """The number of its descendants, Now included, folded or not."""
    now_below: bool = False
    folded: bool = False

    @property
    def fold(self) -> SafeText:
        """The sign that shows whether the row is folded."""
        return (FOLDED if self.folded else UNFOLDED) if self.below else LEAF


def branches(
    checkpoints: Iterable[Checkpoint], current: CheckpointId | None, folded: Collection[CheckpointId]
) -> list[Branch]:
    """Return the rows, the oldest first. Now comes last among the children of the checkpoint that the VM runs on."""
    roots = tree(checkpoints)
    below, above_now = _counts(roots, current)
    rows: list[Branch] = []
    # A node of None is Now. `stem` is what the guides of the rows below begin with.
    pending: list[tuple[Node | None, str | None, str, str, int]] = []

    def push(nodes: Iterable[Node], parent: str | None, stem: str, depth: int, *, now: bool) -> None:
        children: list[Node | None] = [*nodes, *([None] if now else [])]
        if len(children) == 1:
            pending.append((children[0], parent, stem, stem, depth))
            return
        for child in reversed(children):
            own, inner = (LAST_BRANCH, GAP) if child is children[-1] else (BRANCH, TRUNK)
            pending.append((child, parent, stem + own, stem + inner, depth + 1))

    push(roots, None, "", 0, now=not above_now)
    while pending:
        node, parent, own, stem, depth = pending.pop()
        guides = SafeText(own[-_MAX_GUIDES:])
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
            push(node.children, checkpoint.id, stem[-_MAX_GUIDES:], depth, now=checkpoint.id == current)
    return rows


def _counts(
    roots: tuple[Node, ...], current: CheckpointId | None
) -> tuple[dict[CheckpointId, int], set[CheckpointId]]:
    """Return how many descendants each checkpoint has, and the checkpoints that have Now among their descendants."""
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
