"""A daemon thread that runs blocking calls one after the other, in order.

Because it is a daemon, a call that hangs does not keep the program from exiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import weakref
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Work = tuple[Callable[[], Any], asyncio.AbstractEventLoop, asyncio.Future[Any]]


class WorkerThread:
    def __init__(self, name: str) -> None:
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._awaited: set[asyncio.Future[Any]] = set()
        threading.Thread(target=_work, args=(self._queue,), name=name, daemon=True).start()
        weakref.finalize(self, self._queue.put, None).atexit = False

    async def run(self, call: Callable[[], T]) -> T:
        """Run the call in the thread and return its result. Cancelling this does not stop a call that is running."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put((call, loop, future))
        self._awaited.add(future)
        try:
            return await future
        finally:
            self._awaited.discard(future)

    def abandon(self, error: Exception) -> None:
        """Make every `run` that is waiting raise this error now. The running call continues; queued ones never run."""
        for future in self._awaited:
            if not future.done():
                future.set_exception(error)


def _work(waiting: queue.SimpleQueue[Work | None]) -> None:
    """Run until the `WorkerThread` is deleted. Nothing here, not even the last call, may keep a reference to it."""
    while work := waiting.get():
        _run(*work)
        del work


def _run(call: Callable[[], Any], loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:
    if future.done():
        return  # it was cancelled while the call was queued
    try:
        result, error = call(), None
    except BaseException as raised:  # noqa: BLE001 - it is raised where the future is awaited
        result, error = None, raised
    with contextlib.suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(_resolve, future, result, error)


def _resolve(future: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if future.done():
        return
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(result)
