"""A host with what the simulated one never has: unread and unlisted objects, strange dates, sets, broken chains."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from hvtui.backends.errors import OperationFailed
from hvtui.backends.model import (
    Activity,
    CheckpointId,
    CheckpointKind,
    CheckpointSetting,
    Disk,
    DiskFile,
    HealthCode,
    Host,
    HostDetails,
    Job,
    MergeEvent,
    MergeEventCode,
    Unread,
    UnreadDrives,
    UnreadFile,
    UnreadPart,
    VmDisks,
    VmId,
    VmState,
    Volume,
)
from tests.cli.canned import CannedSession
from tests.tui.samples import NOON, checkpoint, inventory, vm

GB = 2**30
WEB = vm("web-01", automatic_checkpoints=True, replicated=True, notes="two\nlines", uptime_seconds=90_000)
OLD = checkpoint("Old", WEB, 40, with_memory=True, automatic=True, notes="change 4711")
BACKUP = checkpoint("Backup", WEB, 12, OLD, kind=CheckpointKind.RECOVERY)
UNDATED = replace(checkpoint("Undated", WEB, 1, BACKUP), created=datetime(1, 1, 1, tzinfo=UTC))
STRANGE = checkpoint("Strange", WEB, 1, UNDATED, kind=CheckpointKind.UNKNOWN, kind_text="Future")
WEB = replace(WEB, current=STRANGE.id)
ORPHAN = vm("orphan", current=CheckpointId("not-listed"), health=(HealthCode.DEGRADED, HealthCode.SR_IOV))
LOOSE = replace(checkpoint("Loose", ORPHAN, 3), parent=CheckpointId("not-listed"))
SICK = vm("sick", VmState.OFF, critical=True, checkpoint_setting=CheckpointSetting.DISABLED)
GONE = VmId("vm-gone")
MERGING = vm("merging", activity=Activity.MERGING, in_service=True, status_text="Zusammenführen")
ODD = vm("odd", VmState.UNKNOWN, state_text="Hibernating", checkpoint_setting=CheckpointSetting.UNKNOWN)
NOT_READ = vm("no-disks", VmState.PAUSED, memory_assigned=4 * GB)


def _file(name: str, size: int | None, parent: str = "") -> DiskFile:
    path = f"D:\\VMs\\{name}"
    return DiskFile(
        path=path,
        size=size,
        differencing=bool(parent),
        parent=f"d:\\vms\\{parent}" if parent else "",
        volume="D:",
    )


def _disk(of: VmId, name: str, owner: CheckpointId | None = None) -> Disk:
    return Disk(vm_id=of, checkpoint_id=owner, path=f"D:\\vms\\{name}", location="SCSI 0:1")


DISKS = {
    WEB.id: VmDisks(
        vm_id=WEB.id,
        disks=(
            _disk(WEB.id, "now.avhdx"),
            _disk(WEB.id, "base.vhdx", OLD.id),
            _disk(WEB.id, "b.avhdx", BACKUP.id),
        ),
        files=(
            _file("now.avhdx", 12 * GB, "left.avhdx"),
            _file("left.avhdx", 30 * GB, "b.avhdx"),
            _file("b.avhdx", GB, "base.vhdx"),
            _file("base.vhdx", 40 * GB),
        ),
        volumes=(Volume(name="D:", size=2**40, free=GB),),
    ),
    ORPHAN.id: VmDisks(
        vm_id=ORPHAN.id,
        disks=(_disk(ORPHAN.id, "set.vhds"), _disk(ORPHAN.id, "o.avhdx")),
        files=(_file("set.vhds", None), _file("o.avhdx", GB, "lost.vhdx")),
        unread=(UnreadFile(path="D:\\VMs\\lost.vhdx", words="Not found.", missing=True),),
        unread_drives=(UnreadDrives(checkpoint_id=LOOSE.id, words="Generic failure"),),
    ),
}


def troubled_host() -> CannedSession:
    found = inventory(
        WEB,
        ORPHAN,
        SICK,
        MERGING,
        ODD,
        NOT_READ,
        checkpoints=(OLD, BACKUP, UNDATED, STRANGE, LOOSE),
        unread=(
            Unread(vm_id=SICK.id, part=UnreadPart.CHECKPOINTS, words="Generic failure"),
            Unread(vm_id=GONE, part=UnreadPart.VM, words="The object was not found."),
        ),
    )
    host = Host(
        name="hv01",
        system="Windows Server 2022",
        cluster="cl01",
        volumes=(Volume(name="D:", size=2**40, free=GB),),
        unread=("The jobs could not be read: Access denied.",),
    )
    job = Job(id="job", vm_id=MERGING.id, activity=Activity.MERGING, percent=43, started=NOON)
    return CannedSession(
        found=replace(found, host=Host(name="hv01", utc_offset_minutes=60)),
        details=HostDetails(host=host, jobs=(job,), clustered=frozenset({WEB.id})),
        disks_of={**DISKS, NOT_READ.id: OperationFailed("It failed.", detail="The share is dead.")},
        merge_events=(MergeEvent(vm_id=WEB.id, code=MergeEventCode.FAILED, time=NOON, hresult=-0x7FF8FF90),),
    )
