"""The service's no in our words: from `Refused` to the error tree, by codes and never by the service's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends import errors
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.mock.records import DISK_FULL, Code, JobType

if TYPE_CHECKING:
    from hvtui.backends.mock.records import Refused
    from hvtui.backends.mock.world import World

IDS = {
    Code.FAILED: ("OperationFailed", "NotSpecified"),
    Code.ACCESS_DENIED: ("AccessDenied", "PermissionDenied"),
    Code.NOT_SUPPORTED: ("NotSupported", "InvalidOperation"),
    Code.INVALID_PARAMETER: ("InvalidParameter", "InvalidArgument"),
    Code.IN_USE: ("ObjectInUse", "ResourceBusy"),
    Code.INVALID_STATE: ("InvalidState", "InvalidOperation"),
    Code.OUT_OF_MEMORY: ("OutOfMemory", "FromStdErr"),
    Code.NOT_FOUND: ("ObjectNotFound", "ObjectNotFound"),
}
"""Error id and category by return code (facts §8 [DEC])."""

FAILED = {
    "take_checkpoint": "The checkpoint could not be created.",
    "name_new": "The checkpoint was created, but it keeps the name that the host gave it.",
    "rename": "The checkpoint could not be renamed.",
    "apply": "The checkpoint could not be applied.",
    "destroy": "The checkpoint could not be deleted.",
    "destroy_tree": "The checkpoints could not be deleted.",
    "start": "The VM could not be started.",
    "shut_down": "The VM could not be shut down.",
    "turn_off": "The VM could not be turned off.",
    "save": "The VM could not be saved.",
}


def translate(refused: Refused, *, verb: str, vm_id: str, world: World) -> errors.BackendError:
    failed, detail = FAILED[verb], "\n".join(refused.lines)
    if refused.hresult == DISK_FULL:
        return errors.NoSpace(
            f"{failed} There is not enough free space on the host's volume.",
            hint="Free some space there, or delete checkpoints that nobody needs.",
            detail=detail,
        )
    if vm_id not in world.vms:
        return errors.VmMissing(f"{failed} The VM is not on this host any more.", detail=detail)
    if refused.code == Code.NOT_FOUND:
        return errors.CheckpointMissing(f"{failed} It is not there any more.", detail=detail)
    if refused.code == Code.ACCESS_DENIED:
        return errors.NotAllowed(
            f"{failed} This user may not do it.",
            hint="It takes a member of the host's Hyper-V Administrators.",
            detail=detail,
        )
    if refused.code == Code.INVALID_STATE:
        return _conflict(failed, detail, vm_id, world)
    return _failed(refused, failed, detail, verb, vm_id, world)


def _conflict(failed: str, detail: str, vm_id: str, world: World) -> errors.Conflict:
    running = [job.type for job in world.jobs() if job.vm_id == vm_id]
    if JobType.MERGE in running:
        return errors.Merging(
            f"{failed} The VM's disks are being merged.",
            hint="Wait until the merge has ended.",
            detail=detail,
        )
    if running:
        return errors.VmBusy(
            f"{failed} The host is busy with this VM.",
            hint="Wait until that has ended.",
            detail=detail,
        )
    return errors.WrongState(
        f"{failed} The VM is {world.vms[vm_id].state}, which does not allow it.",
        hint="Look at the VM's state first.",
        detail=detail,
    )


def _failed(
    refused: Refused, failed: str, detail: str, verb: str, vm_id: str, world: World
) -> errors.BackendError:
    vm = world.vms[vm_id]
    if verb == "take_checkpoint" and vm.checkpoint_type == "Disabled":
        return errors.CheckpointsDisabled(
            f"{failed} Checkpoints are disabled for this VM.",
            hint="Allow them in the VM's settings.",
            detail=detail,
        )
    count = sum(checkpoint.vm_id == vm_id for checkpoint in world.checkpoints.values())
    if verb == "take_checkpoint" and count >= MAX_CHECKPOINTS:
        return errors.TooManyCheckpoints(
            f"{failed} The VM has {MAX_CHECKPOINTS} checkpoints, which is as many as Hyper-V allows.",
            hint="Delete one first.",
            detail=detail,
        )
    if verb == "shut_down" and not vm.shutdown_ok:
        return errors.WrongState(
            f"{failed} Its guest does not answer.",
            hint="Shut it down from inside, or turn it off.",
            detail=detail,
        )
    error_id, category = IDS.get(Code(refused.code), ("Unspecified", "NotSpecified"))
    return errors.OperationFailed(
        failed,
        error_id=error_id,
        category=category,
        hresult=refused.hresult,
        hint="What the host says is below.",
        detail=detail,
    )
