"""The keys of a screen that give commands: each asks first, and says why a command cannot be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.model import CheckpointKind
from hvtui.backends.operations.actions import ReasonCode, why_not
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    DiscardSavedState,
    RemoveBackupCheckpoint,
    RenameCheckpoint,
    SaveVm,
    StartVm,
    StopVm,
)
from hvtui.tui.screens.first_frame import FirstFrameScreen
from hvtui.tui.screens.main_keys import COMMANDS_BY_NAME
from hvtui.tui.text.reasons import command_words, reason_text
from hvtui.tui.text.safe import SafeText, compose, shorten
from hvtui.tui.text.words import vm_on_host

if TYPE_CHECKING:
    from hvtui.backends.operations.actions import Reason
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.connection import Connection
    from hvtui.tui.dialogs.dialog_app import DialogApp
    from hvtui.tui.text.problems import Problem

_WARNING_CELLS = 240
"""The most of a warning that is shown: the host's own words in it can be long, and are in the details too."""


class CommandScreen(FirstFrameScreen):
    """A screen with a selection that commands are given for."""

    app: DialogApp

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection
        self.asking = False
        """A dialog is open or about to open: keys that were typed ahead are meant for the dialog."""

    def take_selection(self) -> Selection:
        """Make all panes follow the cursor of the list, and return what is highlighted."""
        raise NotImplementedError

    def selection(self) -> Selection:
        """Return what is highlighted in the pane of checkpoints."""
        raise NotImplementedError

    def why_not(self, action: str) -> SafeText | None:
        """Return why the key bar greys this action; None if it is possible, or is not a command."""
        if action not in COMMANDS_BY_NAME or not self.is_mounted:
            return None
        selection = self.selection()
        reason = why_not(_meant(COMMANDS_BY_NAME[action], selection), selection)
        return reason_text(reason) if reason else None

    def action_create(self) -> None:
        self._ask(CreateCheckpoint)

    def action_apply(self) -> None:
        self._ask(ApplyCheckpoint)

    def action_rename(self) -> None:
        self._ask(RenameCheckpoint)

    def action_delete(self) -> None:
        self._ask(DeleteCheckpoint)

    def action_delete_subtree(self) -> None:
        self._ask(DeleteSubtree)

    def action_start(self) -> None:
        self._ask(StartVm)

    def action_stop(self) -> None:
        self._ask(StopVm)

    def action_save(self) -> None:
        self._ask(SaveVm)

    def action_discard_saved_state(self) -> None:
        self._ask(DiscardSavedState)

    def show_problem(self, shown: Problem) -> None:
        """Show an error, and open the dialog of the way out of it if the person chooses that."""
        from hvtui.tui.dialogs.error import ErrorDialog

        def answered(way_out: type[Command] | None) -> None:
            if way_out is not None and shown.vm_id is not None:
                self._ask(way_out, self.connection.selection(shown.vm_id, None))

        self.app.show(ErrorDialog(shown), answered)

    def _ask(self, wanted: type[Command], given_for: Selection | None = None) -> None:
        selection = given_for or self.take_selection()
        command = _meant(wanted, selection)
        reason = why_not(command, selection)
        if reason is None and not self.asking:
            self.asking = True
            self.run_worker(self._ask_and_run(command, selection), name=command.name)
        elif reason is not None and not self._advise(reason, selection):
            self.warn(reason_text(reason), title=f"Cannot {command_words(command)}")

    def _advise(self, reason: Reason, selection: Selection) -> bool:
        """Show what may help a VM that does not finish starting or stopping. Return whether that is the reason."""
        if reason.code is not ReasonCode.STUCK or self.asking:
            return False
        from hvtui.tui.dialogs.commands.stuck import StuckDialog

        self.app.show(StuckDialog(selection))
        return True

    async def _ask_and_run(self, kind: type[Command], selection: Selection) -> None:
        from hvtui.tui.dialogs.commands.choose_dialog import ask  # the first frame does not need it

        try:
            readings = self.connection.state.disk_readings
            command = await ask(self.app, kind, selection, readings, self.connection.clock())
            if command is not None and not self.connection.start(command, selection):
                reason = why_not(kind, self.connection.selection(selection.vm_id, selection.checkpoint_id))
                busy = compose("{vm} is busy.", vm=vm_on_host(command.vm))
                self.warn(reason_text(reason) if reason else busy)
        finally:
            self.asking = False

    def warn(self, text: SafeText, title: str = "") -> None:
        """Show a warning."""
        self.notify(shorten(text, _WARNING_CELLS), title=title, severity="warning", markup=False)


def _meant(command: type[Command], selection: Selection) -> type[Command]:
    """Return the command that a key means for this selection: a backup's checkpoint is deleted by one of its own."""
    checkpoint = selection.checkpoint
    if command is DeleteCheckpoint and checkpoint and checkpoint.kind is CheckpointKind.RECOVERY:
        return RemoveBackupCheckpoint
    return command
