"""The keys of the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from hvtui.backends.operations.commands import COMMANDS

if TYPE_CHECKING:
    from textual.binding import BindingType

COMMANDS_BY_NAME = {command.name: command for command in COMMANDS}
NOT_WHILE_TYPING = {
    *COMMANDS_BY_NAME,
    "refresh",
    "copy_id",
    "copy",
    "help",
    "app.hosts",
    "explain_windows_key",
}


def _key(
    keys: str, action: str, words: str, more: str, *, id: str = "", show: bool = True, priority: bool = False
) -> Binding:
    """Return a binding. The key bar shows `words`; help and palette add `more`.

    `priority` is for actions that move the focus: on a slow line keys arrive in bursts, and the next key must reach the
    new focus.
    """
    return Binding(
        keys, action, words, show=show, id=id or f"checkpoint.{action}", tooltip=more, priority=priority
    )


BINDINGS: list[BindingType] = [
    _key("c", "create", "Create", "a checkpoint of this VM"),
    _key("a", "apply", "Apply", "this checkpoint to the VM"),
    _key("e,f2", "rename", "Rename", "this checkpoint"),
    _key("d,delete", "delete", "Delete", "this checkpoint"),
    _key("D,shift+delete", "delete_subtree", "Subtree", "of this checkpoint: delete all of it"),
    _key("s", "start", "Start", "the VM", id="vm.start"),
    _key("S", "stop", "Stop", "the VM: shut it down or turn it off", id="vm.stop"),
    _key("v", "save", "Save", "the VM", id="vm.save"),
    _key("x", "discard_saved_state", "Discard", "the saved state of the VM", id="vm.discard", show=False),
    _key("slash", "filter", "Filter", "the VMs by name", id="vms.filter", priority=True),
    _key("question_mark,f1", "help", "Help", "with all keys", id="app.help"),
    _key("f5,ctrl+r", "refresh", "Refresh", "what is shown", id="app.refresh", show=False),
    _key("y", "copy_id", "Copy ID", "of the highlighted VM or checkpoint", id="app.copy_id", show=False),
    _key("Y", "copy", "Copy", "name, ID, or path of the disk file", id="app.copy", show=False),
    _key("o", "app.hosts", "Switch host", "", id="app.hosts"),
    _key("q", "app.quit", "Quit", "hvtui", id="app.quit"),
    _key("escape", "clear_filter", "All VMs", "again", id="vms.all", show=False),
    _key("escape", "stop_trying", "Stop trying", "to reach the host", id="host.stop_trying"),
]
ORDER = (
    "host.stop_trying", "checkpoint.create", "checkpoint.apply", "checkpoint.rename", "checkpoint.delete",
    "checkpoint.delete_subtree", "vms.filter", "app.help", "app.quit", "app.hosts", "vm.start", "vm.stop", "vm.save",
)  # fmt: skip
"""Binding ids in the order in which the key bar shows them."""
