"""The main screen: the VMs of the host on the left, the checkpoints of the highlighted VM on the right."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.containers import Container, Vertical
from textual.reactive import var
from textual.widgets import Input

from hvtui.backends.hosts.target import Group
from hvtui.backends.operations.operation import Ending
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.screens.main_keys import DANGER, NOT_WHILE_TYPING, ORDER
from hvtui.tui.screens.view import ViewScreen
from hvtui.tui.text.disks.merging import merge_totals
from hvtui.tui.text.outcomes import fallback_text
from hvtui.tui.text.safe import SafeText, compose
from hvtui.tui.text.status import failure_text, waiting_text
from hvtui.tui.text.words import vm_on_host
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.details import Details
from hvtui.tui.widgets.filter_field import FilterBar, FilterMistake
from hvtui.tui.widgets.hosts.host_rows import host_of_row
from hvtui.tui.widgets.key_bar import KeyBar
from hvtui.tui.widgets.operations.operation_strip import OperationStrip
from hvtui.tui.widgets.operations.shown import Shown, shown_operations
from hvtui.tui.widgets.title_bar import TitleBar
from hvtui.tui.widgets.vm_list import VmList

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.model import CheckpointId, DiskReading, Inventory, VmId
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.tui.connection import Connection
    from hvtui.tui.host.state import HostState


_HINTS = (
    "Press {help} for all keys, {palette} for every command, VM and checkpoint.",
    "Press {help} for all keys, {palette} for every command.",
)
"""In words of decreasing length."""


class MainScreen(ViewScreen):
    AUTO_FOCUS = "VmList"
    HORIZONTAL_BREAKPOINTS = [(0, "-usual"), (150, "-wide")]  # noqa: RUF012, as Textual declares it
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-tiny"),
        (16, "-low"),
        (22, "-short"),
        (30, "-tall"),
        (40, "-high"),
    ]
    PLACES = (Place.MAIN, Place.SCREENS)
    BINDINGS: ClassVar[list[BindingType]] = bindings(*PLACES)

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)
    vm_id: var[VmId | None] = var(None, init=False)
    host_name: var[str] = var("", init=False)
    """The host or cluster whose row is highlighted instead of a VM; "" if it is that of a VM."""
    checkpoint_id: var[CheckpointId | None] = var(None, init=False)
    disk_readings: var[Mapping[VmId, DiskReading]] = var(MappingProxyType({}), init=False)
    disk_reading: var[DiskReading | None] = var(None, init=False)
    """The last reading of the disks of the highlighted VM."""
    now: var[datetime | None] = var(None, init=False)
    busy: var[Mapping[VmId, str]] = var(MappingProxyType({}), init=False)
    """What commands of this hvtui are doing to VMs: ``applying``."""
    merging: var[Mapping[VmId, int]] = var(MappingProxyType({}), init=False)
    """How many bytes the merges on VMs concern, where that is known."""
    operations: var[tuple[Shown, ...]] = var((), init=False)
    oldest_reading: var[datetime | None] = var(None, init=False)
    stale: var[bool] = var(False, init=False)
    failure: var[SafeText] = var(SafeText(""), init=False)
    waiting: var[SafeText] = var(SafeText(""), init=False)
    waiting_hosts: var[Mapping[str, float]] = var(MappingProxyType({}), init=False)
    """For how many seconds each slow one of several hosts has not answered."""
    capabilities: var[Capabilities | None] = var(None, init=False)

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._warning = ""
        self._ended: list[Command] = []
        """The commands whose end was told."""

    def compose(self) -> ComposeResult:
        here = MainScreen
        title = TitleBar(self.connection.target).data_bind(
            here.inventory, here.capabilities, here.vm_id, here.host_name
        )
        yield title
        with Container(id="panes"):
            with Vertical(id="left"):
                yield VmList(self.app.preferences.columns_vms).data_bind(
                    here.inventory,
                    here.now,
                    here.capabilities,
                    here.disk_readings,
                    here.stale,
                    here.oldest_reading,
                    here.merging,
                    here.waiting_hosts,
                    operations=here.busy,
                )
                yield FilterBar()
                yield FilterMistake()
            yield CheckpointTree(self.app.preferences.columns_checkpoints).data_bind(
                here.inventory, here.vm_id, here.disk_reading, here.now, here.stale
            )
            yield Details(sign_in_key=self.app.key_of("vms.choose")).data_bind(
                here.inventory,
                here.vm_id,
                here.host_name,
                here.checkpoint_id,
                here.disk_reading,
                here.now,
                here.capabilities,
                here.stale,
            )
        yield OperationStrip().data_bind(
            here.operations, here.oldest_reading, here.failure, here.waiting, here.now, here.stale
        )
        yield KeyBar()

    def on_mount(self) -> None:
        keys = self.query_one(KeyBar)
        keys.order, keys.keep = ORDER, frozenset({"app.help", "app.quit"})
        keys.why_not, keys.danger = self.why_not, DANGER
        if self.app.first_start:
            names = {"help": self.app.key_of("app.help"), "palette": self.app.key_of("app.palette")}
            self.query_one(OperationStrip).hints = tuple(compose(hint, **names) for hint in _HINTS)
        self._tick()
        self.set_interval(1.0, self._tick)
        self.connection.attach(self)

    # ---- the state of the host ----

    def show_state(self, state: HostState) -> None:
        """Show the parts of the state that changed."""
        if state.inventory is not self.inventory:
            self.inventory = state.inventory
        self.oldest_reading, self.disk_readings = state.oldest_reading, state.disk_readings
        self.capabilities, self.stale = state.capabilities, state.stale
        several = isinstance(self.connection.target, Group)
        self.failure = failure_text(
            state.failure,
            retries=state.retries,
            refresh_key=self.app.key_of("app.refresh"),
            sign_in_key=self.app.key_of("vms.choose") if several else "",
        )
        self.waiting = waiting_text(reconnecting=state.reconnecting, seconds=state.waiting_seconds)
        self.waiting_hosts = state.waiting_hosts
        readings = state.disk_readings
        self.merging = merge_totals(state.inventory, state.finished, readings) if state.inventory else {}
        self.operations = shown_operations(
            state.running.values(),
            state.finished,
            state.orphans,
            state.other_work,
            (state.inventory.jobs or ()) if state.inventory else (),
            self.connection.clock(),
            self.merging,
        )
        self.busy = {vm_id: command.progress for vm_id, command in state.commands.items()}
        if state.warning and state.warning != self._warning:
            self.notify(compose("{words}", words=state.warning), severity="warning", markup=False)
        self._warning = state.warning
        self._tell_ended(state)
        self._show_next_problem()
        self._repaint_keys()

    def watch_disk_readings(self) -> None:
        self.disk_reading = self.disk_readings.get(self.vm_id) if self.vm_id else None

    def watch_vm_id(self) -> None:
        self.watch_disk_readings()

    def watch_failure(self) -> None:
        self.refresh_bindings()

    def watch_waiting(self) -> None:
        self.refresh_bindings()

    def vms_on_screen(self) -> list[VmId]:
        return [vm_id for vms in self.query(VmList) for vm_id in vms.vms_on_screen]  # no list while closing

    def on_screen_resume(self) -> None:
        self._show_next_problem()

    def _show_next_problem(self) -> None:
        """Show the oldest error that has not been shown yet, unless another dialog is open."""
        problems = self.connection.state.problems
        if problems and self.is_current:
            self.show_problem(problems[0])
            self.connection.mark_read(problems[0])

    def _tell_ended(self, state: HostState) -> None:
        """Tell the app which operations have ended, and say if a checkpoint is not of the type that was asked for."""
        told, self._ended = self._ended, [operation.command for operation in state.finished]
        for operation in reversed(state.finished):
            if any(operation.command is command for command in told):
                continue
            if operation.ending is Ending.DONE and (words := fallback_text(operation)):
                self.warn(words, title=vm_on_host(operation.command.vm))
            self.app.operation_ended(operation)

    def _tick(self) -> None:
        self.now = self.connection.clock()
        self.connection.tick()

    # ---- commands ----

    def take_selection(self) -> Selection:
        """Make all panes follow the cursor of the list, and return what is highlighted."""
        vms = self.query_one(VmList)
        if vms.cursor is not None:
            self.host_name = host_of_row(vms.cursor)
            self.vm_id = vms.vm_id
        return self.selection()

    def selection(self) -> Selection:
        checkpoint = self.query_one(CheckpointTree).checkpoint
        return self.connection.selection(self.vm_id, checkpoint.id if checkpoint else None)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        typing = isinstance(self.focused, Input)
        match action:
            case "filter":
                return not typing
            case "clear_filter":
                return any(bar.display for bar in self.query(FilterBar))  # none while closing
            case "stop_trying":
                return self.connection.can_stop_trying
            case _:
                return not (typing and action in NOT_WHILE_TYPING)

    # ---- other keys ----

    def action_help(self) -> None:
        from hvtui.tui.dialogs.help import show_help

        self.run_worker(show_help(self, self.app, (*self.PLACES, Place.APP)), name="help")

    def action_activity(self) -> None:
        if self.asking:
            return
        from hvtui.tui.dialogs.activity import ActivityDialog

        self.app.show(ActivityDialog(lambda: self.operations, self.app.messages, self.connection.clock))

    @on(VmList.Highlighted)
    def follow_vm(self, event: VmList.Highlighted) -> None:
        self.host_name, self.vm_id = event.host, event.vm_id
        self.connection.read_disks(event.vm_id)
        self._repaint_keys()

    @on(VmList.Chosen)
    def action_go_to_tree(self) -> None:
        """Go to the checkpoints of the VM; on the row of hosts, sign in to those that wait for it, else fold it."""
        if self.take_selection().vm is not None:
            self.set_focus(self.query_one(CheckpointTree))
            return
        hosts = self.inventory.hosts_named(self.host_name) if self.inventory else ()
        if not self.app.sign_in([host.name for host in hosts]):
            self.query_one(VmList).action_fold()

    @on(CheckpointTree.Highlighted)
    def follow_checkpoint(self, event: CheckpointTree.Highlighted) -> None:
        self.checkpoint_id = event.checkpoint_id
        self._repaint_keys()

    def _repaint_keys(self) -> None:
        if self.is_mounted:
            for keys in self.query(KeyBar):  # no key bar while closing
                keys.repaint_changed()
