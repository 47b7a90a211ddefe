"""The keys of a screen that change what is seen and nothing on the host: filter, sort, zoom, refresh, copy, go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input

from hvtui.backends.model import bare_id
from hvtui.tui.screens.commands import CommandScreen
from hvtui.tui.text.safe import compose
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from hvtui.tui.widgets.filter_field import FilterBar, FilterField, FilterMistake
from hvtui.tui.widgets.lines import Lines
from hvtui.tui.widgets.vm_list import VmList

if TYPE_CHECKING:
    from textual.widget import Widget

    from hvtui.backends.model import Checkpoint, CheckpointId, Vm, VmId


class ViewScreen(CommandScreen):
    """A screen with a list of VMs, its filter, and a checkpoint tree."""

    def go_to(self, vm_id: VmId, checkpoint_id: CheckpointId | None) -> None:
        """Put the cursor on a VM, or on one of its checkpoints. A filter that hides the VM is cleared."""
        vms, tree = self.query_one(VmList), self.query_one(CheckpointTree)
        vms.put_cursor(vm_id)
        if vms.cursor != vm_id:
            self.action_clear_filter()
            vms.filter_text = ""  # the field's own message comes later
            vms.put_cursor(vm_id)
        self.take_selection()
        if checkpoint_id is not None:
            tree.reveal(checkpoint_id)
        self.set_focus(tree if checkpoint_id is not None else vms)

    def action_explain_windows_key(self) -> None:
        """Say that F2 and Del do nothing in the list of VMs: in Hyper-V Manager they rename and delete the VM there."""
        key = self.app.key_of("vms.choose")
        self.warn(
            compose("In this list F2 and Del do nothing. Press {key} to go to the checkpoints.", key=key)
        )

    def action_refresh(self) -> None:
        self.connection.refresh()

    def action_copy_id(self) -> None:
        from hvtui.tui.dialogs.copy import copy

        if (wanted := self._focused_object()) is not None:
            copy(self.app, "ID", wanted.name, bare_id(wanted.id))

    def action_copy(self) -> None:
        if not self.asking and self._focused_object() is not None:
            self.asking = True
            self.run_worker(self._ask_what_to_copy(), name="copy")

    async def _ask_what_to_copy(self) -> None:
        from hvtui.tui.dialogs.copy import ask_and_copy

        try:
            about, state, vm_id = self._focused_object(), self.connection.state, self.selection().vm_id
            reading = state.disk_readings.get(vm_id) if vm_id else None
            disks = reading.disks if reading else None
            await ask_and_copy(self.app, about, disks, state.failure.message if state.failure else "")
        finally:
            self.asking = False

    def _focused_object(self) -> Vm | Checkpoint | None:
        """Return what is highlighted in the pane that has the focus: a checkpoint, or else the VM."""
        selection = self.take_selection()
        return selection.vm if self.query_one(VmList).has_focus else selection.checkpoint or selection.vm

    def action_sort(self) -> None:
        self.query_one(VmList).action_sort()

    def action_group(self) -> None:
        if not self.query_one(VmList).group_next():
            self.notify("All VMs are on one host.", markup=False)

    def action_zoom(self) -> None:
        """Show the focused pane alone, or all panes again."""
        self.toggle_class("-zoomed")
        self._mark_focused_pane()

    def on_descendant_focus(self) -> None:
        self._mark_focused_pane()

    def _mark_focused_pane(self) -> None:
        """Mark the pane that is shown while only one is: for the filter, the list that it is for."""
        focused = self.query_one(VmList) if isinstance(self.focused, FilterField) else self.focused
        if isinstance(focused, Lines):
            for pane in self.query("#panes Lines"):
                pane.set_class(pane is focused, "-shown-alone")

    @property
    def focus_chain(self) -> list[Widget]:
        """What Tab goes through: not the field of a filter that is kept, where the next letter would be typed."""
        chain = super().focus_chain
        return [each for each in chain if each is self.focused or not isinstance(each, FilterField)]

    def action_filter(self) -> None:
        self.query_one(FilterBar).display = True
        self.set_focus(self.query_one(FilterField))

    def action_clear_filter(self) -> None:
        self.query_one(FilterField).value = ""
        self.set_focus(self.query_one(VmList))
        self.query_one(FilterBar).display = False

    def action_stop_trying(self) -> None:
        self.connection.stop_trying()

    @on(Input.Changed, "FilterField")
    def filter_vms(self, event: Input.Changed) -> None:
        self.query_one(VmList).filter_text = event.value
        self.query_one(FilterMistake).show_mistake_in(event.value)

    @on(Input.Submitted, "FilterField")
    def keep_filter(self, event: Input.Submitted) -> None:
        self.set_focus(self.query_one(VmList))
        self.query_one(FilterBar).display = bool(event.value)
