"""The main screen: the VMs of the host on the left, the checkpoints of the highlighted VM on the right."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input

from hvtui.backends.model import VmId
from hvtui.backends.operations.actions import why_not
from hvtui.backends.operations.command import Command, Selection
from hvtui.backends.operations.commands import (
    ApplyCheckpoint,
    CreateCheckpoint,
    DeleteCheckpoint,
    DeleteSubtree,
    RenameCheckpoint,
    SaveVm,
    StartVm,
    StopVm,
)
from hvtui.tui.screens.main_keys import BINDINGS, COMMANDS_BY_NAME, NOT_WHILE_TYPING, ORDER
from hvtui.tui.text.reasons import command_words, reason_text
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.status import failure_text, waiting_text
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.details import Details
from hvtui.tui.widgets.filter_field import FilterField
from hvtui.tui.widgets.key_bar import KeyBar
from hvtui.tui.widgets.operation_strip import OperationStrip, Shown, shown_operations
from hvtui.tui.widgets.title_bar import TitleBar
from hvtui.tui.widgets.vm_list import VmList

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.model import CheckpointId, Inventory, VmDisks
    from hvtui.tui.dialogs.dialog_app import DialogApp
    from hvtui.tui.host import HostConnection
    from hvtui.tui.host_state import HostState


class MainScreen(Screen[None]):
    app: DialogApp
    AUTO_FOCUS = "VmList"
    BINDINGS: ClassVar[list[BindingType]] = BINDINGS

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)
    vm_id: var[VmId | None] = var(None, init=False)
    checkpoint_id: var[CheckpointId | None] = var(None, init=False)
    disks: var[VmDisks | None] = var(None, init=False)
    now: var[datetime | None] = var(None, init=False)
    busy: var[Mapping[VmId, str]] = var(MappingProxyType({}), init=False)
    """What commands of this hvtui are doing to VMs: ``applying``."""
    operations: var[tuple[Shown, ...]] = var((), init=False)
    oldest_reading: var[datetime | None] = var(None, init=False)
    failure: var[SafeText] = var(SafeText(""), init=False)
    waiting: var[SafeText] = var(SafeText(""), init=False)
    capabilities: var[Capabilities | None] = var(None, init=False)

    def __init__(self, connection: HostConnection) -> None:
        super().__init__()
        self._connection = connection
        self._warning = ""
        self.asking = False
        """A dialog is open or about to open: keys that were typed ahead are meant for the dialog."""

    def compose(self) -> ComposeResult:
        here = MainScreen
        title = TitleBar(self._connection.target).data_bind(here.inventory, here.capabilities)
        yield title
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield VmList().data_bind(here.inventory, here.now, here.capabilities, operations=here.busy)
                yield FilterField()
            yield CheckpointTree().data_bind(here.inventory, here.vm_id, here.disks, here.now)
        yield Details().data_bind(
            here.inventory, here.vm_id, here.checkpoint_id, here.disks, here.now, here.capabilities
        )
        yield OperationStrip().data_bind(
            here.operations, here.oldest_reading, here.failure, here.waiting, here.now
        )
        yield KeyBar()

    def on_mount(self) -> None:
        keys = self.query_one(KeyBar)
        keys.order, keys.keep = ORDER, frozenset({"app.help", "app.quit"})
        keys.why_not = self.why_not
        self._tick()
        self.set_interval(1.0, self._tick)
        self._connection.attach(self)

    # ---- the state of the host ----

    def show_state(self, state: HostState) -> None:
        """Show the parts of the state that changed."""
        if state.inventory is not self.inventory:
            self.inventory = state.inventory
        self.oldest_reading, self.disks = state.oldest_reading, state.disks
        self.capabilities = state.capabilities
        self.failure = failure_text(state.failure, retries=state.retries)
        self.waiting = waiting_text(reconnecting=state.reconnecting, seconds=state.waiting_seconds)
        self.operations = shown_operations(
            state.running.values(),
            state.finished,
            state.orphans,
            state.other_work,
            state.inventory.jobs if state.inventory else (),
        )
        self.busy = {vm_id: command.progress for vm_id, command in state.commands.items()}
        if state.warning and state.warning != self._warning:
            self.notify(compose("{words}", words=state.warning), severity="warning", markup=False)
        self._warning = state.warning
        self._show_problem()
        self._repaint_keys()

    def watch_failure(self) -> None:
        self.refresh_bindings()

    def watch_waiting(self) -> None:
        self.refresh_bindings()

    def vms_on_screen(self) -> list[VmId]:
        return [VmId(vm_id) for vms in self.query(VmList) for vm_id in vms.on_screen]  # no list while closing

    def on_screen_resume(self) -> None:
        self._show_problem()

    def _show_problem(self) -> None:
        """Show the oldest error that has not been shown yet, unless another dialog is open."""
        problems = self._connection.state.problems
        if problems and self.is_current:
            from hvtui.tui.dialogs.error import ErrorDialog

            self.app.show(ErrorDialog(problems[0]))
            self._connection.mark_read(problems[0])

    def _tick(self) -> None:
        self.now = self._connection.clock()
        self._connection.tick()

    # ---- commands ----

    def take_selection(self) -> Selection:
        """Make all panes follow the cursor of the list, and return what is highlighted."""
        highlighted = self.query_one(VmList).cursor
        if highlighted is not None and highlighted != self.vm_id:
            self.vm_id = VmId(highlighted)
        return self._selection()

    def _selection(self) -> Selection:
        checkpoint = self.query_one(CheckpointTree).checkpoint
        return Selection(
            inventory=self.inventory,
            vm_id=self.vm_id,
            checkpoint_id=checkpoint.id if checkpoint else None,
            running=self._connection.state.commands,
            capabilities=self.capabilities,
        )

    def why_not(self, action: str) -> SafeText | None:
        """Return why the key bar greys this action; None if it is possible, or is not a command."""
        if action not in COMMANDS_BY_NAME or not self.is_mounted:
            return None
        reason = why_not(COMMANDS_BY_NAME[action], self._selection())
        return reason_text(reason) if reason else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        typing = isinstance(self.focused, Input)
        match action:
            case "filter":
                return not typing
            case "clear_filter":
                return any(field.display for field in self.query(FilterField))  # no field while closing
            case "stop_trying":
                return self._connection.can_stop_trying
            case _:
                return not (typing and action in NOT_WHILE_TYPING)

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

    def _ask(self, command: type[Command]) -> None:
        selection = self.take_selection()
        if reason := why_not(command, selection):
            self._warn(reason_text(reason), title=f"Cannot {command_words(command)}")
        elif not self.asking:
            self.asking = True
            self.run_worker(self._ask_and_run(command, selection), name=command.name)

    async def _ask_and_run(self, kind: type[Command], selection: Selection) -> None:
        from hvtui.tui.dialogs.commands.of_command import ask  # the first frame does not need it

        try:
            command = await ask(self.app, kind, selection, self.disks, self._connection.clock())
            if command is not None and not self._connection.start(command, selection):
                self._warn(compose("{vm} is busy.", vm=command.vm.name))
        finally:
            self.asking = False

    def _warn(self, text: SafeText, title: str = "") -> None:
        self.notify(text, title=title, severity="warning", markup=False)

    # ---- other keys ----

    def action_explain_windows_key(self) -> None:
        """Say that F2 and Del do nothing in the list of VMs: in Hyper-V Manager they rename and delete the VM there."""
        self._warn(SafeText("In this list F2 and Del do nothing. Press Enter to go to the checkpoints."))

    def action_refresh(self) -> None:
        self._connection.refresh()

    def action_copy_id(self) -> None:
        selection = self.take_selection()
        wanted = selection.vm if self.query_one(VmList).has_focus else selection.checkpoint or selection.vm
        if wanted is not None:
            self.app.copy_to_clipboard(wanted.id)
            self.notify(
                compose("Copied the ID of {name}: {id}", name=wanted.name, id=wanted.id), markup=False
            )

    def action_help(self) -> None:
        from hvtui.tui.dialogs.help import show_keys

        self.run_worker(show_keys(self, self.app), name="help")

    def action_filter(self) -> None:
        field = self.query_one(FilterField)
        field.display = True
        self.set_focus(field)

    def action_clear_filter(self) -> None:
        field = self.query_one(FilterField)
        field.value = ""
        self.set_focus(self.query_one(VmList))
        field.display = False

    def action_stop_trying(self) -> None:
        self._connection.stop_trying()

    @on(Input.Changed, "FilterField")
    def filter_vms(self, event: Input.Changed) -> None:
        self.query_one(VmList).filter_text = event.value

    @on(Input.Submitted, "FilterField")
    def keep_filter(self, event: Input.Submitted) -> None:
        self.set_focus(self.query_one(VmList))
        event.input.display = bool(event.value)

    @on(VmList.Highlighted)
    def follow_vm(self, event: VmList.Highlighted) -> None:
        self.vm_id = event.vm_id
        self._connection.read_disks(event.vm_id)
        self._repaint_keys()

    @on(VmList.Chosen)
    def action_go_to_tree(self) -> None:
        self.take_selection()
        self.set_focus(self.query_one(CheckpointTree))

    @on(CheckpointTree.Highlighted)
    def follow_checkpoint(self, event: CheckpointTree.Highlighted) -> None:
        self.checkpoint_id = event.checkpoint_id
        self._repaint_keys()

    def _repaint_keys(self) -> None:
        if self.is_mounted:
            self.query_one(KeyBar).repaint_changed()
