"""Signs in to several hosts at a time, but tries a password on one of them first: a wrong one would lock the account."""

from __future__ import annotations

import asyncio
import math
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING

from hvtui.backends.errors import AuthenticationFailed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from hvtui.backends.hosts.target import Target

AT_ONCE = 8
"""How many hosts are connected to at the same time."""
SILENT_SECONDS = 3.0
"""A host that has not answered for so long does not keep the next one waiting."""
MOST_TRIALS = 3
"""The most hosts that try a password at the same time before one has accepted it: some domains lock an account after five wrong ones."""


class PasswordNotSent(AuthenticationFailed):
    """Another host has refused this password."""


def sign_in_of(target: Target) -> tuple[str, str]:
    """Return the user and the way of signing in: a password that was typed for one host serves others with the same."""
    return target.settings.user, str(getattr(target.settings, "auth", ""))


class SignIns:
    """Those to the hosts of a group, and what the hosts said to each password."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._passwords: dict[tuple[str, str], _Password] = {}

    @asynccontextmanager
    async def turn(self, target: Target, *, by_person: bool = False) -> AsyncIterator[None]:
        """Wait until the host of this target may be connected to, and be sent its password. Sign in within the block.

        A person who signs in to this host does not wait. Raises `PasswordNotSent`.
        """
        password = None
        if target.remote and target.settings.password:
            key = (target.settings.user.casefold(), target.settings.password.reveal())
            password = self._passwords.setdefault(key, _Password())
        if by_person:
            with _tried(password, target):
                yield
            return
        while True:
            if password:
                await password.wait()
                if password.refused_by:
                    raise PasswordNotSent(
                        f"{password.refused_by} did not accept this password, so it was not sent to {target.name}.",
                        hint=f"Sign in to {target.name} by itself.",
                    )
            async with self._slots:
                if password is None or password.may_be_sent:  # another host may have had its turn meanwhile
                    with _tried(password, target):
                        yield
                    return


@contextmanager
def _tried(password: _Password | None, target: Target) -> Iterator[None]:
    """Take what the host says to the password within the block."""
    if password is None:
        yield
        return
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
        self._trials: list[float] = []
        """When it was sent to each host that has not answered yet, the newest last."""
        self._answered = asyncio.Event()
        """Set, and replaced, when a host has answered."""

    @property
    def may_be_sent(self) -> bool:
        """Whether a host has accepted it, or none has refused it and few are being asked, the last one for long."""
        if self.refused_by:
            return False
        if self.accepted or not self._trials:
            return True
        return asyncio.get_running_loop().time() >= self._next_trial

    @property
    def _next_trial(self) -> float:
        """When it may be sent to one more host if none has answered by then."""
        return self._trials[-1] + SILENT_SECONDS if len(self._trials) < MOST_TRIALS else math.inf

    async def wait(self) -> None:
        """Wait until it may be sent, or is refused."""
        while not self.may_be_sent and not self.refused_by:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._next_trial):
                    await self._answered.wait()

    @contextmanager
    def trial(self) -> Iterator[None]:
        """It is being tried on a host within the block."""
        begun = asyncio.get_running_loop().time()
        self._trials.append(begun)
        try:
            yield
        finally:
            self._trials.remove(begun)
            self._answered.set()
            self._answered = asyncio.Event()
