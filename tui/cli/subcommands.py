"""The subcommands: what each of them does, and the module that runs it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.syntax import LoadBackend, Syntax

SUBCOMMANDS = {
    "list": "list the VMs of a host, or the checkpoints of a VM",
    "create": "create a checkpoint",
    "rename": "rename a checkpoint",
    "apply": "apply a checkpoint",
    "delete": "delete a checkpoint, or it and all below it",
    "start": "start a VM",
    "stop": "shut a VM down, or turn it off",
    "save": "save a VM",
    "discard-saved-state": "delete a saved VM's memory: it is off afterwards",
    "remove-backup-checkpoint": "delete a checkpoint that a backup left behind",
    "diagnose": "check the connection to a host, and the host",
    "trust": "trust the certificate of a host",
    "forget": "stop trusting the certificate of a host",
    "backends": "list the kinds of host",
    "config": "print the settings in force, or write a config file",
    "completion": "print the completion script of a shell",
    "help": "print help about a topic or a subcommand",
}
_FOLDERS = {
    "hosts": {"list", "diagnose", "trust", "forget", "backends", "config"},
    "commands": {"create", "rename", "apply", "delete", "remove-backup-checkpoint"},
    "commands.power": {"start", "stop", "save", "discard-saved-state"},
    "about": {"completion", "help"},
}


class SubcommandModule(Protocol):
    SYNTAX: Syntax

    def run(self, argv: Sequence[str], load: LoadBackend) -> int:
        """Run the subcommand with these arguments and return the exit code. Raises `BackendError`."""
        ...


def module_of(name: str) -> SubcommandModule:
    """Import the module of a subcommand."""
    folder = next(folder for folder, names in _FOLDERS.items() if name in names)
    module = import_module(f"hvtui.tui.cli.{folder}.{name.replace('-', '_')}")
    return cast("SubcommandModule", module)
