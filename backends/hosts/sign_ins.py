"""Tries a password on one host before it is sent to the next: a wrong one sent to all would lock the account."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from hvtui.backends.errors import AuthenticationFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from hvtui.backends.hosts.target import Target

SILENT_SECONDS = 3.0
"""A host that has not answered for so long does not keep the next one waiting."""
MOST_TRIALS = 3
"""The most hosts that a password is sent to before one has answered: some domains lock an account after five wrong ones."""


class PasswordNotSent(AuthenticationFailed):
    """Another host has refused this password."""


def sign_in_of(target: Target) -> tuple[str, str]:
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
        with password.trial():
            try:
                yield
            except AuthenticationFailed:
                if not password.accepted:
                    password.refused_by = target.name
                raise
            password.accepted, password.refused_by = True, ""


class _Password:
    def __init__(self) -> None:
        self.accepted = False
        self.refused_by = ""
        """The name of a host that refused it, while none has accepted it."""
        self._trials: list[object] = []
        """One for each host that it was sent to and that has not answered yet, the newest last."""
        self._answered = asyncio.Event()
        """Set, and replaced, when a host has answered."""

    async def wait(self) -> None:
        """Wait until a host has accepted or refused it, none is being asked, or the last one was silent for long."""
        while self._trials and not self.accepted and not self.refused_by:
            newest = self._trials[-1]
            patience = SILENT_SECONDS if len(self._trials) < MOST_TRIALS else None
            try:
                async with asyncio.timeout(patience):
                    await self._answered.wait()
            except TimeoutError:
                if self._trials and self._trials[-1] is newest:  # else the one before in the queue has begun
                    return

    @contextmanager
    def trial(self) -> Iterator[None]:
        """It is being tried on a host within the block."""
        trial = object()
        self._trials.append(trial)
        try:
            yield
        finally:
            self._trials.remove(trial)
            self._answered.set()
            self._answered = asyncio.Event()
