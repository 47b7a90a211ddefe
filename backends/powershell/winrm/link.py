"""A PowerShell process on another machine, over WinRM: one shell, one process, two messages for each request.

Times are seconds.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from hvtui.backends.errors import AuthenticationFailed, BackendError, CertificateUntrusted, NotAllowed
from hvtui.backends.powershell.link import ERROR_BYTES, Link, LinkEnded, RequestNotSent, ResendRequest
from hvtui.backends.powershell.winrm import certificates
from hvtui.backends.powershell.winrm import errors as winrm_errors
from hvtui.backends.powershell.winrm.transport import WinRmProtocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.powershell.winrm.target import WinRmTarget

_log = logging.getLogger(__name__)
T = TypeVar("T")

SEND_BYTES = 60_000
"""The most input bytes in one Send: with base64 and encryption well below 150 KB, the envelope limit of old hosts."""
CLOSE_WAIT = 0.15
"""How long closing waits for the current message to end, before it signs in on another connection."""
MIN_WAIT = 1.0
"""The shortest time that a Receive waits for output, so that the end of a deadline causes no burst of messages."""
MAX_IDLE = 90.0
"""The idle time after which an encrypted connection is replaced: http.sys closes it after 120, and its keys with it."""


class WinRmLink(Link):
    """One PowerShell process in a WinRM shell of its own."""

    def __init__(self, target: WinRmTarget, idle_timeout: int) -> None:
        """`idle_timeout`: how long the host keeps the shell after the last message."""
        self.where = target.endpoint.host
        self.handle = ""
        self._target = target
        self._idle_timeout = idle_timeout
        self._protocol: WinRmProtocol | None = None
        self._busy = threading.Lock()
        """Held while a message is under way."""
        self._ended = False
        self._errors = b""
        self._used_at = target.clock()
        self._reconnected_at: float | None = None
        self._answers = 0
        """How many messages were answered on the present connection."""
        self._short_lived = 0
        """How many connections in a row were good for one answer only."""

    def open(self, command: list[str]) -> None:
        try:
            self._protocol = WinRmProtocol(self._target)
            self._start_once_more_if_it_breaks(self._protocol, command)
        except Exception as error:  # noqa: BLE001 - the packages below raise anything
            self._log_failure("Opening a shell on", error)
            translated = self._untrusted(error) or winrm_errors.from_connecting(error, self._target)
            if isinstance(translated, AuthenticationFailed | CertificateUntrusted):
                self.disconnect()
            else:
                self.kill()
            if winrm_errors.is_transient(error):
                raise ResendRequest(str(translated)) from translated
            raise translated from None

    def _start_once_more_if_it_breaks(self, protocol: WinRmProtocol, command: list[str]) -> None:
        try:
            self._start_process(command)
        except Exception as error:
            if not (self._target.encrypts_messages and winrm_errors.is_break(error)):
                raise
            # This host may close each connection after an answer, before the next message has come.
            self._log_failure("Opening a shell on", error)
            protocol.transport.renewed = True
            self._reconnect(protocol)
            self._start_process(command)

    def _start_process(self, command: list[str]) -> None:
        idle_timeout = f"PT{self._idle_timeout}.000S"
        shell = self._unless_unread(
            lambda protocol: protocol.open_shell(codepage=65001, noprofile=True, idle_timeout=idle_timeout)
        )
        self.handle = f"{shell}/"
        # Its standard input has to be a pipe, not a console (MS-WSMV 3.1.4.11).
        process = self._unless_unread(
            lambda protocol: protocol.run_command(
                shell, "powershell.exe", command, console_mode_stdin=False, skip_cmd_shell=True
            )
        )
        self.handle = f"{shell}/{process}"
        self._reconnected_at = None  # no Receive was pending
        _log.info("Opened shell %s with process %s on %s", shell, process, self._target.endpoint.netloc)

    def send(self, data: bytes) -> None:
        shell, process = self._ids()
        for start in range(0, len(data), SEND_BYTES):
            chunk = data[start : start + SEND_BYTES]
            try:
                self._exchange(partial(_send, shell=shell, process=process, chunk=chunk))
            except (LinkEnded, BackendError) as error:
                raise RequestNotSent from error  # this chunk was refused, so PowerShell has no complete line

    def receive(self, seconds: float) -> bytes:
        if self._ended:
            raise LinkEnded
        shell, process = self._ids()
        wait = min(max(seconds, MIN_WAIT), self._target.operation_timeout)
        found = self._exchange(lambda protocol: protocol.output(shell, process), wait)
        if found is not None:
            data, errors, self._ended = found
            self._errors = (self._errors + errors)[-ERROR_BYTES:]
            return data
        if self._reconnected_at is not None and self._target.clock() > self._reconnected_at + wait:
            # A Receive that was pending on the lost connection may have taken the answer.
            self._reconnected_at = None
            raise ResendRequest
        return b""

    def take_errors(self) -> bytes:
        taken, self._errors = self._errors, b""
        return taken

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
            with suppress(LinkEnded, NotAllowed):  # it has ended, or belongs to another user
                self._exchange(lambda protocol: protocol.end_input(*handle.split("/")))

    def delete_shell(self, handle: str) -> None:
        if handle:
            with suppress(LinkEnded, NotAllowed):
                self._exchange(lambda protocol: protocol.close_shell(handle.partition("/")[0]))

    @property
    def heard_at(self) -> float:  # type: ignore[override]
        return self._protocol.transport.heard_at if self._protocol else 0.0

    def _ids(self) -> tuple[str, str]:
        shell, _, process = self.handle.partition("/")
        return shell, process

    def _exchange(self, call: Callable[[WinRmProtocol], T], wait: float | None = None) -> T:
        """Send one message and return its answer. Raises what `winrm_errors.from_exchange` returns."""
        with self._busy:
            protocol = self._protocol
            assert protocol
            if self._target.encrypts_messages and self._target.clock() - self._used_at > MAX_IDLE:
                self._reconnect(protocol)
            try:
                protocol.set_operation_timeout(wait or self._target.operation_timeout)
                answer = call(protocol)
            except Exception as error:  # noqa: BLE001 - the packages below raise anything
                self._log_failure("A message to", error)
                translated = self._untrusted(error) or winrm_errors.from_exchange(error, self._target)
                if not isinstance(translated, ResendRequest):
                    raise translated from None
                if winrm_errors.is_unread(error, self._target):
                    self._short_lived = self._short_lived + 1 if self._answers == 1 else 0
                    protocol.transport.renewed |= self._short_lived > 1
                self._reconnect(protocol)
                raise translated from winrm_errors.from_connecting(error, self._target)
            else:
                self._answers += 1
                return answer
            finally:
                self._used_at = self._target.clock()

    def _unless_unread(self, call: Callable[[WinRmProtocol], T]) -> T:
        """Send one message, and again if the host could not read it: it has not executed it then."""
        protocol = self._protocol
        assert protocol
        for attempt in (1, 2, 3):
            try:
                answer = call(protocol)
            except Exception as error:
                if attempt == 3 or not winrm_errors.is_unread(error, self._target):
                    raise
                # If the last answer came a moment ago, this host closes each connection after an answer.
                protocol.transport.renewed |= attempt == 2 or self._answers == 1
                self._reconnect(protocol)
            else:
                break
        self._answers += 1
        return answer

    def _log_failure(self, what: str, error: Exception) -> None:
        netloc = self._target.endpoint.netloc
        if winrm_errors.is_login_refused(error):
            _log.warning("%s refuses the sign-in of %s", netloc, self._target.user or "the Kerberos ticket")
        _log.debug("%s %s failed: %s", what, netloc, winrm_errors.summary(error), exc_info=True)

    def _untrusted(self, error: Exception) -> BackendError | None:
        return certificates.fetch_and_verify(self._target) if winrm_errors.is_tls_error(error) else None

    def _reconnect(self, protocol: WinRmProtocol) -> None:
        _log.debug("Replacing the connection to %s", self._target.endpoint.netloc)
        protocol.transport.reset()
        self._reconnected_at = self._target.clock()
        self._answers = 0

    def _in_background(self, call: Callable[[WinRmProtocol], object] | None) -> Future[None]:
        """Send a last message, if any, and close the connection, in a thread. Ignores all errors: the host may be gone.
        Uses a second connection if the first one stays busy.
        """
        done: Future[None] = Future()

        def run() -> None:
            free = self._busy.acquire(timeout=CLOSE_WAIT)
            protocol = (free and self._protocol) or WinRmProtocol(self._target)
            try:
                if self.handle and call:
                    call(protocol)
            except Exception:  # noqa: BLE001 - the packages below raise anything
                _log.debug("Closing shell %s failed", self.handle, exc_info=True)
            with suppress(Exception):
                protocol.transport.close_session()
            if free:
                self._busy.release()
            done.set_result(None)

        threading.Thread(target=run, name="hvtui-close", daemon=True).start()
        return done


def _send(protocol: WinRmProtocol, *, shell: str, process: str, chunk: bytes) -> None:
    protocol.send_command_input(shell, process, chunk)
