"""Prints the outcome of a command, as a sentence or as JSON, and returns its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hvtui.tui.cli import output
from hvtui.tui.text.outcomes import change_lines
from hvtui.tui.text.reasons import operation_words
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.backends.operations.preconditions import TargetChanged
    from hvtui.backends.operations.runner import Operation
    from hvtui.tui.cli.commands.question import Refused
    from hvtui.tui.text.safe import SafeText


class Report:
    def __init__(self, command: str, host: str, *, as_json: bool) -> None:
        self.selection: Selection | None = None
        self._command, self._host, self._as_json = command, host, as_json

    def done(self, operation: Operation, *, waited: bool = False, merged: bool = False) -> int:
        """Report a command that is done. With `waited`, also report its merge: ended if `merged`, else unknown."""
        created = _created(operation)
        fields: dict[str, Any] = {"outcome": "done", "created": created}
        words = f"Done: {operation_words(operation.command)}."
        if created:
            words += f" Created: {created['id']}."
        if waited:
            fields["merged"] = merged or None
            words += (
                " The host shows no merge any more."
                if merged
                else " Whether its disks are merged is not known: look at the VM."
            )
        self._print(words, fields)
        return output.UNKNOWN if waited and not merged else output.DONE

    def refused(self, refused: Refused) -> int:
        code = refused.reason.code.value if refused.reason else "not-confirmed"
        error = {"type": "Refused", "code": code, "message": refused.message, "hint": refused.hint}
        self._print_error(f"{refused.message} {refused.hint}".strip(), {"outcome": "refused", "error": error})
        return output.REFUSED

    def target_changed(self, error: TargetChanged) -> int:
        """Report a command that was not sent, because the host has changed since the person was asked."""
        changes = change_lines(error)
        fields = {"outcome": "refused", "error": {**output.error_object(error), "changes": changes}}
        self._print_error(" ".join([error.message, *changes, error.hint]).strip(), fields)
        return output.REFUSED

    def failed(self, error: BackendError, seen: SafeText | None, *, unknown: bool) -> int:
        """Report a command that failed, or whose answer was lost. `seen` is what a reading after the command showed."""
        outcome = "unknown" if unknown else "failed"
        words = output.error_text(error).removeprefix("hvtui: ")
        self._print_error(
            f"{'Outcome unknown' if unknown else 'Failed'}: {words} {seen or ''}".strip(),
            {"outcome": outcome, "error": output.error_object(error), "seen": seen},
        )
        return output.UNKNOWN if unknown else output.FAILED

    def interrupted(self, command: Command) -> int:
        words = (
            f"Interrupted. The host may continue: {operation_words(command)}. "
            f"Look with: hvtui list HOST {command.vm.id}"
        )
        error = {"type": "Interrupted", "message": words, "hint": "", "detail": ""}
        self._print_error(words, {"outcome": "unknown", "error": error})
        return output.UNKNOWN

    def _print(self, words: str, fields: dict[str, Any]) -> None:
        if self._as_json:
            output.write_json({**self._subject(), **fields})
        else:
            output.write(f"{safe(words)}\n")

    def _print_error(self, words: str, fields: dict[str, Any]) -> None:
        if self._as_json:
            output.write_json({**self._subject(), **fields})
        else:
            output.warn(f"hvtui: {safe(words)}")

    def _subject(self) -> dict[str, Any]:
        selection = self.selection
        vm = selection.vm if selection else None
        checkpoint = selection.checkpoint if selection else None
        return {
            "command": self._command,
            "host": self._host,
            "vm": {"id": vm.id, "name": vm.name} if vm else None,
            "checkpoint": {"id": checkpoint.id, "name": checkpoint.name} if checkpoint else None,
        }


def _created(operation: Operation) -> dict[str, str | None] | None:
    """Return the checkpoint that the command created, or None. Its name is None if it was not read afterwards."""
    if operation.created is None:
        return None
    names = {f.checkpoint_id: f.name for f in operation.findings.findings} if operation.findings else {}
    return {"id": operation.created, "name": names.get(operation.created)}
