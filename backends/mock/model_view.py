"""Converts the mutable records of a simulated host to the frozen values of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.mock.state.records import JobType, MergeCode, OperationalStatus
from hvtui.backends.model import (
    Activity,
    Checkpoint,
    CheckpointId,
    CheckpointKind,
    CheckpointSetting,
    Disk,
    DiskFile,
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
    path_key,
    unread_vm,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from hvtui.backends.mock.state.records import (
        WorldCheckpoint,
        WorldDrive,
        WorldFile,
        WorldJob,
        WorldVm,
        WorldVolume,
    )
    from hvtui.backends.mock.world import World

CRITICAL = "Critical"

ACTIVITIES = {
    JobType.START: Activity.STARTING,
    JobType.POWER_OFF: Activity.STOPPING,
    JobType.SAVE: Activity.SAVING,
    JobType.MERGE: Activity.MERGING,
    JobType.TAKE_CHECKPOINT: Activity.CREATING,
    JobType.APPLY: Activity.APPLYING,
    JobType.DELETE: Activity.DELETING,
    JobType.BACKUP: Activity.BACKING_UP,
    JobType.UNKNOWN: Activity.MODIFYING,
}

HEALTH = {
    OperationalStatus.DEGRADED: HealthCode.DEGRADED,
    OperationalStatus.PREDICTIVE_FAILURE: HealthCode.LOW_DISK_SPACE,
    OperationalStatus.NO_CONTACT: HealthCode.NO_CONTACT,
    OperationalStatus.LOST_COMMUNICATION: HealthCode.LOST_COMMUNICATION,
    OperationalStatus.DORMANT: HealthCode.DORMANT,
    OperationalStatus.SUPPORTING_ENTITY_IN_ERROR: HealthCode.SUPPORTING_ENTITY_IN_ERROR,
    OperationalStatus.APPLICATION_CRITICAL: HealthCode.APPLICATION_CRITICAL,
    OperationalStatus.COMMUNICATION_TIMED_OUT: HealthCode.COMMUNICATION_TIMED_OUT,
    OperationalStatus.COMMUNICATION_FAILED: HealthCode.COMMUNICATION_FAILED,
    OperationalStatus.SR_IOV_DRIVERS_NEEDED: HealthCode.SR_IOV,
    OperationalStatus.CRITICAL_IO_ERROR: HealthCode.CRITICAL_IO_ERROR,
}
_MERGE_EVENTS = {
    MergeCode.STARTED: MergeEventCode.STARTED,
    MergeCode.FINISHED: MergeEventCode.FINISHED,
    MergeCode.INTERRUPTED: MergeEventCode.INTERRUPTED,
    MergeCode.FAILED: MergeEventCode.FAILED,
}
_STATES = {f"{state.value}{suffix}": (state, bool(suffix)) for state in VmState for suffix in ("", CRITICAL)}
"""The state of a VM by the host's text, and whether that is its ``...Critical`` form."""
_SETTINGS = {setting.value: setting for setting in CheckpointSetting}
_KINDS = {kind.value: kind for kind in CheckpointKind}


def inventory(world: World, vm_ids: Collection[str] | None) -> Inventory:
    """Return the inventory of the VMs with these ids that exist, or of all VMs."""
    now = world.now()
    selected = (
        world.vms.values() if vm_ids is None else [world.vms[i] for i in set(vm_ids) & world.vms.keys()]
    )
    vms = {vm.id: vm for vm in sorted(selected, key=_order)}
    jobs = [job for job in world.jobs() if job.vm_id in vms]
    job_of = {job.vm_id: job for job in jobs}
    return Inventory(
        host=_host(world),
        vms=tuple(
            unread_vm(VmId(vm.id), vm.name)
            if vm.unread
            else _vm(vm, job_of.get(vm.id), world.trouble(vm), now)
            for vm in vms.values()
        ),
        checkpoints=tuple(
            _checkpoint(c)
            for c in world.checkpoints.values()
            if (vm := vms.get(c.vm_id)) and _is_listed(vm, c)
        ),
        unread=tuple(unread for vm in vms.values() if (unread := _unread(vm))),
        jobs=tuple(_job(world, job) for job in jobs),
        taken=now,
    )


def disks(world: World, vm_id: str) -> VmDisks:
    """Return the drives of a VM and of its checkpoints, and the files in their chains."""
    vm = world.vms[vm_id]
    if vm.unread:
        unknown = UnreadDrives(checkpoint_id=None, words=vm.unread)
        return VmDisks(vm_id=VmId(vm_id), unread_drives=(unknown,))
    owners: list[WorldVm | WorldCheckpoint] = [
        vm,
        *(c for c in world.checkpoints.values() if c.vm_id == vm_id and _is_listed(vm, c)),
    ]
    drives: list[Disk] = []
    unread_drives: list[UnreadDrives] = []
    for owner in owners:
        checkpoint_id = None if owner is vm else CheckpointId(owner.id)
        if owner.drives_unread:
            unread_drives.append(UnreadDrives(checkpoint_id=checkpoint_id, words=owner.drives_unread))
        else:
            drives += [_disk(vm_id, checkpoint_id, drive) for drive in owner.drives]
    files: dict[str, DiskFile] = {}
    unread: dict[str, UnreadFile] = {}
    unreadable = {path_key(path): words for path, words in world.unreadable.items()}
    for path in dict.fromkeys(drive.path for drive in drives):
        end = path
        for file in world.chain(path):
            end = file.path
            if path_key(end) in unreadable:
                break
            files.setdefault(file.path, _file(world, file))
            end = file.parent_path
        if path_key(end) in unreadable:
            unread.setdefault(path_key(end), UnreadFile(path=end, words=unreadable[path_key(end)]))
        elif end and path_key(end) not in {path_key(read) for read in files}:
            missing = UnreadFile(path=end, words="The system cannot find the file specified.", missing=True)
            unread.setdefault(path_key(end), missing)
    volumes = {volume.name: volume for path in files if (volume := world.volume_of(path))}
    return VmDisks(
        vm_id=VmId(vm_id),
        disks=tuple(drives),
        files=tuple(files.values()),
        volumes=tuple(_volume(world, volume) for volume in volumes.values()),
        unread=tuple(unread.values()),
        unread_drives=tuple(unread_drives),
        without_drives=frozenset(
            CheckpointId(owner.id) for owner in owners if not owner.drives and owner is not vm
        ),
    )


def merge_events(world: World, vm_ids: Collection[str], since: datetime) -> tuple[MergeEvent, ...]:
    """Return the events of the log about merges of these VMs' disks, the newest first."""
    world.settle()
    return tuple(
        MergeEvent(
            vm_id=VmId(event.vm_id), code=_MERGE_EVENTS[event.code], time=event.time, hresult=event.hresult
        )
        for event in reversed(world.merge_events)
        if event.vm_id in vm_ids and event.time >= since
    )


def _order(vm: WorldVm) -> str:
    """Return what VMs are listed by: the name, then the id. Strings are sorted several times as fast as tuples."""
    return f"{vm.name.casefold()}\0{vm.id}"


def _host(world: World) -> Host:
    return Host(
        name=world.host_name,
        full_name=world.full_name,
        system=world.system,
        utc_offset_minutes=world.utc_offset_minutes,
        volumes=tuple(_volume(world, volume) for volume in world.volumes),
        cluster=world.cluster,
        nodes=world.nodes or ((world.host_name,) if world.cluster else ()),
    )


def _is_listed(vm: WorldVm, checkpoint: WorldCheckpoint) -> bool:
    return checkpoint.listed and not vm.unread and not vm.checkpoints_unread


def _unread(vm: WorldVm) -> Unread | None:
    if vm.unread:
        return Unread(vm_id=VmId(vm.id), part=UnreadPart.VM, words=vm.unread)
    if vm.checkpoints_unread:
        return Unread(vm_id=VmId(vm.id), part=UnreadPart.CHECKPOINTS, words=vm.checkpoints_unread)
    return None


def _vm(vm: WorldVm, job: WorldJob | None, trouble: tuple[OperationalStatus, ...], now: datetime) -> Vm:
    state, critical = _STATES.get(vm.state) or (VmState.UNKNOWN, vm.state.endswith(CRITICAL))
    idle = Vm(  # a call with more than 15 keywords takes twice as long
        id=VmId(vm.id),
        name=vm.name,
        state=state,
        state_text=vm.state,
        critical=critical,
        checkpoint_setting=_SETTINGS.get(vm.checkpoint_type) or CheckpointSetting.UNKNOWN,
        checkpoint_setting_text=vm.checkpoint_type,
        automatic_checkpoints=vm.automatic_checkpoints,
        current=CheckpointId(vm.parent_checkpoint_id) if vm.parent_checkpoint_id else None,
        uptime_seconds=int((now - vm.started_at).total_seconds()) if vm.started_at else 0,
        memory_assigned=vm.memory_assigned,
        notes=vm.notes,
        status_text="Critical" if critical else "Operating normally",
        replicated=vm.replicated,
        clustered=vm.clustered,
    )
    if job is None and not trouble:
        return idle
    activity = ACTIVITIES[job.type] if job else Activity.NONE
    words = activity.value.capitalize() if job else _trouble_words(trouble)
    return replace(
        idle,
        activity=activity,
        in_service=bool(job and job.type is not JobType.MERGE),
        status_text=idle.status_text if critical else words,
        health=tuple(HEALTH[status] for status in trouble),
    )


def _trouble_words(trouble: tuple[OperationalStatus, ...]) -> str:
    words = [status.name.replace("_", " ").capitalize() for status in trouble]
    return words[0] if len(words) == 1 else f"{words[0]} ({words[1]})"


def _checkpoint(checkpoint: WorldCheckpoint) -> Checkpoint:
    return Checkpoint(
        id=CheckpointId(checkpoint.id),
        vm_id=VmId(checkpoint.vm_id),
        name=checkpoint.name,
        parent=CheckpointId(checkpoint.parent_id) if checkpoint.parent_id else None,
        created=checkpoint.created,
        kind=_KINDS.get(checkpoint.type) or CheckpointKind.UNKNOWN,
        kind_text=checkpoint.type,
        with_memory=checkpoint.state == "Saved",
        automatic=checkpoint.automatic,
        notes=checkpoint.notes,
    )


def _job(world: World, job: WorldJob) -> Job:
    return Job(
        id=job.id,
        vm_id=VmId(job.vm_id),
        activity=ACTIVITIES[job.type],
        percent=world.percent(job),
        started=job.started,
    )


def _disk(vm_id: str, checkpoint_id: str | None, drive: WorldDrive) -> Disk:
    return Disk(
        vm_id=VmId(vm_id),
        checkpoint_id=CheckpointId(checkpoint_id) if checkpoint_id else None,
        path=drive.path,
        location=f"{drive.controller_type} {drive.controller_number}:{drive.location}",
    )


def _file(world: World, file: WorldFile) -> DiskFile:
    volume = world.volume_of(file.path)
    return DiskFile(
        path=file.path,
        size=None if path_key(file.path).endswith(".vhds") else file.size,
        differencing=bool(file.parent_path),
        parent=file.parent_path,
        volume=volume.name if volume else "",
    )


def _volume(world: World, volume: WorldVolume) -> Volume:
    return Volume(name=volume.name, size=volume.size, free=world.free(volume))
