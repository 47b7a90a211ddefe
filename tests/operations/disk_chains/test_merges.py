"""How much a delete merges, in cases that admins meet."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.lineage import subtree
from hvtui.backends.model import (
    Checkpoint,
    CheckpointId,
    Unread,
    UnreadDrives,
    UnreadPart,
    VmDisks,
    VmId,
    VmState,
)
from hvtui.backends.operations.command import Selection
from hvtui.backends.operations.disk_chains.merges import MergeEstimate, NotKnown, merge_of_delete
from tests.operations.disk_chains.samples import GB, VM, path, reading
from tests.tui.samples import checkpoint, inventory, vm

WEB = replace(vm("web"), id=VM, state=VmState.OFF, current=CheckpointId("c"))
A = checkpoint("A", WEB, 3, id="a")
B = checkpoint("B", WEB, 2, A, id="b")
C = checkpoint("C", WEB, 1, B, id="c")
D = checkpoint("D", WEB, 1, B, id="d")
SEEN = Selection(inventory=inventory(WEB, checkpoints=(A, B, C, D)), vm_id=VM)

A_FILE = "base.vhdx 40"
B_FILE = f"b.avhdx 5 > {A_FILE}"
C_FILE = f"c.avhdx 7 > {B_FILE}"
D_FILE = f"d.avhdx 11 > {B_FILE}"
LINE = (f"now: n.avhdx 13 > {C_FILE}", f"c: {C_FILE}", f"b: {B_FILE}", f"a: {A_FILE}")
FORK = (*LINE, f"d: {D_FILE}")


def in_gb(estimate: MergeEstimate) -> tuple[float | None, str | None, float]:
    """The amount, the file that is merged into, and what is freed."""
    into = ", ".join(merge.into.path.rpartition("\\")[2] for merge in estimate.merges)
    return (None if estimate.amount is None else estimate.amount / GB, into or None, estimate.freed / GB)


@pytest.mark.parametrize(
    ("chains", "deleted", "amount", "into", "freed"),
    [
        (("now: x.avhdx 480 > base.vhdx 40", "a: base.vhdx 40"), [A], 480, "base.vhdx", 0),
        (LINE, [A], 5, "base.vhdx", 0),
        (LINE, [B], 7, "b.avhdx", 0),
        (LINE, [C], 13, "c.avhdx", 0),
        (LINE, [A, B, C], 25, "base.vhdx", 0),
        (LINE, [B, C], 20, "b.avhdx", 0),
        (FORK, [B], 0, None, 0),
        (FORK, [D], 0, None, 11),
        (FORK, [A], 5, "base.vhdx", 0),
        (FORK, [B, C, D], 20, "b.avhdx", 11),
        # The branch goes, and then the file that two branches needed has one child left.
        ((f"now: n.avhdx 13 > {B_FILE}", f"a: {A_FILE}", f"d: {D_FILE}"), [D], 13, "b.avhdx", 11),
        (("now: x.avhdx 5 > clone.vhdx 2 > t.vhdx 9", "a: clone.vhdx 2 > t.vhdx 9"), [A], 5, "clone.vhdx", 0),
        # A disk that only the checkpoint has was made by a person: it stays.
        (("now: new.vhdx 3", "a: base.vhdx 40"), [A], 0, None, 0),
        (("now: X.AVHDX 5 > base.vhdx 40", "now: E:\\y.avhdx 6 > E:\\y.vhdx 40", "a: base.vhdx 40", "a: E:\\y.vhdx 40"),
         [A], 11, "base.vhdx, y.vhdx", 0),
        (("now: x.avhdx 0 > base.vhdx 0", "a: base.vhdx 0"), [A], 0, "base.vhdx", 0),
    ],
)  # fmt: skip
def test_the_amount_that_is_merged(
    chains: tuple[str, ...], deleted: list[Checkpoint], amount: int, into: str | None, freed: int
) -> None:
    estimate = merge_of_delete(reading(*chains), SEEN, deleted)
    assert in_gb(estimate) == (amount, into, freed)
    assert (estimate.fits, estimate.online, estimate.at_most, estimate.reason) == (True, False, False, None)


def test_a_subtree_is_deleted_as_the_tree_shows_it() -> None:
    assert in_gb(merge_of_delete(reading(*FORK), SEEN, subtree(SEEN.checkpoints, B.id))) == (
        20,
        "b.avhdx",
        11,
    )


@pytest.mark.parametrize(
    ("state", "online"),
    [
        (VmState.RUNNING, True), (VmState.PAUSED, True), (VmState.OFF, False), (VmState.SAVED, False),
        (VmState.STARTING, True), (VmState.UNKNOWN, True),
    ],
)  # fmt: skip
def test_a_vm_at_work_may_write_more_meanwhile(state: VmState, online: bool) -> None:
    seen = Selection(inventory=inventory(replace(WEB, state=state), checkpoints=(A, B, C)), vm_id=VM)
    estimate = merge_of_delete(reading(*LINE), seen, [C])
    assert (estimate.online, estimate.at_most) == (online, online)


@pytest.mark.parametrize(
    ("chains", "deleted", "free", "volume", "fits"),
    [
        (LINE, [C], 13, "D:", True),
        (LINE, [C], 12, "D:", False),
        # Only what the host deletes before would make room.
        (FORK, [B, C, D], 15, "D:", None),
        (FORK, [B, C, D], 8, "D:", False),
        (("now: x.avhdx 5 > b.vhdx 9", "now: y.avhdx 6 > c.vhdx 9", "a: b.vhdx 9", "a: c.vhdx 9"), [A], 10, "D:", False),
        (("now: x.avhdx 5 > b.vhdx 9", "now: E:\\y.avhdx 6 > E:\\c.vhdx 9", "a: b.vhdx 9", "a: E:\\c.vhdx 9"),
         [A], 5, "E:", False),
        # A link on one volume is merged into a file on another.
        (("now: x.avhdx 50 > E:\\base.vhdx 9", "a: E:\\base.vhdx 9"), [A], 10, "E:", False),
        (("now: x.avhdx 50 > Q:\\base.vhdx 9", "a: Q:\\base.vhdx 9"), [A], 10, None, None),
        (FORK, [B], 0, None, True),
    ],
)  # fmt: skip
def test_whether_it_fits(
    chains: tuple[str, ...], deleted: list[Checkpoint], free: int, volume: str | None, fits: bool | None
) -> None:
    estimate = merge_of_delete(reading(*chains, free=free), SEEN, deleted)
    assert (estimate.volume.name if estimate.volume else None, estimate.fits) == (volume, fits)


def test_links_without_owner_may_be_merged_with_it() -> None:
    chains = (
        "now: n.avhdx 2 > left.avhdx 30 > a.avhdx 5 > base.vhdx 40",
        "b: a.avhdx 5 > base.vhdx 40",
        "a: base.vhdx 40",
    )
    estimate = merge_of_delete(reading(*chains), SEEN, [B])
    assert in_gb(estimate) == (32, "a.avhdx", 0)
    assert (estimate.already_due, estimate.at_most) == (2 * GB, True)


@pytest.mark.parametrize(
    ("current", "parent", "hidden"), [("c", "b", False), ("ghost", "b", True), ("c", "ghost", True)]
)
def test_a_link_that_a_checkpoint_may_own_that_is_not_listed_is_not_called_due(
    current: str, parent: str, hidden: bool
) -> None:
    chains = (
        "now: n.avhdx 2 > hidden.avhdx 30 > a.avhdx 5 > base.vhdx 40",
        "c: a.avhdx 5 > base.vhdx 40",
        "a: base.vhdx 40",
    )
    web, c = replace(WEB, current=CheckpointId(current)), replace(C, parent=CheckpointId(parent))
    seen = Selection(inventory=inventory(web, checkpoints=(A, B, c)), vm_id=VM)
    estimate = merge_of_delete(reading(*chains), seen, [A])
    assert (estimate.amount, estimate.at_most) == (7 * GB, True)
    assert estimate.already_due == (0 if hidden else 2 * GB)


READING = reading(*LINE)
OTHER_VM = replace(READING, vm_id=VmId("other"))


@pytest.mark.parametrize(
    ("disks", "deleted", "reason"),
    [
        (None, A, NotKnown.DISKS_NOT_READ),
        (OTHER_VM, A, NotKnown.DISKS_NOT_READ),
        (READING, D, NotKnown.DISKS_NOT_READ),
        (replace(READING, files=READING.files[1:]), A, NotKnown.DISKS_NOT_READ),
        (replace(READING, files=tuple(replace(f, parent="") for f in READING.files)), A, NotKnown.PARENT_NOT_TOLD),
        (replace(READING, unread_drives=(UnreadDrives(checkpoint_id=None, words="no"),)), A, NotKnown.DRIVES_UNREAD),
        (replace(READING, unread_drives=(UnreadDrives(checkpoint_id=C.id, words="no"),)), A, NotKnown.DRIVES_UNREAD),
        (reading(*LINE, missing="b.avhdx"), C, NotKnown.LINK_MISSING),
        (reading(*LINE, unreadable="n.avhdx"), C, NotKnown.LINK_UNREADABLE),
        (reading("now: x.avhdx 1 > y.avhdx 1 > x.avhdx", "a: y.avhdx 1 > x.avhdx 1 > y.avhdx"), A, NotKnown.CHAIN_CYCLE),
        (reading("now: x.avhdx ? > base.vhdx 40", "a: base.vhdx 40"), A, NotKnown.SIZE_NOT_KNOWN),
        (reading("now: set.vhds ?", "a: set.vhds ?"), A, NotKnown.SIZE_NOT_KNOWN),
    ],
)  # fmt: skip
def test_no_number_is_made_up(disks: VmDisks | None, deleted: Checkpoint, reason: NotKnown) -> None:
    estimate = merge_of_delete(disks, SEEN, [deleted])
    assert (estimate.amount, estimate.fits, estimate.reason) == (None, None, reason)


def test_the_amount_is_not_known_where_the_checkpoints_are_not() -> None:
    assert SEEN.inventory is not None
    unread = Unread(vm_id=VM, part=UnreadPart.CHECKPOINTS, words="no")
    seen = replace(SEEN, inventory=replace(SEEN.inventory, unread=(unread,)))
    assert merge_of_delete(READING, seen, [A]).reason is NotKnown.CHECKPOINTS_UNREAD


def test_paths_are_compared_as_windows_does() -> None:
    disks = reading("now: x.avhdx 5 > base.vhdx 40", "a: base.vhdx 40")
    spelled = replace(disks, disks=tuple(replace(disk, path=disk.path.upper()) for disk in disks.disks))
    estimate = merge_of_delete(spelled, SEEN, [A])
    assert (estimate.amount, estimate.merges[0].into.path) == (5 * GB, path("base.vhdx"))
