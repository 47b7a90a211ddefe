"""One session for many tests: starting a PowerShell for each is what takes time."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    from hvtui.backends.contract import Session


@contextmanager
def kept_open(opening: AbstractAsyncContextManager[Session]) -> Iterator[Session]:
    """Open for tests that each have an event loop of their own."""
    loop = asyncio.new_event_loop()
    try:
        session = loop.run_until_complete(opening.__aenter__())
        try:
            yield session
        finally:
            loop.run_until_complete(opening.__aexit__(None, None, None))
    finally:
        loop.close()
