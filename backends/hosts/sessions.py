"""Opens a session with a target, inside the wrappers that every front end relies on."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError
from hvtui.backends.hosts.qualified import QualifiedSession
from hvtui.backends.wrappers import GuardedSession, ReadOnlySession, unexpected

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.contract import Session
    from hvtui.backends.hosts.targets import Target


@asynccontextmanager
async def open_session(target: Target, *, qualifier: str | None = None) -> AsyncIterator[Session]:
    """Connect to a target. The session raises only `BackendError`, and refuses writes if the target is read-only.

    `qualifier` is added to the ids of a host that is one of several: its name, or that of its cluster.
    """
    async with AsyncExitStack() as stack:
        try:
            session = await stack.enter_async_context(target.backend.connect(target.settings))
        except BackendError:
            raise
        except Exception as error:
            raise unexpected(target.backend.name, "connecting", error) from error
        session = GuardedSession(session, target.backend.name)
        if target.read_only:
            session = ReadOnlySession(session)
        yield session if qualifier is None else QualifiedSession(session, target.name, qualifier=qualifier)
