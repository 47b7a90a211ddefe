"""A link to a PowerShell process on this machine, over pipes."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import shutil
import subprocess
import sys
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.errors import ConnectError
from hvtui.backends.powershell.link import ERROR_BYTES, Link, LinkEnded, RequestNotSent
from hvtui.backends.settings import child_environment

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class Detachment(Struct, frozen=True, kw_only=True):
    """How this platform starts a process that survives the terminal and receives none of its signals."""

    new_session: bool = False
    """POSIX: start the process in a new session, which receives neither SIGHUP nor Ctrl+C from the terminal."""
    no_console: int = 0
    """Windows: the creation flag for a process outside of our console, so that Ctrl+C or closing it has no effect."""
    breakaway: int = 0
    """Windows: the creation flag for a process outside of our job. sshd ends its job when the connection ends."""


if sys.platform == "win32":
    DETACHED = Detachment(
        no_console=subprocess.CREATE_NO_WINDOW, breakaway=subprocess.CREATE_BREAKAWAY_FROM_JOB
    )
else:
    DETACHED = Detachment(new_session=True)

IN_JOB = (
    "PowerShell could not be started outside of this session's job: if the connection to this machine ends while a "
    "change is being made, Windows may end the change too."
)
LAST_WORDS = 1.0
"""Seconds in which standard error may end after the process: a child of it may hold it open."""


def find_powershell() -> str:
    """Return ``HVTUI_PWSH``, else ``powershell.exe``, else ``pwsh``. Raises `ConnectError` if there is none."""
    named = os.environ.get("HVTUI_PWSH")
    if named and not shutil.which(named):
        raise ConnectError(
            f"HVTUI_PWSH names {named}, and there is no such program.", hint="Correct it, or unset it."
        )
    found = named or shutil.which("powershell.exe") or shutil.which("pwsh")
    if not found:
        raise ConnectError(
            "There is no PowerShell on this machine.",
            hint="Start hvtui on the host itself, or set HVTUI_PWSH to a PowerShell.",
        )
    return found


class LocalLink(Link):
    where = "this machine"
    handle = ""

    def __init__(
        self,
        program: str,
        environment: dict[str, str] | None = None,
        *,
        detached: Detachment = DETACHED,
        start_process: Callable[..., subprocess.Popen[bytes]] = subprocess.Popen,
    ) -> None:
        self.broke_away: bool | None = None
        """Whether the process was started outside of our job; None before it was started, or without jobs."""
        self._program = program
        self._environment = environment or {}
        self._detached = detached
        self._start_process = start_process
        self._process: subprocess.Popen[bytes] | None = None
        self._output: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._errors = b""
        self._errors_changing = threading.Lock()

    def open(self, command: list[str]) -> None:
        try:
            self._process = self._start_detached([self._program, *command])
        except OSError as error:
            raise ConnectError(
                f"{self._program} cannot be started: {error.strerror}.",
                hint="Set HVTUI_PWSH to a PowerShell that runs here.",
            ) from error
        if self.broke_away is False:
            self.warning = IN_JOB
        # Windows cannot wait for a pipe with a time limit, so a thread blocks in each.
        errors = threading.Thread(target=self._read_errors, name="hvtui-errors", daemon=True)
        errors.start()
        threading.Thread(target=self._read_output, args=(errors,), name="hvtui-pipe", daemon=True).start()

    def send(self, data: bytes) -> None:
        assert self._process and self._process.stdin
        try:
            self._process.stdin.write(data)
        except OSError as error:
            raise RequestNotSent from error

    def receive(self, seconds: float) -> bytes:
        try:
            data = self._output.get(timeout=seconds)
        except queue.Empty:
            return b""
        if not data:
            self._output.put(b"")
            raise LinkEnded
        return data

    def take_errors(self) -> bytes:
        with self._errors_changing:
            taken, self._errors = self._errors, b""
        return taken

    def kill(self) -> Future[None]:
        if self._process:
            self._process.kill()
        return self.close()

    def close(self) -> Future[None]:
        if self._process and self._process.stdin:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def disconnect(self) -> Future[None]:
        return self.close()

    def end_input(self, handle: str) -> None:
        """Do nothing: the system closed the input when the earlier hvtui ended."""

    def delete_shell(self, handle: str) -> None:
        """Do nothing: a local process has no shell."""

    def _start_detached(self, command: list[str]) -> subprocess.Popen[bytes]:
        detached = self._detached
        if not detached.breakaway:
            return self._start(command, detached.no_console)
        try:
            process = self._start(command, detached.no_console | detached.breakaway)
        except PermissionError:
            # The job does not allow it (JOB_OBJECT_LIMIT_BREAKAWAY_OK).
            _log.warning("PowerShell cannot be started outside of this job.", exc_info=True)
            process = self._start(command, detached.no_console)
            self.broke_away = False
        else:
            self.broke_away = True
        return process

    def _start(self, command: list[str], flags: int) -> subprocess.Popen[bytes]:
        return self._start_process(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=child_environment() | self._environment,
            bufsize=0,
            start_new_session=self._detached.new_session,
            creationflags=flags,
        )

    def _read_output(self, errors: threading.Thread) -> None:
        assert self._process and self._process.stdout
        with self._process.stdout as output:
            while data := output.read(65536):
                self._output.put(data)
        self._process.wait()
        errors.join(LAST_WORDS)
        self._output.put(b"")

    def _read_errors(self) -> None:
        assert self._process and self._process.stderr
        with self._process.stderr as errors:
            while data := errors.read(65536):
                with self._errors_changing:
                    self._errors = (self._errors + data)[-ERROR_BYTES:]
