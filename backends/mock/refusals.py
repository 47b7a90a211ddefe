"""Converts the service's refusals to backend errors, by their codes and never by the service's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends import errors
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.mock.state.records import (
    DISK_FULL,
    FILE_IN_USE,
    FILE_MISSING,
    FILE_NOT_PERMITTED,
    SAVED_STATE_UNUSABLE,
    Code,
    JobType,
)

if TYPE_CHECKING:
    from hvtui.backends.mock.state.records import Refused
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
    "discard_saved_state": "The saved state could not be discarded.",
}
"""What failed, by verb."""


def to_backend_error(refused: Refused, *, verb: str, vm_id: str, world: World) -> errors.BackendError:
    """Return the error for a verb that the service refused, or whose job failed."""
    failed, detail = FAILED[verb], "\n".join(refused.lines)
    if refused.hresult == DISK_FULL:
        return errors.NoSpace(
            f"{failed} There is not enough free space on the host's volume.",
            hint="Free some disk space, or delete checkpoints that are no longer needed.",
            detail=detail,
        )
    if vm_id not in world.vms:
        return errors.VmMissing(f"{failed} The VM no longer exists on this host.", detail=detail)
    if refused.hresult == SAVED_STATE_UNUSABLE:
        return errors.SavedStateUnusable(
            "The VM cannot be resumed from its saved memory.",
            hint="Discard its saved state, then start it: it boots as after a power cut.",
            detail=detail,
        )
    if error := _file_error(refused, vm_id, detail):
        return error
    if refused.code == Code.NOT_FOUND:
        return errors.CheckpointMissing(f"{failed} It no longer exists.", detail=detail)
    if refused.code == Code.ACCESS_DENIED:
        return errors.NotAllowed(
            f"{failed} The user does not have the required permission.",
            hint="Add the user to the Hyper-V Administrators group of the host.",
            detail=detail,
        )
    if refused.code == Code.INVALID_STATE:
        return _conflict(failed, detail, vm_id, world)
    return _failure(refused, failed, detail, verb, vm_id, world)


def require_service(world: World) -> None:
    """Raise `HyperVUnavailable` if the service of the host does not answer."""
    detail = (
        f"Hyper-V encountered an error trying to access an object on computer '{world.host_name.upper()}' because the"
        " object was not found. The object might have been deleted, or you might not have permission to perform the"
        " task. Verify that the Virtual Machine Management service on the computer is running. If the service is"
        " running, try to perform the task again by using Run as Administrator."
    )
    if not world.service_running:
        raise errors.HyperVUnavailable(
            f"Hyper-V's management service on {world.host_name} is stopped.",
            cause=errors.UnavailableCause.SERVICE_STOPPED,
            hint="Start it there, as an administrator: Start-Service vmms",
            detail=detail,
        )
    if not world.elevated:
        raise errors.HyperVUnavailable(
            f"hvtui runs without your rights as an administrator of {world.host_name}: it is not elevated.",
            cause=errors.UnavailableCause.NOT_ELEVATED,
            hint="Start PowerShell or your terminal with “Run as administrator”, and start hvtui in it.",
            detail=detail,
        )


def _file_error(refused: Refused, vm_id: str, detail: str) -> errors.FileError | None:
    path = refused.path
    if refused.hresult == FILE_NOT_PERMITTED and path:
        return errors.FileNotPermitted(
            f"The VM itself is not permitted to open its file {path}.",
            path=path,
            hint=f'Give it the right on the host: icacls "{path}" /grant "NT VIRTUAL MACHINE\\{vm_id.upper()}:F"',
            detail=detail,
        )
    if refused.hresult == FILE_IN_USE:
        return errors.FileInUse(
            f"Something else has {path or 'a file of the VM'} open.",
            path=path,
            hint="Look for a backup, another VM, or a mounted disk that uses it.",
            detail=detail,
        )
    if refused.hresult == FILE_MISSING:
        return errors.FileMissing(
            f"The file {path} is missing." if path else "A file of the VM is missing.",
            path=path,
            hint="Look for it on the host: it may have been moved, deleted or renamed, or its storage is away.",
            detail=detail,
        )
    return None


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
            f"{failed} Another operation is running on this VM.",
            hint="Wait until the operation has ended.",
            detail=detail,
        )
    return errors.WrongState(
        f"{failed} The VM's state does not allow it: {world.vms[vm_id].state}.",
        hint="Check the state of the VM.",
        detail=detail,
    )


def _failure(
    refused: Refused, failed: str, detail: str, verb: str, vm_id: str, world: World
) -> errors.BackendError:
    vm = world.vms[vm_id]
    if verb == "take_checkpoint" and vm.checkpoint_type == "Disabled":
        return errors.CheckpointsDisabled(
            f"{failed} Checkpoints are disabled for this VM.",
            hint="Enable checkpoints in the settings of the VM.",
            detail=detail,
        )
    count = sum(checkpoint.vm_id == vm_id for checkpoint in world.checkpoints.values())
    if verb == "take_checkpoint" and count >= MAX_CHECKPOINTS:
        return errors.TooManyCheckpoints(
            f"{failed} The VM already has {MAX_CHECKPOINTS} checkpoints, the maximum in Hyper-V.",
            hint="Delete a checkpoint first.",
            detail=detail,
        )
    if verb == "shut_down" and not vm.shutdown_ok:
        return errors.GuestNotResponding(
            "The guest cannot be asked to shut down: its integration service does not answer. Nothing was done.",
            hint="Shut it down from inside, or turn it off.",
            detail=detail,
        )
    error_id, category = IDS.get(Code(refused.code), ("Unspecified", "NotSpecified"))
    return errors.OperationFailed(
        failed,
        error_id=error_id,
        category=category,
        hresult=refused.hresult,
        hint="See the message from the host below.",
        detail=detail,
    )
