"""A backend of remote hosts: they want a password, present certificates, and may answer late."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from hvtui.backends.errors import (
    AuthenticationFailed,
    CertificateFacts,
    CertificateUntrusted,
    HostUnreachable,
    SettingsError,
)
from hvtui.backends.hosts.targets import Targets
from hvtui.backends.mock.backend import MockBackend, MockSettings
from hvtui.backends.secret import Secret
from hvtui.backends.settings import setting
from hvtui.tui.app import HvtuiApp
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.screens.main import MainScreen
from tests.tui.journey import Journey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from hvtui.backends.contract import Backend, Session
    from hvtui.backends.mock.clock import ManualClock
    from hvtui.tui.preferences.preferences import Preferences

PASSWORD = "correct horse"
FINGERPRINT = ":".join(f"{byte:02X}" for byte in sha256(b"a certificate").digest())


FACTS = CertificateFacts(
    subject="CN=hv01.corp.example",
    issuer="CN=hv01.corp.example",
    not_before=datetime(2024, 1, 1, tzinfo=UTC),
    not_after=datetime(2025, 1, 1, tzinfo=UTC),
    sha1="0123456789ABCDEF0123456789ABCDEF01234567",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FarSettings:
    host: str = ""
    user: str = setting(flag="--user", env="HVTUI_USER", help="", default="")
    password: Secret = setting(flag="", env="HVTUI_PASSWORD", help="", secret=True, default=Secret(""))  # noqa: RUF009
    transport: str = setting(
        flag="--transport", help="", choices=("https", "http"), in_address=True, default=""
    )
    port: str = setting(flag="--port", number=True, help="", in_address=True, default="")
    auth: str = setting(flag="--auth", help="", choices=("ntlm", "kerberos", "credssp"), default="ntlm")
    ca_file: str = setting(flag="--ca-file", help="", default="")


@dataclass
class FarBackend:
    clock: ManualClock
    scenarios: dict[str, str] = field(default_factory=dict)
    """What each host holds; "one" where it is not said."""
    trusted: dict[str, str] = field(default_factory=dict)
    """The certificate that is trusted, host by host."""
    shows: dict[str, str] = field(default_factory=dict)
    """The certificate that a host shows, where that is not one which all trust."""
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    """Until this is set, connecting gets no answer, and cannot be cancelled either."""
    tried: list[FarSettings] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    """Where there are sessions."""
    breaks: Exception | None = None
    facts: CertificateFacts | None = None
    """What is known of the certificates that hosts show, besides their fingerprints."""

    name: ClassVar[str] = "hyperv"
    Settings = FarSettings
    warns: str = ""

    def __post_init__(self) -> None:
        self.mock = MockBackend(self.clock)
        self.answers.set()

    def parse_address(self, text: str) -> dict[str, str]:
        user, _, host = text.strip().rpartition("@")
        if not host or " " in host:
            raise SettingsError(f"“{text}” is not understood.", hint="Write user@host.")
        return {"host": host, "user": user} if user else {"host": host}

    def check_settings(self, settings: FarSettings) -> None:
        pass

    def needs_password(self, settings: FarSettings) -> bool:
        return bool(settings.host) and not settings.password

    def account(self, settings: FarSettings) -> str:
        return f"{settings.user}@{settings.host}"

    def warning(self, settings: FarSettings) -> str:
        return self.warns if settings.auth != "credssp" else f"{settings.host} gets the password itself."

    def works_locally(self) -> bool:
        return True

    def trust(self, settings: FarSettings, error: CertificateUntrusted) -> None:
        self.trusted[settings.host] = error.fingerprint

    def forget(self, settings: FarSettings) -> bool:
        return self.trusted.pop(settings.host, None) is not None

    @asynccontextmanager
    async def connect(self, settings: FarSettings) -> AsyncIterator[Session]:
        self.tried.append(settings)
        while not self.answers.is_set():
            try:
                await self.answers.wait()
            except asyncio.CancelledError:
                continue  # as a call in a thread does
        if self.breaks is not None:
            raise self.breaks
        await self.check_host(settings)
        if settings.host and settings.password.reveal() != PASSWORD:
            raise AuthenticationFailed(f"{settings.host} does not accept this user and password.")
        async with self.mock.connect(MockSettings(scenario=self.scenario(settings.host))) as session:
            self.open.append(settings.host)
            try:
                yield session
            finally:
                self.open.remove(settings.host)

    async def check_host(self, settings: FarSettings) -> None:
        if isinstance(self.breaks, HostUnreachable):
            raise self.breaks
        shown, trusted = self.shows.get(settings.host, ""), self.trusted.get(settings.host, "")
        if shown != trusted:
            raise CertificateUntrusted(
                f"The certificate of {settings.host} is not one that this machine trusts. Nothing was sent to it.",
                fingerprint=shown,
                facts=self.facts,
                trusted=trusted,
                hint="Compare its fingerprint with the host's owner before you trust it.",
            )

    def scenario(self, host: str) -> str:
        return self.scenarios.get(host, "one")


class Visit(Journey):
    """A person at the keys of the real app, with hosts to choose from."""

    def __init__(self, app: HvtuiApp, pilot: object, far: FarBackend, config: Path) -> None:
        super().__init__(app, pilot, far.mock, "one", far.clock)  # type: ignore[arg-type]
        self.far, self.config = far, config

    async def type_host(self, text: str) -> None:
        await self.press("n", *text, "enter")

    async def sees(self, kind: type) -> None:
        """Until this screen or dialog is there and takes keys."""
        await self.until(lambda: isinstance(self.app.screen, kind))
        await self.until(lambda: getattr(self.app.screen, "is_ready", True))

    async def sees_vms(self) -> None:
        """Until a host is there with its VMs."""
        await self.until(lambda: isinstance(self.app.screen, MainScreen) and self.app.screen.vm_id)


def targets_of(far: FarBackend, config: Path, saved: str = "", **flags: str) -> Targets:
    """The targets with that config file."""
    if saved:
        config.touch(0o600)
        config.write_text(saved, "utf-8")
    backends: dict[str, Backend[Any]] = {"mock": far.mock, "hyperv": far}
    return Targets(config, flags, load=backends.__getitem__)


@asynccontextmanager
async def visit(
    far: FarBackend,
    config: Path,
    saved: str = "",
    *,
    host: str = "",
    size: tuple[int, int] = (80, 24),
    preferences: Preferences = DEFAULTS,
) -> AsyncIterator[Visit]:
    """Bare ``hvtui``, or ``hvtui HOST``, with that config file."""
    targets = targets_of(far, config, saved)
    start = targets.named(host) if host else None
    app = HvtuiApp(start, targets, clock=far.clock.now, preferences=preferences)
    async with app.run_test(size=size, notifications=True) as pilot:
        try:
            yield Visit(app, pilot, far, config)
        finally:
            far.answers.set()  # otherwise the app would never end
