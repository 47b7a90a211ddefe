"""The tree of checkpoints, built from valid and from inconsistent parent ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hvtui.backends.lineage import Node, ancestors, subtree, tree
from hvtui.backends.model import Checkpoint, CheckpointId, VmId

START = datetime(2026, 1, 1, tzinfo=UTC)


def checkpoint(number: int, parent: int | None, age: int = 0) -> Checkpoint:
    return Checkpoint(
        id=CheckpointId(f"c{number}"),
        vm_id=VmId("vm"),
        name="same name",
        parent=None if parent is None else CheckpointId(f"c{parent}"),
        created=START + timedelta(days=age),
        with_memory=False,
    )


# A parent may be missing, the checkpoint itself, one of its descendants, or None; times may repeat.
inconsistent = st.lists(st.tuples(st.none() | st.integers(0, 14), st.integers(0, 5)), max_size=12).map(
    lambda rows: [checkpoint(number, parent, age) for number, (parent, age) in enumerate(rows)]
)
# Each parent is an earlier checkpoint or None.
valid = st.lists(st.integers(-1, 10), max_size=12).map(
    lambda rows: [
        checkpoint(number, None if parent < 0 or not number else parent % number, number)
        for number, parent in enumerate(rows)
    ]
)


def nodes(roots: tuple[Node, ...]) -> list[Node]:
    found = list(roots)
    for node in found:
        found.extend(node.children)
    return found


@given(inconsistent)
def test_every_checkpoint_is_in_the_tree_exactly_once(checkpoints: list[Checkpoint]) -> None:
    walked = [c.id for root in tree(checkpoints) for c in root.walk()]
    assert sorted(walked) == sorted(c.id for c in checkpoints)


@given(inconsistent)
def test_the_order_of_the_list_does_not_matter(checkpoints: list[Checkpoint]) -> None:
    assert tree(reversed(checkpoints)) == tree(checkpoints)


@given(inconsistent)
def test_children_are_below_their_parents_and_siblings_are_oldest_first(
    checkpoints: list[Checkpoint],
) -> None:
    roots = tree(checkpoints)
    for node in nodes(roots):
        assert all(child.checkpoint.parent == node.checkpoint.id for child in node.children)
        assert [c.checkpoint.created for c in node.children] == sorted(
            c.checkpoint.created for c in node.children
        )
    assert [r.checkpoint.created for r in roots] == sorted(r.checkpoint.created for r in roots)


@given(inconsistent)
def test_only_checkpoints_without_a_known_parent_and_the_oldest_of_each_cycle_are_roots(
    checkpoints: list[Checkpoint],
) -> None:
    known = {c.id: c for c in checkpoints}
    for root in tree(checkpoints):
        parent, seen = root.checkpoint.parent, set[CheckpointId]()
        while parent in known and parent not in seen:
            seen.add(parent)
            parent = known[parent].parent
        in_a_cycle = root.checkpoint.id in seen
        assert root.checkpoint.parent not in known or in_a_cycle
        if in_a_cycle:
            oldest = min((known[i] for i in seen), key=lambda c: (c.created, c.id))
            assert root.checkpoint == oldest


@given(valid)
def test_ancestors_start_at_a_root_and_each_is_the_parent_of_the_next(checkpoints: list[Checkpoint]) -> None:
    for one in checkpoints:
        path = ancestors(checkpoints, one.id)
        assert path[-1] == one
        assert path[0].parent is None
        assert all(below.parent == above.id for above, below in pairwise(path))


@given(inconsistent)
def test_ancestors_of_a_checkpoint_in_a_cycle_are_finite(checkpoints: list[Checkpoint]) -> None:
    for one in checkpoints:
        path = ancestors(checkpoints, one.id)
        assert path[-1] == one
        assert len({c.id for c in path}) == len(path)


@given(valid)
def test_a_subtree_is_every_checkpoint_whose_ancestors_include_its_root(
    checkpoints: list[Checkpoint],
) -> None:
    for one in checkpoints:
        below = subtree(checkpoints, one.id)
        assert below[0] == one
        assert {c.id for c in below} == {c.id for c in checkpoints if one in ancestors(checkpoints, c.id)}


def test_an_unknown_checkpoint_has_no_ancestors_and_no_subtree() -> None:
    assert ancestors([checkpoint(1, None)], None) == []
    assert ancestors([checkpoint(1, None)], CheckpointId("other")) == []
    assert subtree([checkpoint(1, None)], CheckpointId("other")) == []


def test_a_chain_may_be_deeper_than_the_recursion_limit() -> None:
    chain = [checkpoint(number, number - 1 if number else None, number) for number in range(3000)]
    (root,) = tree(chain)
    assert len(list(root.walk())) == 3000
    assert len(subtree(chain, chain[0].id)) == 3000
