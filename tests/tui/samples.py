"""A small host for looking at one widget at a time, and names that mean harm."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hvtui.backends.model import Checkpoint, CheckpointId, Host, Inventory, Vm, VmId, VmState, Volume

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)

HOSTILE_NAMES = (
    "[/] x",
    "[@click=app.quit]x[/]",
    "[bold",
    "[prod] web-01",
    "שלום עולם 12",
    "evil\u202etxt.exe",
    "\u200bzero\u200dwidth\ufeff",
    "e\u0301\u0301\u0301\u0301\u0301\u0301\u0301",
    "\u0301starts with a mark",
    "日本語の仮想マシン名前が長い",
    "👨\u200d👩\u200d👧\u200d👦 family ❤\ufe0f 🇩🇪",
    "line\nbreak\ttab\x00nul\x1b[31mred",
    "\ud800lone",
    "𝕏" * 50,
    "x" * 100,
    "same",
    "same",
    "",
    " ",
)


def days_ago(days: float) -> datetime:
    return NOON - timedelta(days=days)


def vm(name: str, state: VmState = VmState.RUNNING, **more: Any) -> Vm:
    return Vm(id=VmId(more.pop("id", f"vm-{name}")), name=name, state=state, **more)


def checkpoint(
    name: str, of: Vm, days: float = 1, parent: Checkpoint | None = None, **more: Any
) -> Checkpoint:
    return Checkpoint(
        id=CheckpointId(more.pop("id", f"{of.id}/{name}")),
        vm_id=of.id,
        name=name,
        parent=parent.id if parent else None,
        created=days_ago(days),
        with_memory=more.pop("with_memory", False),
        **more,
    )


def inventory(*vms: Vm, checkpoints: tuple[Checkpoint, ...] = (), **more: Any) -> Inventory:
    return Inventory(
        host=Host(
            name="hv-demo-01",
            system="Windows Server 2025 Datacenter",
            utc_offset_minutes=60,
            volumes=(Volume(name="D:", size=2**40, free=212 * 2**30),),
        ),
        vms=vms,
        checkpoints=checkpoints,
        taken=NOON,
        **{"jobs": (), **more},
    )
