"""A PowerShell on another machine, behind WinRM: one shell, one process, two messages a request.

On pywinrm's `Protocol`, never its `Session`, which logs in and starts a PowerShell for each call. Times are seconds.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from hvtui.backends.errors import AuthenticationFailed, BackendError, CertificateUntrusted, NotAllowed
from hvtui.backends.powershell.link import Link, LinkEnded, RequestNotSent, ResendRequest
from hvtui.backends.powershell.winrm import certificates
from hvtui.backends.powershell.winrm import errors as winrm_faults
from hvtui.backends.powershell.winrm.transport import WinRmProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.powershell.winrm.target import WinRmTarget

T = TypeVar("T")

SEND_BYTES = 60_000
"""Of one Send: with base64 and sealing, well below the 150 KB of an old host's envelope."""
SOON = 0.15
"""Seconds in which an answer that is under way is waited for rather than signing in anew to say goodbye."""
KEPT_ALIVE = 90.0
"""Idle seconds after which a sealed connection is made anew: http.sys drops it at 120, and its keys with it."""


class WinRmLink(Link):
    def __init__(self, target: WinRmTarget, idle_timeout: int) -> None:
        """`idle_timeout`: how long the host keeps the shell when nobody asks anything of it."""
        self.where = target.endpoint.host
        self.handle = ""
        self._target = target
        self._idle_timeout = idle_timeout
        self._protocol: WinRmProtocol | None = None
        self._line = threading.Lock()
        """Held by whoever has a message under way."""
        self._ended = False
        self._used_at = target.clock()
        self._rebuilt_at: float | None = None

    def open(self, command: list[str]) -> None:
        try:
            self._protocol = WinRmProtocol(self._target)
            shell = self._protocol.open_shell(
                codepage=65001, noprofile=True, idle_timeout=f"PT{self._idle_timeout}.000S"
            )
            self.handle = f"{shell}/"
            # With pipes, not a console, behind its standard input (MS-WSMV 3.1.4.11).
            process = self._protocol.run_command(
                shell, "powershell.exe", command, console_mode_stdin=False, skip_cmd_shell=True
            )
            self.handle = f"{shell}/{process}"
        except Exception as error:  # noqa: BLE001 - whatever theirs raise, a person is told in our words
            fault = self._certificate(error) or winrm_faults.of_connecting(error, self._target)
            if isinstance(fault, AuthenticationFailed | CertificateUntrusted):
                self.disconnect()
            else:
                self.kill()
            raise fault from None

    def send(self, data: bytes) -> None:
        shell, process = self._ids()
        for start in range(0, len(data), SEND_BYTES):
            chunk = data[start : start + SEND_BYTES]
            try:
                self._exchange(partial(_send, shell=shell, process=process, chunk=chunk))
            except (LinkEnded, BackendError) as error:
                raise RequestNotSent from error  # it was refused, and with it the whole line

    def receive(self, seconds: float) -> bytes:
        if self._ended:
            raise LinkEnded
        shell, process = self._ids()
        wait = max(1, min(int(seconds), self._target.operation_timeout))
        found = self._exchange(lambda protocol: protocol.output(shell, process), wait)
        if found is not None:
            data, self._ended = found
            return data
        if self._rebuilt_at is not None and self._target.clock() > self._rebuilt_at + wait:
            # A Receive that was parked on the lost connection may have swallowed the answer.
            self._rebuilt_at = None
            raise ResendRequest
        return b""

    def kill(self) -> Future[None]:
        shell, _ = self._ids()
        return self._in_background(lambda protocol: protocol.close_shell(shell))

    def close(self) -> Future[None]:
        shell, process = self._ids()
        return self._in_background(lambda protocol: protocol.end_input(shell, process))

    def disconnect(self) -> Future[None]:
        return self._in_background(None)

    def end_input(self, handle: str) -> None:
        if handle:
            with suppress(LinkEnded, NotAllowed):  # it has no input any more, or is another user's
                self._exchange(lambda protocol: protocol.end_input(*handle.split("/")))

    def delete_shell(self, handle: str) -> None:
        if handle:
            with suppress(LinkEnded, NotAllowed):
                self._exchange(lambda protocol: protocol.close_shell(handle.partition("/")[0]))

    def _ids(self) -> tuple[str, str]:
        shell, _, process = self.handle.partition("/")
        return shell, process

    def _exchange(self, call: Callable[[WinRmProtocol], T], wait: int | None = None) -> T:
        """One message and its answer. Raises what `winrm_faults.of_line` makes of whatever went wrong."""
        with self._line:
            protocol = self._protocol
            assert protocol
            if self._target.sealed and self._target.clock() - self._used_at > KEPT_ALIVE:
                self._rebuild(protocol)
            try:
                protocol.within(wait or self._target.operation_timeout)
                return call(protocol)
            except Exception as error:  # noqa: BLE001 - whatever theirs raise, it is one of four things
                fault = self._certificate(error) or winrm_faults.of_line(error, self._target)
                if not isinstance(fault, ResendRequest):
                    raise fault from None
                self._rebuild(protocol)
                raise fault from winrm_faults.of_connecting(error, self._target)
            finally:
                self._used_at = self._target.clock()

    def _certificate(self, error: Exception) -> BackendError | None:
        return certificates.untrusted(self._target) if winrm_faults.is_about_tls(error) else None

    def _rebuild(self, protocol: WinRmProtocol) -> None:
        protocol.transport.forget_connection()
        self._rebuilt_at = self._target.clock()

    def _in_background(self, call: Callable[[WinRmProtocol], object] | None) -> Future[None]:
        """Send a last message to the host, if there is one, and close the connection, whether the message arrives or not."""
        said: Future[None] = Future()

        def say() -> None:
            mine = self._line.acquire(timeout=SOON)
            protocol = (mine and self._protocol) or WinRmProtocol(self._target)
            with suppress(Exception):
                if self.handle and call:
                    call(protocol)
            with suppress(Exception):
                protocol.transport.close_session()
            if mine:
                self._line.release()
            said.set_result(None)

        threading.Thread(target=say, name="hvtui-goodbye", daemon=True).start()
        return said


def _send(protocol: WinRmProtocol, *, shell: str, process: str, chunk: bytes) -> None:
    protocol.send_command_input(shell, process, chunk)
