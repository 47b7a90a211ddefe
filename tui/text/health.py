"""The sentences, the advice and the marks for concerns about a VM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import HealthCode, Obstacle
from hvtui.backends.operations.health import ConcernCode
from hvtui.tui.text.absence import could_not_be_read
from hvtui.tui.text.safe import EMPTY, SafeText, compose
from hvtui.tui.text.words import size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.operations.health import Concern

_SENTENCES = {
    ConcernCode.CRITICAL: "Its storage is full or cannot be reached.",
    ConcernCode.OLD: "Its oldest checkpoint is {number} days old.",
    ConcernCode.BACKUP_LEFT: "A backup left a checkpoint behind.",
    ConcernCode.PARENT_LOST: "A checkpoint has lost its parent.",
    ConcernCode.CURRENT_NOT_LISTED: "The VM runs on a checkpoint that the host does not list.",
    ConcernCode.VM_UNREAD: "The VM {unread}",
    ConcernCode.CHECKPOINTS_UNREAD: "Its checkpoints {unread}",
    ConcernCode.DISKS_UNREAD: "Its disks {unread}",
    ConcernCode.CHAIN_BROKEN: "A file of its disk chain is missing: {words}",
    ConcernCode.CHAIN_UNREADABLE: "A file of its disk chain could not be read: {words}",
    ConcernCode.CHAIN_CYCLE: "A file of its disk chain is its own ancestor: {words}",
    ConcernCode.FILE_SHARED: "Another VM, “{other}”, has a drive on the same file: {words}",
    ConcernCode.MERGE_FAILED: "The last merge of its disks failed.",
    ConcernCode.MERGE_INTERRUPTED: "The last merge of its disks was interrupted.",
}
_HEALTH = {
    HealthCode.DEGRADED: "Degraded",
    HealthCode.STRESSED: "Under stress",
    HealthCode.LOW_DISK_SPACE: "Its disk space is low",
    HealthCode.ERROR: "Error",
    HealthCode.NO_CONTACT: "The host has no contact with it",
    HealthCode.LOST_COMMUNICATION: "The host has lost communication with it",
    HealthCode.ABORTED: "Aborted",
    HealthCode.DORMANT: "Dormant",
    HealthCode.SUPPORTING_ENTITY_IN_ERROR: "Something that it needs is in error",
    HealthCode.APPLICATION_CRITICAL: "An application in the guest is in a critical state",
    HealthCode.COMMUNICATION_TIMED_OUT: "Communication with the guest timed out",
    HealthCode.COMMUNICATION_FAILED: "Communication with the guest failed",
    HealthCode.PROTOCOL_MISMATCH: "The guest's integration services have another version than the host",
    HealthCode.SR_IOV: "SR-IOV does not work",
    HealthCode.CRITICAL_IO_ERROR: "Critical error of its storage",
    HealthCode.UNKNOWN: "The host reports a status that hvtui does not know",
}
OBSTACLES = {
    Obstacle.HOST_NOT_RESPONDING: SafeText("Its host does not respond to the server that manages it."),
    Obstacle.MISSING: SafeText(
        "The server that manages its host does not find it there; it may be on another host."
    ),
    Obstacle.NOT_ON_A_HOST: SafeText("It is not on a host."),
    Obstacle.INCOMPLETE: SafeText("Its configuration is incomplete."),
    Obstacle.UNSUPPORTED: SafeText(
        "Its configuration is one that the server that manages it does not support."
    ),
    Obstacle.FAILED: SafeText("An operation on it has failed half-way: repair the VM in VMM first."),
    Obstacle.OTHER_HYPERVISOR: SafeText(
        "It is not a Hyper-V virtual machine: hvtui shows it, and does not change it."
    ),
    Obstacle.SAME_ID: SafeText(
        "Another node of the cluster has a VM with the same ID. To change this one, connect to its host alone."
    ),
}
"""Why a VM cannot be changed, as sentences."""
_VMMS_LOG = "the host's event log Microsoft-Windows-Hyper-V-VMMS-Admin"
_ADVICE = {
    ConcernCode.BACKUP_LEFT: "Check that no backup job is running; then the checkpoint can be removed.",
    ConcernCode.CURRENT_NOT_LISTED: "Often a backup's own checkpoint, or one that your account may not see.",
    ConcernCode.OWNERLESS_LINKS: "Deleted checkpoints leave them behind until they are merged; so do failed backups."
    f" Look at the backup job, and for event 19100 in {_VMMS_LOG}.",
    ConcernCode.CHAIN_BROKEN: "Look for the file in a backup, and delete no checkpoint meanwhile.",
    ConcernCode.CHAIN_UNREADABLE: "Check the file, the share that it is on, and the permissions of both.",
    ConcernCode.CHAIN_CYCLE: "Check the parents of the files with Get-VHD.",
    ConcernCode.FILE_SHARED: "Unless it is meant for a guest cluster, only one of the two can start, and what one"
    " merges or writes may destroy the other.",
    ConcernCode.MERGE_FAILED: "Check the free space, and what else has the files open, such as a backup."
    f" See event 19100 in {_VMMS_LOG}.",
    ConcernCode.MERGE_INTERRUPTED: f"See events 19090 and 19100 in {_VMMS_LOG}.",
}


def concern_text(concern: Concern) -> SafeText:
    match concern.code:
        case ConcernCode.MANY:
            most = f"; {concern.limit} are allowed" if concern.limit is not None else ""
            return SafeText(f"It has {concern.number} checkpoints{most}.")
        case ConcernCode.OWNERLESS_LINKS:
            links = "1 link" if concern.number == 1 else f"{concern.number} links"
            held = f", {size(concern.amount)}" if concern.amount is not None else ", size not known"
            return SafeText(f"{links} that no checkpoint owns{held}: a merge is due or has failed.")
        case ConcernCode.HEALTH if concern.health is not None:
            return _with_words(_HEALTH[concern.health], concern.words)
        case ConcernCode.OBSTACLE if concern.obstacle is not None:
            return OBSTACLES[concern.obstacle]
        case ConcernCode.MERGE_FAILED | ConcernCode.MERGE_INTERRUPTED:
            return _with_words(_SENTENCES[concern.code].rstrip("."), concern.words)
    return compose(
        _SENTENCES[concern.code],
        number=concern.number,
        words=concern.words or "the host does not say which",
        unread=could_not_be_read(concern.words),
        other=concern.other_vm,
    )


def concern_advice(concern: Concern) -> SafeText:
    """Return what the cause may be and where to look, as sentences; "" if the concern speaks for itself."""
    return SafeText(_ADVICE.get(concern.code, EMPTY))


def concern_mark(found: Sequence[Concern]) -> SafeText:
    """Return ``!!`` if one of them is grave, ``!`` if there are only others, and "" if there are none."""
    return SafeText("!!" if any(concern.grave for concern in found) else "!" if found else "")


def _with_words(said: str, words: str) -> SafeText:
    return compose("{said}: {words}", said=said, words=words) if words else SafeText(f"{said}.")
