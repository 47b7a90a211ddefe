"""`hvtui list --json --disks` and the screen never disagree: one host after the other is read by both.

The host is built anew from the JSON alone. What the screen shows of that host must be what it shows of the real one: so
a fact that the JSON lacks, or states otherwise, makes them differ.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from textual.app import App, ComposeResult

from hvtui.backends.mock import scenarios
from hvtui.backends.mock.backend import MockBackend, MockSettings
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.model import (
    Activity,
    Checkpoint,
    CheckpointKind,
    CheckpointSetting,
    Disk,
    DiskFile,
    DiskReading,
    HealthCode,
    Host,
    Inventory,
    Job,
    MergeEvent,
    MergeEventCode,
    Unread,
    UnreadDrives,
    UnreadFile,
    UnreadPart,
    Vm,
    VmDisks,
    VmId,
    VmState,
    Volume,
)
from hvtui.backends.operations.disk_chains.chains import (
    broken_links,
    own_size,
    ownerless_links,
    written_since,
)
from hvtui.backends.operations.health import Concern, ConcernCode, concerns
from hvtui.tui.cli.main import main
from hvtui.tui.cli.readings.one_host import read_inventory
from hvtui.tui.host.disk_readings import DiskReadings
from hvtui.tui.text.descriptions import describe_checkpoint, describe_now, other_time_zone
from hvtui.tui.widgets.vm_list import VmList
from tests.cli.canned import CannedBackend
from tests.cli.troubled import troubled_host
from tests.tui.painting import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hvtui.backends.contract import Session

NO_DATE = datetime(1, 1, 1, tzinfo=UTC)
TROUBLED = "a host that the demo has not"


class Screen(App[None]):
    def __init__(self, inventory: Inventory, readings: Mapping[VmId, DiskReading]) -> None:
        super().__init__()
        self.vms = VmList()
        self._show = inventory, readings

    def compose(self) -> ComposeResult:
        yield self.vms

    def on_mount(self) -> None:
        self.vms.inventory, self.vms.disk_readings = self._show


@pytest.mark.parametrize("name", [*scenarios.NAMES, TROUBLED])
def test_what_is_printed_is_what_is_shown(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    backend: Any
    if name == TROUBLED:
        backend, target = CannedBackend(troubled_host()), "--backend=canned"
        settings: Any = backend.Settings()
    else:
        backend, target = calm_demo(name), f"--demo={name}"
        settings = MockSettings(scenario=name)
    disks = ["--disks"] if name != "fleet" else []  # one reading for each of its 10,000 VMs
    assert main(["list", target, "--json", *disks], load=lambda name: backend) == 0
    printed = json.loads(capsys.readouterr().out)
    if name != TROUBLED:
        backend = calm_demo(name)  # built anew: the service of one scenario stops after the first reading
    asyncio.run(compare(printed, backend, settings, with_disks=bool(disks)))


def calm_demo(name: str) -> MockBackend:
    """Return a demo whose network is immediate and loses nothing."""
    backend = MockBackend(ManualClock())
    network = backend.host(name).network
    network.latency = network.jitter = network.read_loss = 0
    return backend


async def compare(printed: Any, backend: Any, settings: Any, *, with_disks: bool) -> None:
    async with backend.connect(settings) as session:
        real = await read_inventory(session)
        limit = session.capabilities.max_checkpoints
        readings = await disks_of(session, real) if with_disks else {}
    built, built_readings = (
        inventory_from(printed),
        {
            VmId(each["id"]): reading
            for each in printed["vms"]
            if (reading := reading_from(each, with_disks=with_disks))
        },
    )
    now = real.taken
    assert built.taken == now
    assert host_facts(built.host) == host_facts(real.host)
    assert other_time_zone(built.host, now) == other_time_zone(real.host, now)
    assert [vm.id for vm in built.vms] == [vm.id for vm in real.vms]
    for vm, each in zip(real.vms, printed["vms"], strict=True):
        reading, again = readings.get(vm.id), built.vm(vm.id)
        assert again is not None
        assert [concern_from(concern) for concern in each["concerns"]] == [
            *concerns(vm, real, now, limit=limit, disk_reading=reading)
        ]
        built_reading = built_readings.get(vm.id)
        assert [*describe_now(again, built, built_reading, now, limit=limit)] == [
            *describe_now(vm, real, reading, now, limit=limit)
        ]
        for checkpoint in real.checkpoints_of(vm.id):
            other = built.checkpoint(checkpoint.id)
            assert other is not None
            assert [*describe_checkpoint(other, again, built, built_reading, now)] == [
                *describe_checkpoint(checkpoint, vm, real, reading, now)
            ]
        if reading and reading.disks:
            compare_amounts(each, reading.disks)
    shows_real, shows_built = Screen(real, readings), Screen(built, built_readings)
    async with shows_real.run_test(size=(80, 60)) as pilot:
        await pilot.pause()
        lines = shown(shows_real.vms)
    async with shows_built.run_test(size=(80, 60)) as pilot:
        await pilot.pause()
        assert shown(shows_built.vms) == lines


def compare_amounts(vm: Any, disks: VmDisks) -> None:
    assert vm["disks"]["written_since"] == written_since(disks, None)
    assert vm["disks"]["ownerless_links"] == [file.path for file in ownerless_links(disks)]
    assert [broken["path"] for broken in vm["disks"]["broken_links"]] == [
        broken.path for broken in broken_links(disks)
    ]
    for checkpoint in vm["checkpoints"] or ():
        assert checkpoint["own_size"] == own_size(disks, checkpoint["id"])
        assert checkpoint["written_since"] == written_since(disks, checkpoint["id"])


async def disks_of(session: Session, inventory: Inventory) -> Mapping[VmId, DiskReading]:
    readings = DiskReadings(session, clock=lambda: inventory.taken, show=lambda reading: None)
    for vm in inventory.vms:
        await readings.read(vm.id)
    return readings.all


def host_facts(host: Host) -> tuple[object, ...]:
    return (host.name, host.system, host.cluster, host.utc_offset_minutes, host.volumes, host.unread)


def inventory_from(printed: Any) -> Inventory:
    vms = printed["vms"]
    host = printed["host"]
    volumes = tuple(Volume(**volume) for volume in host["volumes"])
    return Inventory(
        host=Host(**{**host, "volumes": volumes, "unread": tuple(host["unread"])}),
        vms=tuple(vm_from(each) for each in vms),
        checkpoints=tuple(checkpoint_from(c, each["id"]) for each in vms for c in each["checkpoints"] or ()),
        unread=tuple(
            Unread(
                vm_id=each["id"],
                part=UnreadPart(each["unread"]["part"]),
                words=each["unread"]["words"],
                since=time_from(each["unread"]["since"]),
            )
            for each in vms
            if each["unread"]
        ),
        jobs=tuple(job_from(each["id"], job) for each in vms for job in each["activity"]["jobs"]),
        taken=datetime.fromisoformat(printed["taken"]),
    )


def job_from(vm_id: VmId, job: Any) -> Job:
    return Job(
        id=job["id"],
        vm_id=vm_id,
        activity=Activity(job["what"]),
        percent=job["percent"],
        started=time_from(job["started"]),
    )


def vm_from(each: Any) -> Vm:
    same = (
        "id", "name", "state_text", "critical", "checkpoint_setting_text", "automatic_checkpoints", "current",
        "in_service", "uptime_seconds", "memory_assigned", "notes", "status_text", "replicated", "clustered",
    )  # fmt: skip
    return Vm(
        state=VmState(each["state"]),
        checkpoint_setting=CheckpointSetting(each["checkpoint_setting"]),
        activity=Activity(each["activity"]["what"]),
        health=tuple(HealthCode(code) for code in each["health"]),
        **{name: each[name] for name in same},
    )


def checkpoint_from(each: Any, vm_id: VmId) -> Checkpoint:
    kind = each["snapshot_type"]
    known = kind in set(CheckpointKind)
    same = ("id", "name", "parent", "with_memory", "automatic", "notes")
    return Checkpoint(
        vm_id=vm_id,
        created=time_from(each["created"]) or NO_DATE,
        kind=CheckpointKind(kind) if known else CheckpointKind.UNKNOWN,
        kind_text=kind,
        **{name: each[name] for name in same},
    )


def reading_from(each: Any, *, with_disks: bool) -> DiskReading | None:
    if not with_disks:
        assert each["disks"] is None
        return None
    events = each["merge_events"]
    return DiskReading(
        vm_id=each["id"],
        disks=disks_from(each["id"], each["disks"]) if each["disks"] else None,
        error=each["disks_error"],
        events=None
        if events is None
        else tuple(
            MergeEvent(
                vm_id=each["id"],
                code=MergeEventCode(event["code"]),
                time=datetime.fromisoformat(event["time"]),
                hresult=event["hresult"],
            )
            for event in events
        ),
        events_error=each["merge_events_error"],
    )


def disks_from(vm_id: VmId, disks: Any) -> VmDisks:
    return VmDisks(
        vm_id=vm_id,
        disks=tuple(
            Disk(vm_id=vm_id, checkpoint_id=d["checkpoint"], path=d["path"], location=d["location"])
            for d in disks["drives"]
        ),
        files=tuple(
            DiskFile(**{**file, "parent": file["parent"] or "", "volume": file["volume"] or ""})
            for file in disks["files"]
        ),
        volumes=tuple(Volume(**volume) for volume in disks["volumes"]),
        unread=tuple(UnreadFile(**unread) for unread in disks["unread"]),
        unread_drives=tuple(
            UnreadDrives(checkpoint_id=each["checkpoint"], words=each["words"])
            for each in disks["unread_drives"]
        ),
    )


def concern_from(each: Any) -> Concern:
    return Concern(
        code=ConcernCode(each["code"]),
        grave=each["grave"],
        number=each["number"] or 0,
        limit=each["limit"],
        amount=each["amount"],
        health=HealthCode(each["health"]) if each["health"] else None,
        words=each["words"],
    )


def time_from(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
