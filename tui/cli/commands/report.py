"""Prints the outcome of a command, as a sentence or as JSON, and returns its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hvtui.backends.operations.operation import Ending
from hvtui.backends.operations.readings.after_delete import MergeState
from hvtui.tui.cli import output
from hvtui.tui.cli.exit_codes import DONE, FAILED, PARTLY, REFUSED, UNKNOWN
from hvtui.tui.text.outcomes import (
    applied_state_text,
    change_lines,
    done_text,
    fallback_text,
    findings_text,
    operation_detail,
    safety_text,
)
from hvtui.tui.text.problems import operation_problem
from hvtui.tui.text.reasons import operation_words
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.hosts.target import Target
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.backends.operations.operation import Operation
    from hvtui.backends.operations.preconditions import TargetChanged
    from hvtui.backends.operations.readings.after_delete import MergeResult
    from hvtui.tui.cli.commands.question import Refused
    from hvtui.tui.text.safe import SafeText

_ENDINGS = {
    Ending.PARTLY: ("Partly done", PARTLY),
    Ending.FAILED: ("Failed", FAILED),
    Ending.UNKNOWN: ("Outcome unknown", UNKNOWN),
}
_MERGES: dict[MergeState | None, tuple[str, bool | None, int]] = {
    MergeState.FINISHED: ("Nothing is left to merge.", True, DONE),
    MergeState.ENDED: (
        "The host shows no merge any more; whether it finished is not known.",
        None,
        UNKNOWN,
    ),
    MergeState.INTERRUPTED: ("The merge of its disks was interrupted.", False, PARTLY),
    MergeState.FAILED: ("The merge of its disks failed.", False, PARTLY),
}
_NOT_BEGUN = "The host has not begun to merge its disks."
_MERGE_UNKNOWN = ("Whether its disks are merged is not known: look at the VM.", None, UNKNOWN)
_MERGING = "The host is merging its disks now. With --wait, hvtui follows that to its end."
_WAYS_OUT = {"stop": "stop {words} --turn-off", "discard_saved_state": "discard-saved-state {words}"}


class Report:
    def __init__(self, command: str, target: Target, *, as_json: bool) -> None:
        self.selection: Selection | None = None
        self._notes: Sequence[SafeText] = ()
        self._command, self._host, self._as_json = command, target.name, as_json
        self.host_words = target.command or "HOST"
        """The words that name the host on a command line."""

    def take_notes(self, notes: Sequence[SafeText], *, say: bool) -> None:
        """Take what is known before the command is sent: part of the JSON, and else said if nothing is asked."""
        self._notes = notes
        if say and not self._as_json:
            for note in notes:
                output.warn(f"hvtui: {note}")

    def done(self, operation: Operation, *, waited: bool = False, merge: MergeResult | None = None) -> int:
        """Report a command that is done. With `waited`, also report how its merge ended; `merge` None: not known."""
        created = _created(operation)
        fields: dict[str, Any] = {"outcome": "done", "created": created}
        words = str(done_text(operation.command))
        if safety := safety_text(operation):
            words += f" {safety}"
        if state := applied_state_text(operation):
            words += f" {state}"
        if created:
            words += f" Its ID: {created['id']}"
        said, merged, code = _merge_told(operation, merge, waited=waited)
        fields |= merged
        if said:
            words += f" {said}"
        seen = operation_detail(operation) if operation.error else fallback_text(operation)
        if operation.error is not None:
            fields["error"] = output.error_object(operation.error)
        if seen:
            fields["seen"] = seen
        self._print(words, fields)
        if seen and not self._as_json:
            output.warn(f"hvtui: {seen}")
        return code

    def refused(self, refused: Refused) -> int:
        code = refused.reason.code.value if refused.reason else "not-confirmed"
        error = {"type": "Refused", "code": code, "message": refused.message, "hint": refused.hint}
        if refused.advice:
            error["advice"] = refused.advice
        words = safe(f"{refused.message} {refused.hint}".strip())
        self._print_error(words, {"outcome": "refused", "error": error})
        if refused.advice and not self._as_json:
            output.warn(refused.advice)
        return REFUSED

    def target_changed(self, error: TargetChanged) -> int:
        """Report a command that was not sent, because the host has changed since the person was asked."""
        changes = change_lines(error)
        fields = {"outcome": "refused", "error": {**output.error_object(error), "changes": changes}}
        self._print_error(safe(" ".join([error.message, *changes, error.hint]).strip()), fields)
        return REFUSED

    def failed(self, operation: Operation, *, waited: bool = False, merge: MergeResult | None = None) -> int:
        """Report a command that failed, did more or less than was asked, or has an unknown outcome, and what is there.

        With `waited`, also report how its merge ended, as `done` does; the exit code does not say that.
        """
        heading, code = _ENDINGS[operation.ending or Ending.UNKNOWN]
        error = operation.error
        seen = findings_text(operation.findings) if operation.findings else None
        way_out = self._way_out(operation)
        said, merged, _ = _merge_told(operation, merge, waited=waited)
        if error:
            words = output.error_words(error, seen=f"{seen or ''} {said}".strip(), way_out=way_out or "")
        else:
            words = f"{operation_detail(operation)} {said}".strip()
        ending = operation.ending.value if operation.ending else Ending.UNKNOWN.value
        told = {
            "outcome": ending,
            "error": output.error_object(error) if error else None,
            "seen": seen,
            "way_out": way_out,
            **merged,
        }
        self._print_error(f"{heading}: {words}", told)
        return code

    def interrupted(self, command: Command) -> int:
        words = (
            f"Interrupted. The host may continue: {operation_words(command)}. "
            f"Look with: hvtui list {self.host_words} {command.vm.id}"
        )
        error = {"type": "Interrupted", "message": words, "hint": "", "detail": ""}
        self._print_error(safe(words), {"outcome": "unknown", "error": error})
        return UNKNOWN

    def _way_out(self, operation: Operation) -> str | None:
        """Return the command line that leads out of the problem; None if there is none."""
        shown = operation_problem(operation)
        if shown is None or shown.way_out is None:
            return None
        words = _WAYS_OUT[shown.way_out.name].format(words=f"{self.host_words} {operation.command.vm.id}")
        return f"hvtui {words}"

    def _print(self, words: str, fields: dict[str, Any]) -> None:
        if self._as_json:
            output.write_json({**self._subject(), **fields})
        else:
            output.say(safe(words))

    def _print_error(self, words: str, fields: dict[str, Any]) -> None:
        """Print the words, which are safe already and may be two lines."""
        if self._as_json:
            output.write_json({**self._subject(), **fields})
        else:
            output.warn(f"hvtui: {words}")

    def _subject(self) -> dict[str, Any]:
        selection = self.selection
        vm = selection.vm if selection else None
        checkpoint = selection.checkpoint if selection else None
        return {
            "command": self._command,
            "host": self._host,
            "vm": {"id": vm.id, "name": vm.name} if vm else None,
            "checkpoint": {"id": checkpoint.id, "name": checkpoint.name} if checkpoint else None,
            "notes": list(self._notes),
        }


def _merge_told(
    operation: Operation, merge: MergeResult | None, *, waited: bool
) -> tuple[str, dict[str, Any], int]:
    """Return what is known of its merge, as a sentence, as fields for JSON, and as an exit code."""
    if waited:
        said, merged, code = _merge_words(merge)
        return said, {"merge": _merge_code(merge), "merged": merged}, code
    if operation.merge is not MergeState.MERGING:
        return "", {"merge": None}, DONE
    # --wait does not follow what may not be deleted.
    said = "" if operation.ending is Ending.UNKNOWN else _MERGING
    return said, {"merge": operation.merge.value}, DONE


def _merge_words(merge: MergeResult | None) -> tuple[str, bool | None, int]:
    """Return how a merge ended, as a sentence, as a value for JSON, and as an exit code."""
    said, merged, code = _MERGES.get(merge.state if merge else None, _MERGE_UNKNOWN)
    if merge is not None and merge.state is None:
        said = _NOT_BEGUN
    if merge is None or not merge.left:
        return said, merged, code
    count = len(merge.left)
    links = "1 link is" if count == 1 else f"{count} links are"
    if merge.state is MergeState.ENDED:
        said = "The host shows no merge any more."
    return f"{said} {links} still to be merged.", False, PARTLY


def _merge_code(merge: MergeResult | None) -> str | None:
    if merge is None:
        return None
    return merge.state.value if merge.state else "not-begun"


def _created(operation: Operation) -> dict[str, Any] | None:
    """Return the checkpoint that the command created, or None. Its name is None if it was not read afterwards."""
    if operation.created is None:
        return None
    found = operation.findings.findings if operation.findings else ()
    names = {each.checkpoint_id: each.name for each in found if each.name}
    return {
        "id": operation.created,
        "name": names.get(operation.created),
        "fell_back": bool(fallback_text(operation)),
    }
