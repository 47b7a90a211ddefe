"""Converts the mutable records of a simulated host to the frozen values of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.mock.state.records import JobType
from hvtui.backends.model import (
    Activity,
    Checkpoint,
    CheckpointId,
    CheckpointKind,
    CheckpointSetting,
    Disk,
    DiskFile,
    Host,
    Inventory,
    Job,
    UnreadFile,
    Vm,
    VmDisks,
    VmId,
    VmState,
    Volume,
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

_STATES = {state.value: state for state in VmState}
_SETTINGS = {setting.value: setting for setting in CheckpointSetting}
_KINDS = {kind.value: kind for kind in CheckpointKind}


def inventory(world: World, vm_ids: Collection[str] | None) -> Inventory:
    """Return the inventory of the VMs with these ids that exist, or of all VMs."""
    now = world.now()
    selected = (
        world.vms.values() if vm_ids is None else [world.vms[i] for i in set(vm_ids) & world.vms.keys()]
    )
    vms = {vm.id: vm for vm in sorted(selected, key=lambda vm: (vm.name.casefold(), vm.id))}
    jobs = [job for job in world.jobs() if job.vm_id in vms]
    job_of = {job.vm_id: job for job in jobs}
    return Inventory(
        host=_host(world),
        vms=tuple(_vm(vm, job_of.get(vm.id), now) for vm in vms.values()),
        checkpoints=tuple(_checkpoint(c) for c in world.checkpoints.values() if c.vm_id in vms),
        jobs=tuple(_job(world, job) for job in jobs),
        taken=now,
    )


def disks(world: World, vm_id: str) -> VmDisks:
    """Return the drives of a VM and of its checkpoints, and the files in their chains."""
    vm = world.vms[vm_id]
    drives = [_disk(vm_id, None, drive) for drive in vm.drives]
    for checkpoint in world.checkpoints.values():
        if checkpoint.vm_id == vm_id:
            drives += [_disk(vm_id, checkpoint.id, drive) for drive in checkpoint.drives]
    files: dict[str, DiskFile] = {}
    unread: list[UnreadFile] = []
    for path in dict.fromkeys(drive.path for drive in drives):
        chain = world.chain(path)
        files |= {file.path: _file(world, file) for file in chain if file.path not in files}
        missing = chain[-1].parent_path if chain else path
        if missing and missing not in world.files and missing not in {file.path for file in unread}:
            unread.append(UnreadFile(path=missing, words="The system cannot find the file.", missing=True))
    volumes = {volume.name: volume for path in files if (volume := world.volume_of(path))}
    return VmDisks(
        vm_id=VmId(vm_id),
        disks=tuple(drives),
        files=tuple(files.values()),
        volumes=tuple(_volume(world, volume) for volume in volumes.values()),
        unread=tuple(unread),
    )


def _host(world: World) -> Host:
    return Host(
        name=world.host_name,
        system=world.system,
        utc_offset_minutes=world.utc_offset_minutes,
        volumes=tuple(_volume(world, volume) for volume in world.volumes),
        cluster=world.cluster,
    )


def _vm(vm: WorldVm, job: WorldJob | None, now: datetime) -> Vm:
    activity = ACTIVITIES[job.type] if job else Activity.NONE
    critical = vm.state.endswith(CRITICAL)
    return Vm(
        id=VmId(vm.id),
        name=vm.name,
        state=_STATES.get(vm.state.removesuffix(CRITICAL), VmState.UNKNOWN),
        state_text=vm.state,
        critical=critical,
        checkpoint_setting=_SETTINGS.get(vm.checkpoint_type, CheckpointSetting.UNKNOWN),
        checkpoint_setting_text=vm.checkpoint_type,
        automatic_checkpoints=vm.automatic_checkpoints,
        current=CheckpointId(vm.parent_checkpoint_id) if vm.parent_checkpoint_id else None,
        activity=activity,
        in_service=bool(job and job.type is not JobType.MERGE),
        uptime_seconds=int((now - vm.started_at).total_seconds()) if vm.started_at else 0,
        memory_assigned=vm.memory_assigned,
        notes=vm.notes,
        status_text="Critical" if critical else activity.value.capitalize() if job else "Operating normally",
        replicated=vm.replicated,
        clustered=vm.clustered,
    )


def _checkpoint(checkpoint: WorldCheckpoint) -> Checkpoint:
    return Checkpoint(
        id=CheckpointId(checkpoint.id),
        vm_id=VmId(checkpoint.vm_id),
        name=checkpoint.name,
        parent=CheckpointId(checkpoint.parent_id) if checkpoint.parent_id else None,
        created=checkpoint.created,
        kind=_KINDS.get(checkpoint.type, CheckpointKind.UNKNOWN),
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
        size=file.size,
        differencing=bool(file.parent_path),
        parent=file.parent_path,
        volume=volume.name if volume else "",
    )


def _volume(world: World, volume: WorldVolume) -> Volume:
    return Volume(name=volume.name, size=volume.size, free=world.free(volume))
