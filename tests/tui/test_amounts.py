"""What is said of how much is merged or written, and whether it fits."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.model import (
    Disk,
    DiskFile,
    DiskReading,
    Unread,
    UnreadDrives,
    UnreadFile,
    UnreadPart,
    VmDisks,
    VmState,
    Volume,
)
from hvtui.backends.operations.command import Selection
from hvtui.tui.text.disks.amounts import create_amount, merge_amount
from hvtui.tui.text.disks.merging import left_text, merging_words
from hvtui.tui.text.safe import EMPTY
from tests.tui.samples import checkpoint, inventory, vm

GB = 2**30
FIRST = checkpoint("First", vm("web-01"), 3, id="first")
WEB = vm("web-01", current=FIRST.id, memory_assigned=8 * GB)
DISKS = VmDisks(
    vm_id=WEB.id,
    disks=(
        Disk(vm_id=WEB.id, checkpoint_id=None, path="D:\\base_X.avhdx", location="SCSI 0:0"),
        Disk(vm_id=WEB.id, checkpoint_id=FIRST.id, path="D:\\BASE.vhdx", location="SCSI 0:0"),
    ),
    files=(
        DiskFile(
            path="D:\\base_X.avhdx", size=480 * GB, differencing=True, parent="D:\\base.vhdx", volume="D:"
        ),
        DiskFile(path="D:\\base.vhdx", size=40 * GB, differencing=False, volume="D:"),
    ),
    volumes=(Volume(name="D:", size=1024 * GB, free=212 * GB),),
)


def delete(
    machine: object = WEB,
    disks: VmDisks | None = DISKS,
    *,
    error: str = "",
    tried: bool = True,
    **more: object,
) -> tuple[str, bool]:
    here = inventory(machine, checkpoints=(FIRST,), **more)  # type: ignore[arg-type]
    selection = Selection(inventory=here, vm_id=WEB.id, checkpoint_id=FIRST.id)
    reading = DiskReading(vm_id=WEB.id, disks=disks, error=error) if tried else None
    said = merge_amount(reading, selection, [FIRST])
    return said.words, said.warns


def test_the_commonest_delete_says_what_the_host_merges_and_that_it_does_not_fit() -> None:
    assert delete() == (
        "Up to 480 GB will be merged into base.vhdx on D:, which has 212 GB free: it does not fit."
        " The host merges while the VM uses its disks.",
        True,
    )
    roomy = replace(DISKS, volumes=(Volume(name="D:", size=1024 * GB, free=900 * GB),))
    off = replace(WEB, state=VmState.OFF)
    assert delete(off, roomy) == (
        "480 GB will be merged into base.vhdx on D:, which has 900 GB free. The host merges in the background.",
        False,
    )


def test_where_nothing_is_merged_that_is_said() -> None:
    leaf = replace(
        DISKS,
        disks=(
            Disk(vm_id=WEB.id, checkpoint_id=None, path="D:\\base.vhdx", location="SCSI 0:0"),
            Disk(vm_id=WEB.id, checkpoint_id=FIRST.id, path="D:\\base_X.avhdx", location="SCSI 0:0"),
        ),
    )
    assert delete(disks=leaf) == ("Nothing needs to be merged. 480 GB of disk files will be deleted.", False)


@pytest.mark.parametrize(
    ("disks", "why"),
    [
        (
            replace(DISKS, files=DISKS.files[:1], unread=(UnreadFile(path="D:\\base.vhdx", missing=True),)),
            "a file of the disk chain is missing: D:\\base.vhdx.",
        ),
        (
            replace(DISKS, files=DISKS.files[:1], unread=(UnreadFile(path="D:\\base.vhdx", words="Denied"),)),
            "D:\\base.vhdx could not be read: Denied.",
        ),
        (
            replace(DISKS, unread_drives=(UnreadDrives(checkpoint_id=None, words="Failed"),)),
            "the drives of the VM or of a checkpoint could not be read: Failed.",
        ),
        (
            replace(DISKS, files=(replace(DISKS.files[0], size=None), DISKS.files[1])),
            "a file of the disk chain has no size of its own.",
        ),
    ],
)
def test_an_amount_that_is_not_known_is_none_and_says_why(disks: VmDisks, why: str) -> None:
    assert delete(disks=disks) == (f"How much will be merged is not known: {why}", False)


def test_what_was_not_read_is_told_apart_from_what_could_not_be_read() -> None:
    assert delete(tried=False)[0] == "How much will be merged is not known: its disks have not been read yet."
    assert (
        delete(disks=None, error="Denied")[0]
        == "How much will be merged is not known: its disks could not be read: Denied."
    )
    sick = Unread(vm_id=WEB.id, part=UnreadPart.CHECKPOINTS, words="Sick")
    assert delete(unread=(sick,))[0].endswith("the checkpoints could not be read: Sick.")


def test_a_new_checkpoint_needs_room_for_memory_and_files() -> None:
    reading = DiskReading(vm_id=WEB.id, disks=DISKS)
    said = create_amount(reading, WEB)
    assert said.words == (
        "A checkpoint needs a small new disk file on D: (212 GB free), which grows as the VM writes,"
        " and 8 GB more if it becomes a standard one."
    )
    assert not said.warns
    full = replace(DISKS, volumes=(Volume(name="D:", size=1024 * GB, free=GB),))
    tight = create_amount(DiskReading(vm_id=WEB.id, disks=full), WEB)
    assert tight.warns
    assert "it does not fit." in tight.words
    assert create_amount(None, WEB).words.endswith("the VM's disks have not been read yet.")
    denied = create_amount(DiskReading(vm_id=WEB.id, error="Denied."), WEB)
    assert denied.words.endswith("the VM's disks could not be read: Denied.")


def test_a_merge_is_told_in_words_of_decreasing_length() -> None:
    assert left_text(20 * GB, 40) == "12 GB left"
    assert left_text(None, 40) == left_text(GB, None) == EMPTY
    assert merging_words(43, left_text(20 * GB, 40)) == ("merging 43 %, 12 GB left", "merging 43 %", "43 %")
    assert merging_words(None, EMPTY) == ("merging",)
