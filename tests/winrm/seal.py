"""Authentication of a connection, and encryption of messages with its session key."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

BOUNDARY = b"--Encrypted Boundary"
PROTOCOL = "application/HTTP-SPNEGO-session-encrypted"
SEALED_TYPE = f'multipart/encrypted;protocol="{PROTOCOL}";boundary="Encrypted Boundary"'
_OCTETS = b"\tContent-Type: application/octet-stream\r\n"


class NotProved(Exception):
    """The sign-in is refused: wrong password, ticket, user or channel binding."""


class BadSeal(Exception):
    """The message is not encrypted with the session key of this connection."""


@dataclass(slots=True)
class Account:
    name: str
    password: str
    administrator: bool = True


class Login(Protocol):
    """One sign-in with NTLM or Kerberos, and its session key."""

    @property
    def complete(self) -> bool: ...

    @property
    def user(self) -> str: ...

    def step(self, token: bytes) -> bytes:
        """Return the next token for the client. Raises `NotProved`."""

    def seal(self, text: bytes) -> tuple[bytes, bytes]:
        """Return the signature and the encrypted text."""

    def unseal(self, signature: bytes, sealed: bytes) -> bytes:
        """Return the decrypted text. Raises `BadSeal`."""


class Acceptor:
    """The sign-in on one connection, and the encryption of its messages."""

    def __init__(self, accounts: Iterable[Account], login: Login) -> None:
        self._accounts = list(accounts)
        self._login = login

    @property
    def complete(self) -> bool:
        return self._login.complete

    def step(self, token: bytes) -> bytes:
        return self._login.step(token)

    def account(self) -> Account:
        user = self._login.user.casefold()
        return next(account for account in self._accounts if account.name.casefold() == user)

    def unseal(self, body: bytes) -> bytes:
        _, found, rest = body.partition(_OCTETS)
        sealed = rest.removesuffix(BOUNDARY + b"--\r\n")
        if not found or sealed == rest:
            raise BadSeal
        ends = 4 + int.from_bytes(sealed[:4], "little")
        return self._login.unseal(sealed[4:ends], sealed[ends:])

    def seal(self, text: bytes) -> bytes:
        signature, sealed = self._login.seal(text)
        original = f"type=application/soap+xml;charset=UTF-8;Length={len(text)}"
        return b"".join(
            (
                BOUNDARY + b"\r\n",
                f"\tContent-Type: {PROTOCOL}\r\n\tOriginalContent: {original}\r\n".encode(),
                BOUNDARY + b"\r\n" + _OCTETS,
                len(signature).to_bytes(4, "little") + signature + sealed,
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


def channel(certificate: bytes) -> bytes:
    """Return the channel binding of a sign-in over TLS, which is made of the server's certificate."""
    return b"tls-server-end-point:" + hashlib.sha256(certificate).digest()
