"""What the backends of all kinds of host behind PowerShell share: the address, the sign-in, the certificate, the links."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.errors import CertificateUntrusted
    from hvtui.backends.powershell.host.settings import PowerShellSettings
    from hvtui.backends.powershell.journal import Journal
    from hvtui.backends.powershell.link import Link

READ_IDLE_TIMEOUT = 15 * 60
"""Seconds after which the host deletes the shell of a reading agent that is idle."""
WRITE_IDLE_TIMEOUT = 4 * 3600
"""The same for a writing agent. It is long, so that a write can finish after the connection was lost."""


class PowerShellBackend:
    """A base class for backends; a subclass adds its name, `connect` and `diagnose`."""

    async def check_host(self, settings: PowerShellSettings) -> None:
        """Connect to the host, up to its certificate, without signing in. Raises `BackendError`."""
        from functools import partial

        from hvtui.backends.powershell.host.winrm_settings import anonymous_target
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

    def check_settings(self, settings: PowerShellSettings) -> None:
        from hvtui.backends.powershell.host.winrm_settings import check

        settings.read_seconds()
        if settings.host:
            check(settings)

    def needs_password(self, settings: PowerShellSettings) -> bool:
        return bool(settings.host) and settings.auth != "kerberos" and not settings.password

    def account(self, settings: PowerShellSettings) -> str:
        """Return the name under which a keyring keeps the password. Raises `SettingsError`."""
        from hvtui.backends.powershell.host.winrm_settings import endpoint

        return f"{settings.user}@{endpoint(settings).netloc}"

    def warning(self, settings: PowerShellSettings) -> str:
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

    def trust(self, settings: PowerShellSettings, error: CertificateUntrusted) -> None:
        """Accept this certificate of the host from now on, and no other. Raises `BackendError`."""
        from hvtui.backends.powershell.host.winrm_settings import endpoint, pins

        pins().trust(endpoint(settings), error.fingerprint)

    def forget(self, settings: PowerShellSettings) -> bool:
        """Stop trusting the certificate of this host. Returns whether one was trusted. Raises `BackendError`."""
        from hvtui.backends.powershell.host.winrm_settings import endpoint, pins

        return pins().forget(endpoint(settings))

    def host_key(self, settings: PowerShellSettings) -> str:
        """Return what identifies the host, also in the journal. Raises `SettingsError`."""
        if not settings.host:
            return "local"
        from hvtui.backends.powershell.host.winrm_settings import endpoint

        return endpoint(settings).netloc

    def journal(self, settings: PowerShellSettings) -> Journal:
        from hvtui.backends.paths import state_folder
        from hvtui.backends.powershell.journal import Journal

        return Journal(state_folder() / "writes", host=self.host_key(settings))

    def links(self, settings: PowerShellSettings) -> tuple[Callable[[], Link], Callable[[], Link]]:
        """Return the factories of links for reads and for writes. Raises `BackendError`."""
        if not settings.host:
            from hvtui.backends.powershell.local_link import LocalLink, find_powershell

            powershell = find_powershell()

            def local() -> Link:
                return LocalLink(powershell)

            return local, local
        from hvtui.backends.powershell.host.winrm_settings import winrm_target

        target = winrm_target(settings)

        def link(idle_timeout: int) -> Link:
            from hvtui.backends.powershell.winrm.link import WinRmLink

            return WinRmLink(target, idle_timeout)

        return lambda: link(READ_IDLE_TIMEOUT), lambda: link(WRITE_IDLE_TIMEOUT)
