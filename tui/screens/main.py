"""The screen of a host: VMs on the left, the checkpoints of the highlighted one on the right."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Input

from hvtui.backends.model import VmId
from hvtui.backends.operations.actions import Action, View, why_not
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.help import show_keys
from hvtui.tui.text.safe import safe
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.details import Details
from hvtui.tui.widgets.key_bar import KeyBar
from hvtui.tui.widgets.operation_strip import OperationStrip, Shown
from hvtui.tui.widgets.title_bar import TitleBar
from hvtui.tui.widgets.vm_list import VmList
from hvtui.tui.writes import dialog

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from textual.app import ComposeResult

    from hvtui.backends.contract import Capabilities
    from hvtui.backends.model import CheckpointId, Inventory, VmDisks
    from hvtui.tui.app import HvtuiApp
    from hvtui.tui.host import Connection


def _key(
    keys: str, action: str, words: str, more: str, *, id: str = "", show: bool = True, at_once: bool = False
) -> Binding:
    """The key bar shows `words`; help and palette go on with `more`.

    `at_once`: before the next key is taken, which is for what moves the focus. On a slow line keys come in bursts.
    """
    id = id or f"checkpoint.{action}"
    return Binding(keys, action, words, show=show, id=id, tooltip=more, priority=at_once)


class MainScreen(Screen[None]):
    app: HvtuiApp
    CSS_PATH = "main.tcss"
    AUTO_FOCUS = "VmList"
    BINDINGS: ClassVar[list[BindingType]] = [
        _key("c", "create", "Create", "a checkpoint of this VM"),
        _key("a", "apply", "Apply", "this checkpoint: bring the VM back to it"),
        _key("e,f2", "rename", "Rename", "this checkpoint"),
        _key("d,delete", "delete", "Delete", "this checkpoint"),
        _key("D,shift+delete", "delete_subtree", "Subtree", "of this checkpoint: delete all of it"),
        _key("s", "start", "Start", "the VM", id="vm.start"),
        _key("S", "stop", "Stop", "the VM: shut it down or turn it off", id="vm.stop"),
        _key("v", "save", "Save", "the VM", id="vm.save"),
        _key("slash", "filter", "Filter", "the VMs by name", id="vms.filter", at_once=True),
        _key("question_mark", "help", "Help", "with all keys", id="app.help"),
        _key("f5,ctrl+r", "refresh", "Refresh", "what is shown", id="app.refresh", show=False),
        _key("y", "copy_id", "Copy id", "of what is highlighted", id="app.copy_id", show=False),
        _key("o", "app.hosts", "Hosts", "to choose from, leaving this one", id="app.hosts"),
        _key("q", "app.quit", "Quit", "hvtui", id="app.quit"),
        _key("escape", "clear_filter", "All VMs", "again", id="vms.all", show=False),
        _key("escape", "stop_trying", "Stop trying", "to reach the host", id="host.stop_trying"),
    ]
    ORDER: ClassVar = (
        "host.stop_trying", "checkpoint.create", "checkpoint.apply", "checkpoint.rename", "checkpoint.delete",
        "checkpoint.delete_subtree", "vms.filter", "app.help", "app.quit", "app.hosts", "vm.start", "vm.stop", "vm.save",
    )  # fmt: skip

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)
    vm_id: var[VmId | None] = var(None, init=False)
    checkpoint_id: var[CheckpointId | None] = var(None, init=False)
    disks: var[VmDisks | None] = var(None, init=False)
    now: var[datetime | None] = var(None, init=False)
    busy: var[Mapping[VmId, str]] = var(MappingProxyType({}), init=False)
    operations: var[tuple[Shown, ...]] = var((), init=False)
    taken: var[datetime | None] = var(None, init=False)
    problem: var[str] = var("", init=False)
    waiting: var[str] = var("", init=False)
    capabilities: var[Capabilities | None] = var(None, init=False)
    demo: var[bool] = var(False, init=False)

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection
        self.asking = False
        """A dialog is on its way: the keys typed ahead are meant for it."""

    def compose(self) -> ComposeResult:
        here = MainScreen
        place = self._connection.place
        title = TitleBar().data_bind(here.inventory, here.demo)
        title.place, title.label, title.read_only = place.name, place.label, place.read_only
        yield title
        with Horizontal(id="panes"):
            with Vertical(id="left"):
                yield VmList().data_bind(here.inventory, here.now, operations=here.busy)
                yield Input(id="filter", placeholder="part of a name", compact=True)
            yield CheckpointTree().data_bind(here.inventory, here.vm_id, here.disks, here.now)
        yield Details().data_bind(here.inventory, here.vm_id, here.checkpoint_id, here.disks, here.now)
        yield OperationStrip().data_bind(here.operations, here.taken, here.problem, here.waiting, here.now)
        yield KeyBar()

    def on_mount(self) -> None:
        keys = self.query_one(KeyBar)
        keys.order, keys.keep = self.ORDER, frozenset({"app.help", "app.quit"})
        keys.why_not = self.why_not
        self._tick()
        self.set_interval(1.0, self._tick)
        self._connection.shown.set()

    @property
    def view(self) -> View:
        """What the cursors are on at this moment, also before the panes have followed."""
        highlighted = self.query_one(VmList).cursor
        if highlighted is not None and highlighted != self.vm_id:
            self.vm_id = VmId(highlighted)
        return self._view()

    def _view(self) -> View:
        checkpoint = self.query_one(CheckpointTree).checkpoint
        return View(
            inventory=self.inventory,
            vm_id=self.vm_id,
            checkpoint_id=checkpoint.id if checkpoint else None,
            busy=self._connection.busy_words,
            capabilities=self.capabilities,
            read_only=self._connection.place.read_only,
        )

    def vms_on_screen(self) -> list[VmId]:
        return [VmId(vm_id) for vms in self.query(VmList) for vm_id in vms.on_screen]  # none while leaving

    def why_not(self, action: str) -> str | None:
        if action not in set(Action) or not self.is_mounted:
            return None
        return why_not(Action(action), self._view())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "filter":
                return not isinstance(self.focused, Input)
            case "clear_filter":
                return any(field.display for field in self.query("#filter"))  # none while leaving
            case "stop_trying":
                return self._connection.trying
            case _:
                return True

    def watch_problem(self) -> None:
        self.refresh_bindings()

    def watch_waiting(self) -> None:
        self.refresh_bindings()

    def action_create(self) -> None:
        self._ask(Action.CREATE)

    def action_apply(self) -> None:
        self._ask(Action.APPLY)

    def action_rename(self) -> None:
        self._ask(Action.RENAME)

    def action_delete(self) -> None:
        self._ask(Action.DELETE)

    def action_delete_subtree(self) -> None:
        self._ask(Action.DELETE_SUBTREE)

    def action_start(self) -> None:
        self._ask(Action.START)

    def action_stop(self) -> None:
        self._ask(Action.STOP)

    def action_save(self) -> None:
        self._ask(Action.SAVE)

    def _ask(self, action: Action) -> None:
        view = self.view
        if reason := why_not(action, view):
            self.notify(
                reason, title=f"Cannot {action.value.replace('_', ' ')}", severity="warning", markup=False
            )
        elif not self.asking:
            self.asking = True
            self.run_worker(self._ask_and_write(action, view), name=action.value)

    async def _ask_and_write(self, action: Action, view: View) -> None:
        try:
            asked = dialog(action, view, self.disks, self.app.clock())
            answer = await self.app.open(asked) if asked else True
            if answer is not None and view.vm and not self._connection.begin(action, view, answer):
                self.notify(f"{safe(view.vm.name)} is busy.", severity="warning", markup=False)
        finally:
            self.asking = False

    def action_refresh(self) -> None:
        self._connection.refresh()

    def action_copy_id(self) -> None:
        view = self.view
        wanted = view.vm if self.query_one(VmList).has_focus else view.checkpoint or view.vm
        if wanted is not None:
            self.app.copy_to_clipboard(wanted.id)
            self.notify(f"Copied the id of {safe(wanted.name)}: {wanted.id}", markup=False)

    def action_help(self) -> None:
        self.run_worker(show_keys(self, self.app), name="help")

    def action_filter(self) -> None:
        field = self.query_one("#filter", Input)
        field.display = True
        self.set_focus(field)

    def action_clear_filter(self) -> None:
        field = self.query_one("#filter", Input)
        field.value = ""
        self.set_focus(self.query_one(VmList))
        field.display = False

    def action_stop_trying(self) -> None:
        self._connection.stop_trying()

    @on(Input.Changed, "#filter")
    def filter_vms(self, event: Input.Changed) -> None:
        self.query_one(VmList).filter_text = event.value

    @on(Input.Submitted, "#filter")
    def keep_filter(self, event: Input.Submitted) -> None:
        self.set_focus(self.query_one(VmList))
        event.input.display = bool(event.value)

    @on(VmList.Highlighted)
    def follow_vm(self, event: VmList.Highlighted) -> None:
        self.vm_id = event.vm_id
        self.read_disks(event.vm_id)
        self.repaint_keys()

    @on(VmList.Chosen)
    def go_to_tree(self) -> None:
        self.set_focus(self.query_one(CheckpointTree))

    @on(CheckpointTree.Highlighted)
    def follow_checkpoint(self, event: CheckpointTree.Highlighted) -> None:
        self.checkpoint_id = event.checkpoint_id
        self.repaint_keys()

    def on_screen_resume(self) -> None:
        self.tell_next()

    def tell_next(self) -> None:
        """Show the next error that nobody has read, but never on top of another dialog."""
        if self._connection.untold and self.is_current:
            self.app.show(ErrorDialog(self._connection.untold.popleft()))

    @work(group="disks", exclusive=True)
    async def read_disks(self, vm_id: VmId | None) -> None:
        if vm_id is not None:
            await self._connection.read_disks(vm_id)

    def repaint_keys(self) -> None:
        if self.is_mounted:
            self.query_one(KeyBar).repaint_changed()

    def _tick(self) -> None:
        self.now = self.app.clock()
        self._connection.look()
