"""Keyrings to put in place of the system's, by keyring's own interface."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

K = TypeVar("K", bound=KeyringBackend)


class MemoryKeyring(KeyringBackend):
    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


class PlaintextKeyring(MemoryKeyring):
    """Called as the one that keeps a file of passwords in the clear."""


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("It is locked.")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"It does not take {password}.")


class HangingKeyring(MemoryKeyring):
    """Answers when it is let go."""

    def __init__(self, let_go: threading.Event) -> None:
        super().__init__()
        self.asked = 0
        self._let_go = let_go

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        self._let_go.wait()
        return None


@contextmanager
def used(ring: K) -> Iterator[K]:
    """Have this as the system's keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        yield ring
    finally:
        keyring.set_keyring(before)
