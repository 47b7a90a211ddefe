"""Pure functions that convert the results of ops/*.ps1 to the model.

For an unexpected result they raise LookupError, TypeError, ValueError or AttributeError, which `Agent.read` converts to
`ReplyError`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import Verb
from hvtui.backends.model import (
    Activity,
    Checkpoint,
    CheckpointId,
    CheckpointKind,
    CheckpointSetting,
    Host,
    HostDetails,
    Inventory,
    Job,
    Obstacle,
    Unread,
    UnreadPart,
    Vm,
    VmId,
    VmState,
    Volume,
    unread_vm,
)
from hvtui.backends.powershell.host.values import NO_DATE, date, guid, is_guid, member
from hvtui.backends.scvmm.jobs import jobs
from hvtui.backends.scvmm.states import FAILED, MISSING, OBSTACLES, POWER, WORK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hvtui.backends.scvmm.jobs import VmmJob

MEGABYTE = 2**20
READ_ONLY = "ReadOnlyAdmin"
WRITES = frozenset(Verb) - {Verb.DISKS, Verb.EVENTS}
IN_CONTACT = "Responding"


ALLOWED_BY = {
    Verb.CREATE: {"Checkpoint"},
    Verb.RENAME: {"Checkpoint"},
    Verb.DELETE: {"Checkpoint"},
    Verb.APPLY: {"Checkpoint", "CheckpointRestoreOnly"},
    Verb.START: {"Start", "PauseAndResume"},
    Verb.STOP: {"Stop", "Shutdown"},
    Verb.SAVE: {"Save"},
}
"""The actions of a user role, of which each permits the verb (facts §7)."""


def inventory(reply: dict[str, Any]) -> Inventory:
    """Return the inventory. A VM that could not be read at all is in it with its name and an unknown state."""
    server = reply["Server"]
    reads_only = server["Profile"] == READ_ONLY
    unread = {one.vm_id: one for one in map(_unread, reply["Unread"])}
    vms = {vm.id: vm for vm in (_vm(row, reads_only=reads_only) for row in reply["Vms"])}
    for row in reply["Unread"]:
        vm_id = VmId(guid(row["VmId"]))
        if unread[vm_id].part is UnreadPart.VM and vm_id not in vms:
            vms[vm_id] = unread_vm(vm_id, row["Name"])
    hyperv_ids = {VmId(guid(row["Id"])): row["HyperVId"] for row in reply["Vms"]}
    for vm_id, text in _without_guid(reply, hyperv_ids):
        unread.setdefault(vm_id, Unread(vm_id=vm_id, part=UnreadPart.CHECKPOINTS, words=no_guid(text)))
    listed = _checkpoints(reply["Checkpoints"], hyperv_ids)
    checkpoints, shared = _without_doubles(listed, vms)
    for vm_id, other in shared.items():
        unread.setdefault(vm_id, shared_with(vm_id, other))
    return Inventory(
        host=Host(name=server["Name"], utc_offset_minutes=server["Offset"], unread=tuple(server["Unread"])),
        hosts=tuple(map(_host, reply["Hosts"])),
        vms=tuple(sorted(vms.values(), key=lambda vm: vm.name.casefold())),
        checkpoints=tuple(checkpoints),
        unread=tuple(unread.values()),
        incomplete=server["Incomplete"],
        taken=datetime.now(UTC),
    )


def host_details(reply: dict[str, Any]) -> HostDetails:
    found = jobs(reply)
    return HostDetails(
        host=Host(
            name=reply["Name"],
            system=f"VMM {reply['Version']}".rstrip(),
            utc_offset_minutes=reply["Offset"],
            unread=tuple(reply["Unread"]),
        ),
        jobs=tuple(map(_job, filter(_is_work, found))) if reply["AreJobsRead"] else None,
    )


def _is_work(job: VmmJob) -> bool:
    return job.running and job.activity is not Activity.NONE


def _job(job: VmmJob) -> Job:
    return Job(
        id=job.id,
        vm_id=VmId(job.target),
        activity=job.activity,
        percent=job.percent,
        started=date(job.started),
    )


def _unread(row: dict[str, Any]) -> Unread:
    return Unread(vm_id=VmId(guid(row["VmId"])), part=UnreadPart(row["Part"]), words=row["Words"])


def shared_with(vm_id: VmId, other: Vm) -> Unread:
    """Return why the checkpoints of a VM are not shown that VMM lists for another one too."""
    words = f"VMM lists checkpoints with the same ids for {other.name} on {other.host or 'another host'}."
    return Unread(vm_id=vm_id, part=UnreadPart.CHECKPOINTS, words=words)


def _host(row: dict[str, Any]) -> Host:
    contact = row["Contact"]
    return Host(
        name=row["Name"],
        system=row["System"],
        cluster=row["Cluster"],
        volumes=volumes(row["Volumes"]),
        unread=tuple(
            f"VMM does not say the free space of {each['Name']}"
            for each in row["Volumes"]
            if each["Free"] is None
        ),
        trouble="" if contact == IN_CONTACT else f"VMM has no contact with it ({contact or 'no state'}).",
    )


def volumes(rows: list[dict[str, Any]]) -> tuple[Volume, ...]:
    """Return the volumes of which the free space is known."""
    return tuple(
        Volume(name=row["Name"], size=row["Size"], free=row["Free"])
        for row in rows
        if row["Free"] is not None
    )


def _vm(row: dict[str, Any], *, reads_only: bool) -> Vm:
    status, power = row["Status"], row["Power"]
    state = POWER.get(status) or POWER.get(power, VmState.UNKNOWN)
    is_known = status in POWER or status in WORK or status in OBSTACLES or status.endswith(FAILED)
    if not is_known or status == MISSING:  # VMM lists a missing VM as off
        state = VmState.UNKNOWN
    setting, setting_text = member(CheckpointSetting, row["CheckpointType"])
    activity = WORK.get(status, Activity.NONE)
    activity, at_work = _work(row["Task"], activity)
    return Vm(
        id=VmId(guid(row["Id"])),
        name=row["Name"],
        state=state,
        state_text=status if state is VmState.UNKNOWN else "",
        checkpoint_setting=setting,
        checkpoint_setting_text=setting_text,
        current=_current(row),
        activity=activity,
        in_service=at_work or activity not in (Activity.NONE, Activity.MERGING),
        memory_assigned=None if row["MemoryMegabytes"] is None else row["MemoryMegabytes"] * MEGABYTE,
        notes=row["Notes"],
        status_text=" ".join(filter(None, (row["Words"], row["Reason"]))),
        replicated=row["Replicated"],
        clustered=row["Clustered"],
        host=row["Host"],
        id_on_host=row["HyperVId"].strip("{}").lower(),
        place=row["Path"].rpartition("\\")[0] or row["Cloud"],
        obstacle=_obstacle(row),
        not_permitted=frozenset(WRITES) if reads_only else _not_permitted(row["Actions"]),
    )


def _not_permitted(actions: list[str] | None) -> frozenset[str]:
    """Return the verbs that a user role with these actions does not have; none of them if VMM does not say."""
    if actions is None:
        return frozenset()
    return frozenset(verb for verb, enough in ALLOWED_BY.items() if not enough.intersection(actions))


def _work(task: dict[str, Any] | None, activity: Activity) -> tuple[Activity, bool]:
    """Return what is done with the VM, and whether another job of VMM has locked it."""
    (found,) = jobs({"Jobs": [task]}) if task else (None,)
    if found is None or not _is_work(found):
        return activity, False
    return (found.activity if activity is Activity.NONE else activity), True


def _obstacle(row: dict[str, Any]) -> Obstacle | None:
    if row["Platform"] != "HyperV":
        return Obstacle.OTHER_HYPERVISOR
    if row["Status"].endswith(FAILED):
        return Obstacle.FAILED
    return OBSTACLES.get(row["Status"])


def _current(row: dict[str, Any]) -> CheckpointId | None:
    """Return the checkpoint that the VM runs on. Where there is none, VMM names the VM itself, or nothing."""
    return _parent(row["Current"], row["HyperVId"])


def _parent(text: str, hyperv_id: str) -> CheckpointId | None:
    if not text or _same(text, hyperv_id) or not is_guid(text):
        return None
    return CheckpointId(guid(text))


def no_guid(text: str) -> str:
    return f"VMM names a checkpoint of it by “{text}”, which is not a GUID."


def _without_guid(reply: dict[str, Any], hyperv_ids: dict[VmId, str]) -> Iterator[tuple[VmId, str]]:
    """Yield the VMs that have a checkpoint without a GUID, with what it has instead.

    Which form the ids of VMware's snapshots have is not known (facts §4).
    """
    named = [(row["Id"], row["Current"]) for row in reply["Vms"]]
    named += [(row["VmId"], row[name]) for row in reply["Checkpoints"] for name in ("Id", "Parent")]
    for id, text in named:
        vm_id = VmId(guid(id))
        if text and not is_guid(text) and not _same(text, hyperv_ids.get(vm_id, text)):
            yield vm_id, text


def _same(left: str, right: str) -> bool:
    return left.strip("{}").lower() == right.strip("{}").lower()


def _checkpoints(rows: Iterable[dict[str, Any]], hyperv_ids: dict[VmId, str]) -> Iterator[Checkpoint]:
    for row in rows:
        vm_id = VmId(guid(row["VmId"]))
        if vm_id in hyperv_ids and is_guid(row["Id"]):
            yield Checkpoint(
                id=CheckpointId(guid(row["Id"])),
                vm_id=vm_id,
                name=row["Name"],
                parent=_parent(row["Parent"], hyperv_ids[vm_id]),
                created=date(row["Created"]) or NO_DATE,
                kind=CheckpointKind.NOT_TOLD,
                with_memory=None,
                notes=row["Notes"],
            )


def _without_doubles(
    found: Iterable[Checkpoint], vms: dict[VmId, Vm]
) -> tuple[list[Checkpoint], dict[VmId, Vm]]:
    """Return the checkpoints without those whose id another VM has too, and the VMs that lose some, with that other VM.

    VMM lists a VM twice after a failover, and copies of a VM on two hosts have the same ids. Those of a VM that cannot
    be changed anyway go first.
    """
    kept: dict[CheckpointId, Checkpoint] = {}
    losers: dict[VmId, Vm] = {}
    for checkpoint in sorted(found, key=lambda c: vms[c.vm_id].obstacle is not None):
        owner = kept.setdefault(checkpoint.id, checkpoint).vm_id
        if owner != checkpoint.vm_id:
            losers[checkpoint.vm_id] = vms[owner]
    return [c for c in kept.values() if c.vm_id not in losers], losers
