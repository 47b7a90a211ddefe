"""The sentences for why something cannot be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import Verb
from hvtui.backends.model import Activity
from hvtui.backends.operations import orphans
from hvtui.backends.operations.actions import ReasonCode
from hvtui.backends.operations.commands import RenameCheckpoint
from hvtui.tui.text.absence import could_not_be_read
from hvtui.tui.text.health import OBSTACLES
from hvtui.tui.text.kinds import lock_text
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.words import state_in_sentence, vm_on_host

if TYPE_CHECKING:
    from hvtui.backends.model import OrphanedWrite
    from hvtui.backends.operations.actions import Reason
    from hvtui.backends.operations.command import Command

_FIXED = {
    ReasonCode.NOT_CONNECTED: "There is no connection to the host.",
    ReasonCode.READ_ONLY: "This host is read-only in your configuration.",
    ReasonCode.NO_VM: "Select a virtual machine first.",
    ReasonCode.NOT_ABANDONED: "This checkpoint was not left behind by a backup.",
    ReasonCode.BACKUP_TOO_YOUNG: "The checkpoint is less than a day old: a backup may still need it.",
    ReasonCode.BACKUP_AGE_UNKNOWN: "The host gives no date that can be true for the checkpoint: a backup may still need it.",
    ReasonCode.JOBS_UNREAD: "It is not known what the host is working on: a backup of the VM may be running.",
    ReasonCode.NOT_PERMITTED: "Your account does not have the right to do this to the VM.",
    ReasonCode.CRITICAL: "Its storage is full or cannot be reached. Fix that first.",
    ReasonCode.CHECKPOINTS_DISABLED: "Checkpoints are disabled for this VM.",
    ReasonCode.NAME_EMPTY: "Enter a name.",
    ReasonCode.NAME_CONTROL_CHARACTERS: "The name must not contain control characters.",
    ReasonCode.NAME_UNCHANGED: "The checkpoint already has this name.",
}
_CANNOT = {
    "create": "no checkpoint can be created now",
    "apply": "no checkpoint can be applied now",
    "start": "it cannot be started",
    "stop": "it cannot be stopped",
    "save": "it cannot be saved",
    "discard_saved_state": "it has no saved state to discard",
}


def reason_text(reason: Reason) -> SafeText:
    if reason.code in _FIXED:
        return SafeText(_FIXED[reason.code])
    vm, checkpoint = reason.vm, reason.checkpoint
    match reason.code:
        case ReasonCode.UNSUPPORTED if reason.command:
            return compose("This backend cannot {what}.", what=command_words(reason.command))
        case ReasonCode.NO_CHECKPOINT if reason.count:
            return SafeText("Now is no checkpoint: select one in the tree.")
        case ReasonCode.NO_CHECKPOINT:
            return SafeText("No checkpoint of the VM is listed.")
        case ReasonCode.LOCKED if checkpoint:
            return lock_text(checkpoint)
        case ReasonCode.LOCKED_BELOW if checkpoint:
            return compose(
                "“{name}” below it is locked. {why}", name=checkpoint.name, why=lock_text(checkpoint)
            )
        case ReasonCode.BUSY if vm and reason.running:
            return compose("{vm} is busy: {what}.", vm=vm.name, what=running_words(reason.running))
        case ReasonCode.OUTCOME_UNKNOWN if reason.running:
            return compose("The outcome of {what} is not known yet.", what=operation_words(reason.running))
        case ReasonCode.OUTCOME_UNKNOWN | ReasonCode.ORPHAN_RUNNING if reason.orphan:
            return _orphan_text(reason.orphan, reason.orphan_target)
        case ReasonCode.HOST_BUSY if vm and reason.activity is not Activity.NONE:
            return compose("The host is busy with {vm}: {what}.", vm=vm.name, what=reason.activity.value)
        case ReasonCode.HOST_BUSY if vm:
            return compose("The host is busy with {vm}.", vm=vm.name)
        case ReasonCode.TOO_MANY_CHECKPOINTS:
            return SafeText(
                f"The VM has {reason.count} checkpoints; {reason.limit} are allowed. Delete one first."
            )
        case ReasonCode.VM_UNREAD if vm:
            why = could_not_be_read(reason.unread.words if reason.unread else "")
            return compose("{vm} {why}", vm=vm.name, why=why)
        case ReasonCode.CHECKPOINTS_UNREAD if vm:
            why = could_not_be_read(reason.unread.words if reason.unread else "")
            return compose("The checkpoints of {vm} {why}", vm=vm.name, why=why)
        case ReasonCode.OBSTACLE if vm and vm.obstacle:
            return OBSTACLES[vm.obstacle]
        case ReasonCode.STUCK if vm:
            return compose("The VM is {state}.", state=state_in_sentence(vm))
        case ReasonCode.WRONG_STATE if vm and reason.command:
            return compose(
                "The VM is {state}: {what}.", state=state_in_sentence(vm), what=_CANNOT[reason.command.name]
            )
        case ReasonCode.NAME_TOO_LONG:
            return SafeText(f"The name has {reason.count} characters; at most {reason.limit} are allowed.")
    return SafeText(reason.code.value)


def _orphan_text(orphan: OrphanedWrite, target: str) -> SafeText:
    what = f"{orphans.doing(orphan)} {target}".strip()
    if orphan.node:
        return compose(
            "A command from an earlier hvtui session was sent to {node}, and its outcome is not known yet: {what}.",
            node=orphan.node,
            what=what,
        )
    whose = "whose answer was lost" if orphan.reported else "from an earlier hvtui session"
    return compose("A command {whose} may still be running on this VM: {what}.", whose=whose, what=what)


def command_words(command: type[Command]) -> str:
    """Return the name in words: ``delete subtree``."""
    return command.name.replace("_", " ")


def running_words(command: Command) -> str:
    """Return the command in words, without its VM: ``applying “Before CU-11”``."""
    if isinstance(command, RenameCheckpoint):
        return f"{command.progress} “{command.checkpoint.name}” to “{command.new_name}”"
    return f"{command.progress} “{command.target}”" if command.target else command.progress


def operation_words(command: Command) -> str:
    """Return the command in words: ``applying “Before CU-11” on web-01``, ``starting web-01``."""
    joined = "of " if command.verb is Verb.DISCARD_SAVED_STATE else "on " if command.target else ""
    return f"{running_words(command)} {joined}{vm_on_host(command.vm)}"
