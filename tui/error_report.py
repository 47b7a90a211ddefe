"""The report of an error, as a person can paste it into a public issue: no secret, host, user or address is in it."""

from __future__ import annotations

import ipaddress
import logging
import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends import atomic
from hvtui.backends.paths import state_folder
from hvtui.backends.secret import redact

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.hosts.target import Target
    from hvtui.tui.text.problems import Problem

_LOG_LINES, _LOG_BYTES = 30, 8192
_ADDRESS = re.compile(
    r"(?<![\w:.])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*(?::[0-9a-f]*){2,7})(?![\w:])", re.IGNORECASE
)
"""What may be an IP address, or a time of day."""
_MIN_NAME = 2
"""The fewest characters of a name that is replaced: a shorter one is part of many words."""


class ErrorReport(Struct, frozen=True, kw_only=True):
    problem: Problem
    targets: tuple[Target, ...]
    """The hosts on screen."""
    size: tuple[int, int]
    """Columns and rows of the terminal."""

    def text(self, *, names: bool = False) -> str:
        """Return the report. With `names`, the host, the user and addresses stay in it; a secret never does."""
        problem = self.problem
        said = [
            f"{problem.title}: {problem.message}",
            *([f"Hint: {problem.hint}"] if problem.hint else []),
            *(["", "The host's own words:", problem.detail.strip()] if problem.detail.strip() else []),
        ]
        log = _last_log_lines()
        if log:
            said += ["", f"The last lines of the log ({len(log)}):", *log]
        words = redact("\n".join(said))
        return "\n".join([*self._environment(), "", words if names else self._without_names(words), ""])

    def _environment(self) -> list[str]:
        columns, rows = self.size
        variables = (f"{name}={os.environ[name]}" for name in ("TERM", "COLORTERM") if os.environ.get(name))
        around = [name for name in ("TMUX", "STY", "SSH_CONNECTION") if name in os.environ]
        return [
            f"hvtui {_version('hvtui')}",
            f"Python {platform.python_version()}, Textual {_version('textual')}, {platform.platform()}",
            " ".join(
                ["Terminal:", f"{columns}x{rows}", *variables, *(f"({name} is set)" for name in around)]
            ),
            f"Host: {self._kind_of_host()}",
        ]

    def _kind_of_host(self) -> str:
        return "; ".join(map(_kind_of, self.targets)) or "none"

    def _without_names(self, words: str) -> str:
        """Replace the host, the user and all addresses by what they are."""
        hidden: dict[str, str] = {}
        for target in self.targets:
            user, host = (str(getattr(target.settings, name, "")) for name in ("user", "host"))
            name = target.name if target.remote else ""
            hidden |= {
                **dict.fromkeys([user, user.rpartition("\\")[2], user.partition("@")[0]], "<user>"),
                **dict.fromkeys([host, name, host.partition(".")[0], host.rpartition(":")[0]], "<host>"),
            }
        for each in sorted(hidden, key=len, reverse=True):
            if len(each) >= _MIN_NAME:
                pattern = rf"(?<![\w-]){re.escape(each)}(?![\w-])"
                words = re.sub(pattern, hidden[each], words, flags=re.IGNORECASE)
        return _ADDRESS.sub(_hidden_address, words)


def _kind_of(target: Target) -> str:
    kind = f"{target.backend_name}, {'remote' if target.remote else 'local'}"
    given = (str(getattr(target.settings, name, "")) for name in ("transport", "auth"))
    return ", ".join([kind, *(each for each in given if each and target.remote)])


def _hidden_address(found: re.Match[str]) -> str:
    try:
        ipaddress.ip_address(found[0])
    except ValueError:
        return found[0]
    return "<address>"


def save(text: str, now: datetime) -> Path:
    """Save a report in the state folder and return its file. Raises `OSError`."""
    file = state_folder() / "reports" / f"error-{now.astimezone():%Y%m%d-%H%M%S}.txt"
    atomic.write_text(file, text.encode("utf-8", "backslashreplace").decode("utf-8"))
    return file


def _last_log_lines() -> list[str]:
    """Return the last lines of the log file; none if nothing is logged. Secrets have been removed from them."""
    for handler in logging.getLogger("hvtui").handlers:
        if isinstance(handler, logging.FileHandler):
            try:
                with Path(handler.baseFilename).open("rb") as file:
                    file.seek(max(0, Path(handler.baseFilename).stat().st_size - _LOG_BYTES))
                    return file.read().decode("utf-8", "replace").splitlines()[-_LOG_LINES:]
            except OSError:
                return ["The log file cannot be read."]
    return []


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(version not known)"
