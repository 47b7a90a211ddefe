"""What a chain says, in cases that admins meet."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.model import CheckpointId, UnreadDrives, VmDisks
from hvtui.backends.operations.disk_chains.chains import (
    BreakKind,
    ChainFiles,
    broken_links,
    own_size,
    ownerless_links,
    written_since,
)
from tests.operations.disk_chains.samples import GB, VM, path, reading

LEFT = " > ".join(f"left-{number}.avhdx 30" for number in range(15))
A, B = CheckpointId("a"), CheckpointId("b")


def in_gb(size: int | None) -> float | None:
    return None if size is None else size / GB


@pytest.mark.parametrize(
    ("chains", "now", "since_a", "own_a"),
    [
        (["now: x.avhdx 480 > base.vhdx 40", "a: base.vhdx 40"], 480, 480, 0),
        (
            ["now: y.avhdx 3 > x.avhdx 5 > base.vhdx 40", "b: x.avhdx 5 > base.vhdx 40", "a: base.vhdx 40"],
            3,
            5,
            0,
        ),
        (["now: y.avhdx 3 > x.avhdx 5 > base.vhdx 40", "a: x.avhdx 5 > base.vhdx 40"], 3, 3, 5),
        # A link without owner lies between; it was written since the checkpoint too.
        (["now: y.avhdx 3 > x.avhdx 5 > base.vhdx 40", "a: base.vhdx 40"], 8, 8, 0),
        (["now: X.AVHDX 5 > clone.vhdx 2 > template.vhdx 40", "a: clone.vhdx 2 > template.vhdx 40"], 5, 5, 0),
        (["now: x.avhd 5 > base.vhd 40", "a: base.vhd 40"], 5, 5, 0),
        # Another disk that was added since: nothing says what was written to it.
        (["now: x.avhdx 5 > base.vhdx 40", "now: new.vhdx 7", "a: base.vhdx 40"], 5, 5, 0),
        (["now: x.avhdx ? > base.vhdx 40", "a: base.vhdx 40"], None, None, 0),
        # The data of a VHD set are in other files.
        (["now: E:\\set.vhds ?", "a: E:\\set.vhds ?"], None, None, 0),
    ],
)
def test_what_was_written_since(
    chains: list[str], now: int | None, since_a: int | None, own_a: int | None
) -> None:
    disks = reading(*chains)
    assert in_gb(written_since(disks, None)) == now
    assert in_gb(written_since(disks, A)) == since_a
    assert in_gb(own_size(disks, A)) == own_a


def test_paths_are_compared_as_windows_does() -> None:
    disks = reading("now: x.avhdx 5 > BASE.VHDX 40", "a: base.vhdx 40")
    spelled = replace(disks, files=disks.files[:2])
    assert written_since(spelled, None) == 5 * GB
    assert [file.path for file in ChainFiles(spelled).chain("d:/vms/X.avhdx").files] == [
        path("x.avhdx"),
        path("BASE.VHDX"),
    ]


def test_what_depends_on_an_unread_owner_is_not_known() -> None:
    disks = reading(f"now: {LEFT} > base.vhdx 40", "a: base.vhdx 40")
    unread = replace(disks, unread_drives=(UnreadDrives(checkpoint_id=B, words="no"),))
    assert (written_since(unread, None), written_since(unread, A), own_size(unread, A)) == (None, None, None)
    assert ownerless_links(disks)
    assert ownerless_links(unread) == ()


def test_a_checkpoint_without_drives_in_the_reading_has_no_size() -> None:
    disks = reading("now: base.vhdx 40")
    assert (written_since(disks, None), written_since(disks, A), own_size(disks, A)) == (None, None, None)


@pytest.mark.parametrize(
    ("chains", "number", "size"),
    [
        ([f"now: {LEFT} > base.vhdx 40"], 15, 450),
        ([f"now: x.avhdx 2 > {LEFT} > base.vhdx 40", "a: base.vhdx 40"], 15, 450),
        (
            [f"now: x.avhdx 2 > a.avhdx 3 > {LEFT} > base.vhdx 40", f"a: a.avhdx 3 > {LEFT} > base.vhdx 40"],
            15,
            450,
        ),
        (["now: x.avhdx 2 > base.vhdx 40"], 1, 2),
        (["now: base.vhdx 40"], 0, 0),
        (["now: clone.vhdx 2 > t.avhdx 3 > template.vhdx 40"], 0, 0),
        (
            [
                "now: x.avhdx 2 > clone.vhdx 2 > t.avhdx 3 > t.vhdx 40",
                "a: clone.vhdx 2 > t.avhdx 3 > t.vhdx 40",
            ],
            0,
            0,
        ),
        # Two branches need the file: it stays.
        (["now: x.avhdx 2 > f.avhdx 3 > base.vhdx 40", "a: y.avhdx 4 > f.avhdx 3 > base.vhdx 40"], 0, 0),
        (["now: x.avhdx 2 > l.avhdx 1 > base.vhdx 40", "a: y.avhdx 4 > base.vhdx 40"], 1, 1),
        (
            [
                "now: x.avhdx 2 > f.avhdx 3 > base.vhdx 40",
                "a: y.avhdx 4 > f.avhdx 3 > base.vhdx 40",
                "b: base.vhdx 40",
            ],
            0,
            0,
        ),
        ([f"a: x.avhdx 2 > {LEFT} > base.vhdx 40", "now: base.vhdx 40"], 15, 450),
    ],
)
def test_links_that_no_checkpoint_owns(chains: list[str], number: int, size: int) -> None:
    links = ownerless_links(reading(*chains))
    assert (len(links), sum(link.size or 0 for link in links)) == (number, size * GB)


def test_a_broken_chain_names_the_file_and_who_needs_it() -> None:
    chains = ["a: f.avhdx 1 > base.vhdx 40", "now: x.avhdx 5 > f.avhdx 1 > base.vhdx 40", "b: other.vhdx 3"]
    (missing,) = broken_links(reading(*chains, missing="f.avhdx"))
    assert (missing.kind, missing.path, missing.words) == (BreakKind.MISSING, path("f.avhdx"), "gone")
    assert missing.owners == (None, A)
    (unreadable,) = broken_links(reading(*chains, unreadable="other.vhdx"))
    assert (unreadable.kind, unreadable.owners) == (BreakKind.UNREADABLE, (B,))
    assert broken_links(reading(*chains)) == ()


def test_a_cycle_ends() -> None:
    disks = reading("now: x.avhdx 5 > y.avhdx 6 > x.avhdx")
    (cycle,) = broken_links(disks)
    assert (cycle.kind, cycle.path, cycle.owners) == (BreakKind.CYCLE, path("y.avhdx"), (None,))
    assert written_since(disks, None) is None
    own = reading("now: x.avhdx 5 > x.avhdx")
    assert [broken.kind for broken in broken_links(own)] == [BreakKind.CYCLE]


def test_a_file_that_was_not_read_is_not_said_to_be_broken() -> None:
    disks = reading("now: x.avhdx 5 > base.vhdx 40", "a: base.vhdx 40")
    cut = replace(disks, files=disks.files[:1])
    assert broken_links(cut) == ()
    assert written_since(cut, None) == 5 * GB
    assert own_size(cut, A) is None
    assert written_since(replace(disks, files=()), None) is None
    assert written_since(VmDisks(vm_id=VM), None) is None


def test_a_chain_of_200_links_with_long_paths() -> None:
    links = " > ".join(f"E:\\{'x' * 280}-{number}.avhdx 1" for number in range(200))
    disks = reading(f"now: {links} > base.vhdx 40", "a: base.vhdx 40")
    assert written_since(disks, None) == 200 * GB
    assert len(ownerless_links(disks)) == 199


@pytest.mark.parametrize("folder", ["\\\\files\\vms", "\\\\?\\Volume{0b1c}", "C:\\ClusterStorage\\Volume1"])
def test_all_kinds_of_paths(folder: str) -> None:
    disks = reading("now: x.avhdx 5 > base.vhdx 40", "a: base.vhdx 40")
    moved = replace(
        disks,
        disks=tuple(replace(disk, path=disk.path.replace("D:\\VMs", folder)) for disk in disks.disks),
        files=tuple(
            replace(
                file,
                path=file.path.replace("D:\\VMs", folder).upper(),
                parent=file.parent.replace("D:\\VMs", folder),
            )
            for file in disks.files
        ),
    )
    assert written_since(moved, None) == 5 * GB
