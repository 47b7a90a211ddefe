"""What ``hvtui --version`` prints; with ``-v``, what a report of an error should say about this machine."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from typing import TYPE_CHECKING

from hvtui.backends.contract import LocalProgram
from hvtui.backends.errors import BackendError
from hvtui.backends.paths import config_file, state_folder
from hvtui.backends.registry import DEFAULT_BACKEND
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.tui.cli.syntax import LoadBackend

_TERMINAL = ("TERM", "COLORTERM", "NO_COLOR", "TERM_PROGRAM")


def program_version() -> str:
    return _version_of("hvtui")


def version_text(load: LoadBackend, *, log: str, verbose: bool) -> str:
    """Return the version; if `verbose`, also what hvtui runs on and where its files are. It has no secrets."""
    first = f"hvtui {program_version()}\n"
    if not verbose:
        return first
    facts = {
        "Python": f"{platform.python_version()}, {sys.executable}",
        "Textual": _version_of("textual"),
        "system": platform.platform(),
        "terminal": _terminal(),
        "config": _path(config_file()),
        "state": _path(state_folder()),
        "log": log or "off; --log FILE or HVTUI_LOG turns it on",
        "PowerShell": _powershell(load),
    }
    return first + "".join(f"{name:12}{safe(value)}\n" for name, value in facts.items())


def _version_of(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _terminal() -> str:
    size = shutil.get_terminal_size()
    named = [f"{name}={os.environ[name]}" for name in _TERMINAL if name in os.environ]
    around = [
        word for name, word in (("TMUX", "in tmux"), ("SSH_CONNECTION", "over SSH")) if name in os.environ
    ]
    streams = [
        f"{name} {_stream(stream)}"
        for name, stream in (("stdin", sys.stdin), ("stdout", sys.stdout), ("stderr", sys.stderr))
    ]
    return ", ".join([*named, *around, f"{size.columns}x{size.lines}", *streams])


def _stream(stream: object) -> str:
    if stream is None:
        return "closed"
    encoding = getattr(stream, "encoding", None) or "no encoding"
    return str(encoding) if getattr(stream, "isatty", bool)() else f"{encoding} (redirected)"


def _path(path: Path) -> str:
    return str(path) if path.exists() else f"{path} (not there yet)"


def _powershell(load: LoadBackend) -> str:
    try:
        backend = load(DEFAULT_BACKEND)
        return backend.local_program() if isinstance(backend, LocalProgram) else "not used"
    except BackendError as error:
        return error.message
