"""Tries a password on one host before it is sent to the next: a wrong one sent to all would lock the account."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from hvtui.backends.errors import AuthenticationFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.hosts.target import Target

SILENT_SECONDS = 3.0
"""A host that has not answered for so long does not keep the next one waiting."""


class PasswordNotSent(AuthenticationFailed):
    """Another host has refused this password."""


def account_of(target: Target) -> tuple[str, str]:
    """Return the user and the way of signing in: a password that was typed for one host serves others with the same."""
    return target.settings.user, str(getattr(target.settings, "auth", ""))


class SignIns:
    """What the hosts of a group said to each password."""

    def __init__(self) -> None:
        self._passwords: dict[tuple[str, str], _Password] = {}

    @asynccontextmanager
    async def turn(self, target: Target, *, by_person: bool = False) -> AsyncIterator[None]:
        """Wait until the password of this target may be sent to its host. Sign in within the block.

        A person who signs in to this host does not wait. Raises `PasswordNotSent`.
        """
        if not target.remote or not target.settings.password:
            yield
            return
        key = (target.settings.user.casefold(), target.settings.password.reveal())
        password = self._passwords.setdefault(key, _Password())
        if not by_person:
            await password.wait()
            if password.refused_by:
                raise PasswordNotSent(
                    f"{password.refused_by} did not accept this password, so it was not sent to {target.name}.",
                    hint=f"Sign in to {target.name} by itself.",
                )
        trial = password.trial = asyncio.Event()
        try:
            yield
        except AuthenticationFailed:
            if not password.accepted:
                password.refused_by = target.name
            raise
        else:
            password.accepted, password.refused_by = True, ""
        finally:
            trial.set()


class _Password:
    def __init__(self) -> None:
        self.accepted = False
        self.refused_by = ""
        """The name of a host that refused it, while none has accepted it."""
        self.trial: asyncio.Event | None = None
        """Set once the host that it was sent to last has answered."""

    async def wait(self) -> None:
        """Wait until a host has answered, or the last one was silent for long."""
        while self.trial and not self.trial.is_set() and not self.accepted:
            trial = self.trial
            try:
                async with asyncio.timeout(SILENT_SECONDS):
                    await trial.wait()
            except TimeoutError:
                if self.trial is trial:  # else the one before in the queue has begun
                    return
