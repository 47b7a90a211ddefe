"""The entry point: runs the named subcommand, or else the app. Textual is imported only for the app."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hvtui.backends import registry
from hvtui.backends.errors import BackendError, SettingsError
from hvtui.backends.secret import redact
from hvtui.tui.cli import log_file, output
from hvtui.tui.cli.arguments import SUBCOMMANDS, split_at_dashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.arguments import LoadBackend

_FOLDERS = {
    "hosts": {"list", "diagnose", "trust", "forget", "backends", "config"},
    "commands": {"create", "rename", "apply", "delete", "remove-backup-checkpoint"},
    "commands.power": {"start", "stop", "save", "discard-saved-state"},
}


def main(argv: Sequence[str] | None = None, *, load: LoadBackend = registry.load) -> int:
    """Run hvtui and return its exit code."""
    output.prepare()
    words = sys.argv[1:] if argv is None else list(argv)
    options, names = split_at_dashes(words)
    try:
        return _main(options, names, load)
    except BackendError as error:
        usage = isinstance(error, SettingsError)
        if "--json" in options:
            outcome = "usage" if usage else "failed"
            output.write_json({"outcome": outcome, "error": output.error_object(error)})
        else:
            output.warn(output.error_text(error))
        return output.USAGE if usage else output.FAILED
    except (KeyboardInterrupt, EOFError):
        return output.INTERRUPTED
    except Exception as error:  # noqa: BLE001  a traceback could show secrets
        output.warn(f"hvtui: unexpected error: {redact(f'{type(error).__name__}: {error}')}")
        return output.FAILED


def _main(options: list[str], names: list[str], load: LoadBackend) -> int:
    """Run what the arguments choose. `names` are those after ``--``."""
    if file := _log_path(options):
        log_file.log_to(Path(file))
    if "--version" in options:
        from hvtui.tui.cli.arguments import program_version

        output.write(f"hvtui {program_version()}\n")
        return output.DONE
    argv = [*options, "--", *names] if names else options
    name = options[0] if options else ""
    if name in SUBCOMMANDS:
        folder = next(folder for folder, names in _FOLDERS.items() if name in names)
        module = importlib.import_module(f"hvtui.tui.cli.{folder}.{name.replace('-', '_')}")
        code: int = module.run(argv[1:], load)
        return code
    gc.disable()  # until the first frame, to start faster: imports leave no garbage
    try:
        from hvtui.tui.cli import screen

        return screen.run(argv, load)
    finally:
        gc.enable()


def _log_path(argv: list[str]) -> str:
    """Return the path of the log file. It is needed before the arguments are parsed: their errors are logged."""
    for index, word in enumerate(argv):
        if word == "--log" and index + 1 < len(argv):
            return argv[index + 1]
        if word.startswith("--log="):
            return word.removeprefix("--log=")
    return os.environ.get(log_file.ENVIRONMENT, "")
