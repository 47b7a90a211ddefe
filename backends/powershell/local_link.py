"""A PowerShell on this machine, behind pipes."""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import subprocess
import sys
import threading
from concurrent.futures import Future

from hvtui.backends.errors import ConnectError
from hvtui.backends.powershell.link import Link, LinkEnded, NotSent
from hvtui.backends.settings import for_children


def find_powershell() -> str:
    """``HVTUI_PWSH``, else ``powershell.exe``, else ``pwsh``. Raises `ConnectError` when there is none."""
    named = os.environ.get("HVTUI_PWSH")
    if named and not shutil.which(named):
        raise ConnectError(
            f"HVTUI_PWSH names {named}, and there is no such program.", hint="Correct it, or unset it."
        )
    found = named or shutil.which("powershell.exe") or shutil.which("pwsh")
    if not found:
        raise ConnectError(
            "There is no PowerShell on this machine.",
            hint="Start hvtui on the Hyper-V host itself, or set HVTUI_PWSH to a PowerShell.",
        )
    return found


class LocalLink(Link):
    where = "this machine"
    handle = ""

    def __init__(self, program: str, environment: dict[str, str] | None = None) -> None:
        self._program = program
        self._environment = environment or {}
        self._process: subprocess.Popen[bytes] | None = None
        self._arrived: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def open(self, command: list[str]) -> None:
        try:
            self._process = subprocess.Popen(
                [self._program, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=for_children() | self._environment,
                bufsize=0,
                # Out of reach of the terminal's SIGHUP and Ctrl+C: a write in flight must end by itself.
                start_new_session=sys.platform != "win32",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError as error:
            raise ConnectError(
                f"{self._program} cannot be started: {error.strerror}.",
                hint="Set HVTUI_PWSH to a PowerShell that runs here.",
            ) from error
        # Windows has no way to wait for a pipe with a time limit but a thread that blocks in it.
        threading.Thread(target=self._pump, name="hvtui-pipe", daemon=True).start()

    def send(self, data: bytes) -> None:
        assert self._process and self._process.stdin
        try:
            self._process.stdin.write(data)
        except OSError as error:
            raise NotSent from error

    def receive(self, seconds: float) -> bytes:
        try:
            data = self._arrived.get(timeout=seconds)
        except queue.Empty:
            return b""
        if not data:
            self._arrived.put(b"")
            raise LinkEnded
        return data

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

    def let_go(self, handle: str) -> None:
        """Nothing to do: its input ended with the hvtui that held it."""

    def clear_away(self, handle: str) -> None:
        """Nothing to do: it holds nothing once it has ended."""

    def _pump(self) -> None:
        assert self._process and self._process.stdout
        with self._process.stdout as output:
            while data := output.read(65536):
                self._arrived.put(data)
        self._arrived.put(b"")
        self._process.wait()
