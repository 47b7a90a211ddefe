"""How the words of a command line find a VM and a checkpoint."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hvtui.backends.model import Checkpoint, CheckpointId, CheckpointKind, Host, Inventory, Vm, VmId, VmState
from hvtui.tui.cli.find import find_checkpoint, find_vm

VM = Vm(id=VmId("0a1b@HV01"), name="web-01", state=VmState.OFF)
CHECKPOINT = Checkpoint(
    id=CheckpointId("2c3d@HV01"),
    vm_id=VM.id,
    name="Clean install",
    parent=None,
    created=datetime(2026, 1, 1, tzinfo=UTC),
    kind=CheckpointKind.STANDARD,
    with_memory=False,
)
INVENTORY = Inventory(host=Host(name="prod"), vms=(VM,), checkpoints=(CHECKPOINT,), taken=CHECKPOINT.created)


@pytest.mark.parametrize("text", ["0a1b@HV01", "0A1B@hv01", "0A1B", "Web-01"])
def test_a_vm_of_one_of_several_hosts_is_found_by_its_id_however_it_is_spelled(text: str) -> None:
    assert find_vm(INVENTORY, text) is VM


@pytest.mark.parametrize("text", ["2c3d@HV01", "2C3D@hv01", "2C3D", "clean install"])
def test_so_is_its_checkpoint(text: str) -> None:
    assert find_checkpoint(INVENTORY, VM, text) is CHECKPOINT
