"""Who is at the other end of a connection, proved by NTLM, and the sealing of messages with that proof's keys."""

from __future__ import annotations

import atexit
import base64
import hashlib
import os
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import spnego
import spnego.channel_bindings
from spnego._ntlm_raw.crypto import ntowfv1
from spnego.exceptions import SpnegoError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BOUNDARY = b"--Encrypted Boundary"
PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
SEALED_TYPE = f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"'
_OCTETS = b"\tContent-Type: application/octet-stream\r\n"


class NotProved(Exception):
    """A wrong password, an unknown user, a wrong channel binding, or no NTLM at all."""


class BadSeal(Exception):
    """Sealed with other keys than this connection's, or not sealed at all."""


@dataclass(slots=True)
class Account:
    name: str
    password: str
    administrator: bool = True


def _line(account: Account, domain: str) -> str:
    """As in smbpasswd: with the password's hash, since the password itself may hold a colon."""
    name = f"{domain}\\{account.name}" if domain else account.name
    return f"{name}:0:{'0' * 32}:{ntowfv1(account.password).hex()}:[U]:LCT-0\n"


class _UserFile:
    """spnego reads its users from the file that NTLM_USER_FILE names, and that is one for the whole process: so
    there is one file, and each acceptor writes its own users into it before it asks."""

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


class Acceptor:
    """One authentication on one connection, and the keys that come of it."""

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

    def step(self, token: bytes) -> bytes | None:
        try:
            with _USERS.lock:
                _USERS.write(self._accounts, self._domains)
                return self._context.step(token)
        except (SpnegoError, ValueError) as error:
            raise NotProved(str(error)) from error

    def account(self) -> Account:
        name = (self._context.client_principal or "").rpartition("\\")[2].casefold()
        return next(account for account in self._accounts if account.name.casefold() == name)

    def unseal(self, body: bytes) -> bytes:
        _, found, rest = body.partition(_OCTETS)
        sealed = rest.removesuffix(BOUNDARY + b"--\r\n")
        if not found or sealed == rest:
            raise BadSeal
        ends = 4 + int.from_bytes(sealed[:4], "little")
        try:
            return self._context.unwrap_winrm(sealed[4:ends], sealed[ends:])
        except SpnegoError as error:
            raise BadSeal from error

    def seal(self, text: bytes) -> bytes:
        sealed = self._context.wrap_winrm(text)
        original = f"type=application/soap+xml;charset=UTF-8;Length={len(text)}"
        return b"".join(
            (
                BOUNDARY + b"\r\n",
                f"\tContent-Type: {PROTOCOL}\r\n\tOriginalContent: {original}\r\n".encode(),
                BOUNDARY + b"\r\n" + _OCTETS,
                len(sealed.header).to_bytes(4, "little") + sealed.header + sealed.data,
                BOUNDARY + b"--\r\n",
            )
        )


def by_basic(accounts: Iterable[Account], credentials: str) -> Account:
    try:
        user, _, password = base64.b64decode(credentials).decode("utf-8").partition(":")
    except ValueError as error:
        raise NotProved from error
    for account in accounts:
        if (account.name.casefold(), account.password) == (user.casefold(), password):
            return account
    raise NotProved


def _bound_to(certificate: bytes) -> spnego.channel_bindings.GssChannelBindings:
    digest = hashlib.sha256(certificate).digest()
    return spnego.channel_bindings.GssChannelBindings(application_data=b"tls-server-end-point:" + digest)
