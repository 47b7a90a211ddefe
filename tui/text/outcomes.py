"""The sentences for what a reading shows after a command, and for what changed before the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.errors import HyperVUnavailable, OperationFailed
from hvtui.backends.lineage import subtree
from hvtui.backends.model import Activity
from hvtui.backends.operations.command import FindingCode
from hvtui.backends.operations.commands import ApplyCheckpoint, RenameCheckpoint
from hvtui.backends.operations.operation import Ending
from hvtui.backends.operations.preconditions import ChangeCode
from hvtui.backends.operations.readings.after_delete import MergeState
from hvtui.backends.secret import redact
from hvtui.tui.text.absence import NO_CHECKPOINT, NOT_LISTED, NOT_READ, VM_NOT_FOUND, checkpoint_name
from hvtui.tui.text.reasons import reason_text
from hvtui.tui.text.safe import EMPTY, SafeText, compose
from hvtui.tui.text.words import state_in_sentence, vm_on_host

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import Checkpoint, Vm
    from hvtui.backends.operations.command import Command, Finding, Selection
    from hvtui.backends.operations.operation import Operation
    from hvtui.backends.operations.outcome import Findings
    from hvtui.backends.operations.preconditions import TargetChanged

_FINDINGS = {
    FindingCode.CREATED: "“{name}” was created.",
    FindingCode.CREATED_UNDER_ANOTHER_NAME: "A checkpoint was created, but it is called “{name}”.",
    FindingCode.NOT_CREATED: "No checkpoint was created.",
    FindingCode.NAME: "It is called “{name}” now.",
    FindingCode.CHECKPOINT_GONE: "The checkpoint is not listed any more.",
    FindingCode.CHECKPOINT_THERE: "It is still there.",
    FindingCode.DELETED: "It was deleted.",
    FindingCode.MORE_DELETED: "“{name}” is gone too.",
    FindingCode.SOME_THERE: "{count} of {total} checkpoints are still there.",
    FindingCode.ALL_DELETED: "All of them were deleted.",
    FindingCode.APPLIED: "It was applied.",
    FindingCode.APPLIED_NOT_STARTED: "It was applied, but the VM was not started again.",
    FindingCode.NOT_APPLIED: "Nothing was applied.",
    FindingCode.SAVED_NOT_APPLIED: "The VM was saved, but nothing was applied.",
    FindingCode.NOT_STARTED: "The VM was not started.",
    FindingCode.FELL_BACK: "It is a standard checkpoint with memory: a production one could not be made. See VSS in the guest"
    " (vssadmin list writers), and whether its backup integration service answers.",
    FindingCode.CHECKPOINTS_UNREAD: "Its checkpoints could not be read: {words}",
    FindingCode.CANNOT_TELL: "The VM already ran on this checkpoint, so hvtui cannot tell whether it was applied.",
}

_CREATED = (FindingCode.CREATED, FindingCode.CREATED_UNDER_ANOTHER_NAME)
_MERGES = {
    MergeState.ENDED: "The host is not merging any more; whether it finished is not known.",
    MergeState.FINISHED: "Nothing is left to merge.",
    MergeState.INTERRUPTED: "The merge of its disks was interrupted: see event 19090 in the host's VMMS log.",
    MergeState.FAILED: "The merge of its disks failed: see event 19100 in the host's VMMS log.",
}
_MORE_GONE = SafeText("More is gone than was to be deleted.")
_DONE = {
    "create": "It was created",
    "apply": "It was applied",
    "rename": "It was renamed",
    "delete": "It was deleted",
    "delete_subtree": "All of them were deleted",
    "start": "The VM was started",
    "stop": "The VM is off",
    "save": "The VM was saved",
    "discard_saved_state": "The saved state was discarded",
    "remove_backup_checkpoint": "It was deleted",
}

_DONE_SENTENCES = {
    "create": "Created “{name}” on {vm}.",
    "apply": "Applied “{name}” to {vm}.",
    "rename": "Renamed “{name}” of {vm} to “{new_name}”.",
    "delete": "Deleted “{name}” of {vm}.",
    "delete_subtree": "Deleted “{name}” of {vm} and all checkpoints below it.",
    "start": "Started {vm}.",
    "stop": "Stopped {vm}.",
    "save": "Saved {vm}.",
    "discard_saved_state": "Discarded the saved state of {vm}.",
    "remove_backup_checkpoint": "Deleted “{name}” of {vm}.",
}


def done_text(command: Command) -> SafeText:
    """Return what was done, as a sentence: ``Applied “Before CU-11” to web-01.``"""
    name, new_name = command.target, ""
    if isinstance(command, RenameCheckpoint):
        name, new_name = command.checkpoint.name, command.new_name
    return compose(_DONE_SENTENCES[command.name], name=name, new_name=new_name, vm=vm_on_host(command.vm))


def safety_text(operation: Operation) -> SafeText:
    """Return the name of the safety checkpoint that was created before an apply; "" if there is none."""
    command, seen = operation.command, operation.findings
    if not isinstance(command, ApplyCheckpoint) or command.safety_name is None:
        return EMPTY
    names = [found.name for found in seen.findings if found.code in _CREATED] if seen else []
    if not names and operation.created is None:
        return EMPTY
    return compose("Safety checkpoint: “{name}”.", name=names[0] if names else command.safety_name)


def applied_state_text(operation: Operation) -> SafeText:
    """Return the state of the VM after an apply of which nobody could say before how it would leave the VM; else ""."""
    command, seen = operation.command, operation.findings
    if not isinstance(command, ApplyCheckpoint) or command.checkpoint.with_memory is not None:
        return EMPTY
    if seen is None or seen.vm is None:
        return EMPTY
    return vm_state(seen.vm, seen.current, listed=seen.lists_checkpoints)


def findings_text(findings: Findings) -> SafeText:
    """Return what a reading shows of the command, and then the VM's present state."""
    if findings.error is not None:
        error = findings.error
        words = error.message if isinstance(error, HyperVUnavailable) else error.detail or error.message
        return compose("The VM could not be read since: {words}", words=redact(words))
    vm = findings.vm
    if vm is None:
        return VM_NOT_FOUND
    seen = [_finding(found, vm) for found in findings.findings if found.code is not FindingCode.STATE]
    if findings.moved_to:
        seen.append(compose("The VM is on {host} now.", host=findings.moved_to))
    return SafeText(" ".join([*seen, vm_state(vm, findings.current, listed=findings.lists_checkpoints)]))


def vm_state(vm: Vm, current: Checkpoint | None, *, listed: bool = True) -> SafeText:
    """Return the state as a sentence: ``The VM is running now, on “Before CU-11”.``

    `listed`: the checkpoints of the VM were read.
    """
    if current is not None:
        return compose("The VM is {state} now, on “{name}”.", state=state_in_sentence(vm), name=current.name)
    where = NO_CHECKPOINT if vm.current is None else NOT_LISTED if listed else NOT_READ
    return compose("The VM is {state} now, on {where}.", state=state_in_sentence(vm), where=where)


def operation_detail(operation: Operation) -> SafeText:
    """Return what is to be said of an operation besides its ending; "" if it is running, or done without an error."""
    error, seen = operation.error, operation.findings
    if seen and operation.ending is Ending.UNKNOWN:
        return findings_text(seen)
    if seen and operation.ending is Ending.PARTLY and error is None:
        return compose("{more} {found}", more=_MORE_GONE, found=findings_text(seen))
    if error is None:
        merge = _MERGES.get(operation.merge, EMPTY) if operation.merge else EMPTY
        return _joined(safety_text(operation), fallback_text(operation) or SafeText(merge))
    if operation.ending is Ending.DONE:
        done = _DONE[operation.command.name]
        reported = compose("{done}, and the host reported: {error}", done=done, error=_error_words(error))
        return _joined(reported, safety_text(operation))
    if operation.ending is Ending.PARTLY:
        found = findings_text(seen) if seen else EMPTY
        return compose("{found} The host reported: {error}", found=found, error=_error_words(error))
    return _error_words(error)


def fallback_text(operation: Operation) -> SafeText:
    """Return that a production checkpoint could not be made, and where to look; "" if nothing of that is known."""
    seen = operation.findings
    fell_back = seen is not None and any(found.code is FindingCode.FELL_BACK for found in seen.findings)
    return SafeText(_FINDINGS[FindingCode.FELL_BACK]) if fell_back else EMPTY


def _joined(*sentences: SafeText) -> SafeText:
    return SafeText(" ".join(sentence for sentence in sentences if sentence))


def _error_words(error: BackendError) -> SafeText:
    """Return the message; if that is the heading of the host's words only, with the next line of them."""
    words = error.message
    if isinstance(error, OperationFailed):
        known = {"", words.strip(), error.error_id, error.category}
        lines = [line.strip() for line in error.detail.splitlines()]
        more = [line for line in lines if line not in known and line not in words]
        words = " ".join([words, *more[:1]])
    return compose("{words}", words=redact(words))


def change_lines(error: TargetChanged) -> list[SafeText]:
    """Return what changed between the question and the answer, one sentence for each change."""
    lines = [_change(code, error.before, error.after) for code in error.changes]
    return lines + ([reason_text(error.reason)] if error.reason else [])


def _finding(finding: Finding, vm: Vm) -> SafeText:
    if finding.code is FindingCode.STILL_WORKING:
        if vm.activity is not Activity.NONE:
            return compose("The host is still working on it: {what}.", what=vm.activity.value)
        return SafeText("The host may still be working on it.")
    return compose(
        _FINDINGS[finding.code],
        name=finding.name,
        count=finding.count,
        total=finding.total,
        words=finding.words,
    )


def _change(code: ChangeCode, before: Selection, after: Selection) -> SafeText:
    was, vm = before.vm, after.vm
    old, new = before.checkpoint, after.checkpoint
    match code:
        case ChangeCode.VM_RENAMED if was and vm:
            return compose("The VM “{old}” is called “{new}” now.", old=was.name, new=vm.name)
        case ChangeCode.HOST if was and vm:
            return compose("The VM was on {old} and is on {new} now.", old=was.host, new=vm.host)
        case ChangeCode.STATE if was and vm:
            return compose(
                "The VM was {old} and is {new} now.", old=state_in_sentence(was), new=state_in_sentence(vm)
            )
        case ChangeCode.CURRENT:
            return compose(
                "The VM ran on {old} and runs on {new} now.", old=_current(before), new=_current(after)
            )
        case ChangeCode.SETTING:
            return SafeText("The checkpoint type that the VM is configured for was changed.")
        case ChangeCode.CHECKPOINT_GONE:
            return SafeText("The checkpoint is not there any more.")
        case ChangeCode.CHECKPOINT_RENAMED if old and new:
            return compose("The checkpoint “{old}” is called “{new}” now.", old=old.name, new=new.name)
        case ChangeCode.PARENT:
            return SafeText("The checkpoint has another parent now.")
        case ChangeCode.SUBTREE:
            return SafeText(
                f"There were {_below(before)} checkpoints below it and there are {_below(after)} now, or others."
            )
        case _:
            return VM_NOT_FOUND


def _current(selection: Selection) -> SafeText:
    vm, inventory = selection.vm, selection.inventory
    return checkpoint_name(vm.current, inventory, vm) if vm and inventory else NO_CHECKPOINT


def _below(selection: Selection) -> int:
    checkpoint = selection.checkpoint
    return len(subtree(selection.checkpoints, checkpoint.id)) - 1 if checkpoint else 0
