"""Nothing is sent to a wrong host, whatever is pressed: the journals of both hosts are the judge."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.contract import StopHow
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.model import bare_id
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    DiscardSavedState,
    StopVm,
)
from tests.tui.far import PASSWORD
from tests.tui.group.far_hosts import FarHosts, visit_group

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.backends.operations.command import Command
    from tests.tui.group.far_hosts import GroupVisit

KEYS = [
    "j",
    "k",
    "j",
    "k",
    "home",
    "end",
    "left",
    "enter",
    "tab",
    "tab",
    "b",
    "c",
    "a",
    "d",
    "D",
    "e",
    "s",
    "S",
    "v",
    "x",
    "escape",
    "enter",
    "enter",
    "right",
    "space",
]
HOSTS = ("hv01", "hv02")


@pytest.mark.parametrize(
    "keys", [300, pytest.param(4_000, marks=[pytest.mark.rare, pytest.mark.timeout(900)])]
)
async def test_two_hosts_with_the_same_vms_get_only_what_was_meant_for_them(
    keys: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    far = FarHosts(ManualClock())
    random = Random(keys)
    given: dict[int, Command] = {}
    async with visit_group(far, tmp_path / "config.toml", *HOSTS) as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        for _ in range(keys):
            await trip.press(random.choice(KEYS))
            collect(trip, given)
        await trip.until(lambda: not trip.state.running)
        collect(trip, given)
        assert trip.state.inventory
        assert len({bare_id(vm.id) for vm in trip.state.inventory.vms}) == 1
    assert len(given) > keys / 100
    for host in HOSTS:
        sent = Counter(
            step for command in given.values() if command.vm.host == host for step in steps(command)
        )
        ran = Counter(verb for verb, *_ in far.world(host).ran if verb in COUNTED)
        assert ran == sent


COUNTED = {
    "take_checkpoint",
    "apply",
    "destroy",
    "destroy_tree",
    "turn_off",
    "shut_down",
    "discard_saved_state",
}
"""The steps of which each is of one command: an apply also saves and starts the VM."""


def steps(command: Command) -> list[str]:
    match command:
        case CreateCheckpoint():
            return ["take_checkpoint"]
        case ApplyCheckpoint():
            return ["apply", *(["take_checkpoint"] if command.safety_name else [])]
        case DeleteSubtree():
            return ["destroy_tree"]
        case DeleteCheckpoint():
            return ["destroy"]
        case StopVm():
            return ["turn_off" if command.how is StopHow.TURN_OFF else "shut_down"]
        case DiscardSavedState():
            return ["discard_saved_state"]
    return []


def collect(trip: GroupVisit, given: dict[int, Command]) -> None:
    """Collect the commands that were sent and have ended."""
    for operation in trip.state.finished:
        if operation.sent_from is not None:
            given[id(operation.command)] = operation.command
