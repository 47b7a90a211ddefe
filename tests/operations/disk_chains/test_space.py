"""What a new checkpoint needs."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from hvtui.backends.model import CheckpointSetting, UnreadDrives, VmState
from hvtui.backends.operations.disk_chains.space import space_to_create
from tests.operations.disk_chains.samples import GB, VM, reading
from tests.tui.samples import vm

WEB = replace(
    vm("web"),
    id=VM,
    memory_assigned=8 * GB,
    state=VmState.RUNNING,
    checkpoint_setting=CheckpointSetting.STANDARD,
)
ONE = reading("now: base.vhdx 40", free=9)
OFF, PRODUCTION = VmState.OFF, CheckpointSetting.PRODUCTION


@pytest.mark.parametrize(
    ("state", "setting", "memory", "certain", "fits"),
    [
        (VmState.RUNNING, CheckpointSetting.STANDARD, 8 * GB, True, True),
        (VmState.PAUSED, CheckpointSetting.STANDARD, 8 * GB, True, True),
        (VmState.RUNNING, CheckpointSetting.PRODUCTION, 8 * GB, False, True),
        (VmState.RUNNING, CheckpointSetting.PRODUCTION_ONLY, 0, True, True),
        (VmState.OFF, CheckpointSetting.STANDARD, 0, True, True),
        (VmState.SAVED, CheckpointSetting.STANDARD, None, True, None),
    ],
)
def test_the_memory(
    state: VmState, setting: CheckpointSetting, memory: int | None, certain: bool, fits: bool | None
) -> None:
    need = space_to_create(replace(WEB, state=state, checkpoint_setting=setting), ONE)
    assert (need.memory, need.memory_certain, need.links, need.fits) == (memory, certain, 1, fits)


def test_it_does_not_fit_or_is_not_known() -> None:
    full = space_to_create(WEB, reading("now: base.vhdx 40", free=8))
    assert (full.fits, full.volume.name if full.volume else "") == (False, "D:")
    assert space_to_create(WEB, None).fits is None
    assert space_to_create(WEB, replace(ONE, volumes=())).fits is None
    unread = replace(ONE, unread_drives=(UnreadDrives(checkpoint_id=None, words="no"),))
    assert (space_to_create(WEB, unread).links, space_to_create(WEB, unread).fits) == (None, None)
    assert space_to_create(replace(WEB, memory_assigned=0), ONE).memory is None


def test_each_disk_gets_a_link() -> None:
    assert space_to_create(WEB, reading("now: a.vhdx 40", "now: E:\\b.vhdx 40", "a: c.vhdx 1")).links == 2
