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
    from hvtui.backends.hosts.target import Target


@asynccontextmanager
async def open_session(target: Target, *, one_of_several: bool = False) -> AsyncIterator[Session]:
    """Connect to a target. The session raises only `BackendError`, and refuses writes if the target is read-only.

    The ids of a host that is `one_of_several` are qualified by its cluster, or by its name if it is in none.
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
        if one_of_several:
            session = QualifiedSession(session, target.name, cluster=target.node_of, ask=True)
        yield session
