"""The server side of an NTLM sign-in."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import spnego
import spnego.channel_bindings
from spnego._ntlm_raw.crypto import ntowfv1
from spnego.exceptions import SpnegoError

from tests.winrm.seal import BadSeal, NotProved, channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.winrm.seal import Account


def _line(account: Account, domain: str) -> str:
    """Return a line in the format of smbpasswd: with the hash, because a password may contain a colon."""
    name = f"{domain}\\{account.name}" if domain else account.name
    return f"{name}:0:{'0' * 32}:{ntowfv1(account.password).hex()}:[U]:LCT-0\n"


class _UserFile:
    """The file of users that NTLM_USER_FILE names. spnego reads it, and there is only one for the whole process:
    each sign-in writes its own users before each step."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._path: Path | None = None

    def write(self, accounts: Iterable[Account], domains: Sequence[str]) -> None:
        if self._path is None:
            folder = tempfile.mkdtemp(prefix="hvtui-ntlm-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            self._path = Path(folder) / "users"
            os.environ["NTLM_USER_FILE"] = str(self._path)
        lines = [_line(account, domain) for account in accounts for domain in domains]
        self._path.write_text("".join(lines), encoding="utf-8")


_USERS = _UserFile()


class Ntlm:
    def __init__(
        self, accounts: Iterable[Account], domains: Sequence[str], certificate: bytes | None
    ) -> None:
        self._accounts = list(accounts)
        self._domains = domains
        with _USERS.lock:
            _USERS.write(self._accounts, domains)
            self._context = spnego.server(
                protocol="negotiate",
                options=spnego.NegotiateOptions.use_negotiate,
                channel_bindings=_bound_to(certificate) if certificate else None,
            )

    @property
    def complete(self) -> bool:
        return self._context.complete

    @property
    def user(self) -> str:
        return (self._context.client_principal or "").rpartition("\\")[2]

    def step(self, token: bytes) -> bytes:
        try:
            with _USERS.lock:
                _USERS.write(self._accounts, self._domains)
                challenge = self._context.step(token)
        except (SpnegoError, ValueError) as error:
            raise NotProved(str(error)) from error
        return b"" if self.complete else challenge or b""

    def seal(self, text: bytes) -> tuple[bytes, bytes]:
        sealed = self._context.wrap_winrm(text)
        return sealed.header, sealed.data

    def unseal(self, signature: bytes, sealed: bytes) -> bytes:
        try:
            return self._context.unwrap_winrm(signature, sealed)
        except SpnegoError as error:
            raise BadSeal from error


def _bound_to(certificate: bytes) -> spnego.channel_bindings.GssChannelBindings:
    return spnego.channel_bindings.GssChannelBindings(application_data=channel(certificate))
