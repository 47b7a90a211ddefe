"""The backend for Hyper-V. It runs the cmdlets of the Hyper-V module, on this machine or over WinRM on another."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar

from hvtui.backends.hyperv.settings import HyperVSettings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from hvtui.backends.contract import Check, Session
    from hvtui.backends.errors import CertificateUntrusted
    from hvtui.backends.powershell.link import Link

__all__ = ["HyperVBackend", "HyperVSettings"]

READ_IDLE_TIMEOUT = 15 * 60
"""Seconds after which the host deletes the shell of a reading agent that is idle."""
WRITE_IDLE_TIMEOUT = 4 * 3600
"""The same for a writing agent. It is long, so that a write can finish after the connection was lost."""


class HyperVBackend:
    name: ClassVar[str] = "hyperv"
    Settings = HyperVSettings

    @asynccontextmanager
    async def connect(self, settings: HyperVSettings) -> AsyncIterator[Session]:
        from hvtui.backends.hyperv.program import program
        from hvtui.backends.hyperv.session import HyperVSession
        from hvtui.backends.paths import state_folder
        from hvtui.backends.powershell.agent import Deadlines
        from hvtui.backends.powershell.journal import Journal

        deadlines = Deadlines(read=settings.read_seconds, write=WRITE_IDLE_TIMEOUT)
        netloc, read_link, write_link = self._links(settings)
        session = HyperVSession(
            read_link,
            program(),
            Journal(state_folder() / "writes", host=netloc),
            deadlines,
            write_link=write_link,
        )
        try:
            await session.open()
            yield session
        finally:
            await session.close()

    async def diagnose(self, settings: HyperVSettings) -> AsyncIterator[Check]:
        """Check the connection to the host and the host itself. Raises `SettingsError`."""
        from hvtui.backends.errors import ConnectError
        from hvtui.backends.hyperv.diagnose.diagnosis import Diagnosis
        from hvtui.backends.hyperv.program import program
        from hvtui.backends.hyperv.winrm_settings import winrm_target
        from hvtui.backends.powershell.winrm.probe import failed

        try:
            _, read_link, write_link = self._links(settings)
        except ConnectError as error:
            yield failed("command", error)
            return
        target = winrm_target(settings) if settings.host else None
        async for check in Diagnosis(program(), read_link, write_link, target).checks():
            yield check

    async def check_host(self, settings: HyperVSettings) -> None:
        """Connect to the host, up to its certificate, without signing in. Raises `BackendError`."""
        from functools import partial

        from hvtui.backends.hyperv.winrm_settings import anonymous_target
        from hvtui.backends.powershell.winrm.probe import approach
        from hvtui.backends.worker_thread import WorkerThread

        error = await WorkerThread("hvtui-check").run(partial(approach, anonymous_target(settings)))
        if error is not None:
            raise error

    def parse_address(self, text: str) -> dict[str, str]:
        """Return the settings `host` and, where given, `user` of ``user@host``. Raises `SettingsError`."""
        from hvtui.backends.powershell.winrm.endpoint import parse, split_user

        user, host = split_user(text)
        parse(host)
        return {"host": host, "user": user} if user else {"host": host}

    def needs_password(self, settings: HyperVSettings) -> bool:
        return bool(settings.host) and settings.auth != "kerberos" and not settings.password

    def account(self, settings: HyperVSettings) -> str:
        """Return the name under which a keyring keeps the password. Raises `SettingsError`."""
        from hvtui.backends.hyperv.winrm_settings import endpoint

        return f"{settings.user}@{endpoint(settings).netloc}"

    def warning(self, settings: HyperVSettings) -> str:
        if not settings.host or settings.auth != "credssp":
            return ""
        return f"CredSSP sends your password itself to {settings.host}: an administrator of that host can read it."

    def works_locally(self) -> bool:
        from hvtui.backends.errors import BackendError

        try:
            return bool(self.local_program())
        except BackendError:
            return False

    def local_program(self) -> str:
        from hvtui.backends.powershell.local_link import find_powershell

        return find_powershell()

    def trust(self, settings: HyperVSettings, error: CertificateUntrusted) -> None:
        """Accept this certificate of the host from now on, and no other. Raises `BackendError`."""
        from hvtui.backends.hyperv.winrm_settings import endpoint, pins

        pins().trust(endpoint(settings), error.fingerprint)

    def forget(self, settings: HyperVSettings) -> bool:
        """Stop trusting the certificate of this host. Returns whether one was trusted. Raises `BackendError`."""
        from hvtui.backends.hyperv.winrm_settings import endpoint, pins

        return pins().forget(endpoint(settings))

    def _links(self, settings: HyperVSettings) -> tuple[str, Callable[[], Link], Callable[[], Link]]:
        """Return the host's name in the journal, and the factories of links for reads and for writes."""
        if not settings.host:
            from hvtui.backends.powershell.local_link import LocalLink, find_powershell

            powershell = find_powershell()

            def local() -> Link:
                return LocalLink(powershell)

            return "local", local, local
        from hvtui.backends.hyperv.winrm_settings import winrm_target

        target = winrm_target(settings)

        def link(idle_timeout: int) -> Link:
            from hvtui.backends.powershell.winrm.link import WinRmLink

            return WinRmLink(target, idle_timeout)

        return target.endpoint.netloc, lambda: link(READ_IDLE_TIMEOUT), lambda: link(WRITE_IDLE_TIMEOUT)
