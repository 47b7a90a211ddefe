"""Which keys of the main screen act when, and the order of its key bar."""

from __future__ import annotations

from hvtui.backends.operations.commands import COMMANDS

COMMANDS_BY_NAME = {command.name: command for command in COMMANDS}
NOT_WHILE_TYPING = {
    *COMMANDS_BY_NAME,
    "refresh",
    "copy_id",
    "copy",
    "sort",
    "group",
    "zoom",
    "activity",
    "app.hosts",
    "explain_windows_key",
}

DANGER = frozenset({"checkpoint.delete", "checkpoint.delete_subtree"})
ORDER = (
    "host.stop_trying", "vms.filter_keep", "vms.filter_clear", "checkpoint.create", "checkpoint.apply", "checkpoint.rename", "checkpoint.delete",
    "checkpoint.delete_subtree", "vms.filter", "app.help", "app.quit", "app.hosts", "vm.start", "vm.stop", "vm.save",
)  # fmt: skip
"""Binding ids in the order in which the key bar shows them."""
