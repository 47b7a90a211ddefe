"""Writes that run and that have ended. One a VM at a time, never replaced, never sent twice."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, OutcomeUnknown
from hvtui.backends.secret import redact
from hvtui.tui.widgets.operation_strip import Ending, Shown

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from hvtui.backends.model import Inventory, Vm, VmId

_REMEMBERED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    vm: Vm
    verb: str
    """``applying``, also when it is over."""
    target: str = ""
    started: datetime
    ended: datetime | None = None
    ending: Ending | None = None
    detail: str = ""
    error: BackendError | None = None

    @property
    def words(self) -> str:
        return f"{self.verb} {self.target}".strip()

    @property
    def sentence(self) -> str:
        """``applying Before CU-11 on web-01``, ``starting web-01``."""
        return f"{self.words} {'on ' if self.target else ''}{self.vm.name}"

    def shown(self, percent: int | None = None) -> Shown:
        return Shown(
            verb=self.verb,
            target=self.target,
            vm=self.vm.name,
            started=self.started,
            percent=percent,
            ending=self.ending,
            ended=self.ended,
            detail=self.detail,
        )


Seen = Callable[["Inventory"], str]
"""What a reading shows of a write whose answer is lost."""


class Operations:
    def __init__(
        self,
        *,
        read: Callable[[VmId], Awaitable[Inventory]],
        changed: Callable[[], None],
        ended: Callable[[Operation], None],
        clock: Callable[[], datetime],
    ) -> None:
        """`read` reads one VM anew and shows it; `changed` and `ended` are told of."""
        self.running: dict[VmId, Operation] = {}
        self.finished: deque[Operation] = deque(maxlen=_REMEMBERED)
        self._read, self._changed, self._ended = read, changed, ended
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self.unseen: list[tuple[Operation, Seen]] = []
        """Those whose answer is lost, and of which nobody could see yet what came of them."""

    def begin(
        self,
        vm: Vm,
        verb: str,
        target: str,
        *,
        check: Callable[[], Awaitable[None]],
        send: Callable[[], Awaitable[object]],
        seen: Seen,
    ) -> bool:
        """Run `check`, which may raise and then nothing is sent, and `send`. False: the VM's gate is shut.

        Where the answer is lost, `seen` says what the re-read shows of it.
        """
        if vm.id in self.running:
            return False
        operation = Operation(vm=vm, verb=verb, target=target, started=self._clock())
        self.running[vm.id] = operation
        task = asyncio.create_task(self._run(operation, check, send, seen), name=f"{verb} {vm.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._changed()
        return True

    def remember(self, operation: Operation) -> None:
        """One that ended elsewhere, such as in an earlier hvtui."""
        self.finished.appendleft(operation)
        self._changed()

    async def explain(self, inventory: Inventory) -> None:
        """Look again at writes whose answers are lost, now that this was read and nothing is at work on their VMs."""
        for operation, seen in [*self.unseen]:
            if operation.vm.id in at_work(inventory) or (operation, seen) not in self.unseen:
                continue
            self.unseen.remove((operation, seen))
            words, lasting = await self._look(operation.vm, seen)
            if not lasting:
                self.unseen.append((operation, seen))
            elif operation in self.finished:
                self.finished[self.finished.index(operation)] = replace(operation, detail=words)
                self._changed()

    async def _run(
        self,
        operation: Operation,
        check: Callable[[], Awaitable[None]],
        send: Callable[[], Awaitable[object]],
        seen: Seen,
    ) -> None:
        try:
            error = await self._attempt(check, send)
            ending = _ending(error)
            found, lasting = await self._look(operation.vm, seen)
        finally:
            del self.running[operation.vm.id]
        detail = (redact(error.message) if error else "") if ending is not Ending.UNKNOWN else found
        operation = replace(operation, ended=self._clock(), ending=ending, detail=detail, error=error)
        if error is not None and ending is Ending.UNKNOWN:
            error.hint = f"{error.hint} {found}".strip()
            if not lasting:
                self.unseen.append((operation, seen))
        self.finished.appendleft(operation)
        self._changed()
        self._ended(operation)

    async def _attempt(
        self, check: Callable[[], Awaitable[None]], send: Callable[[], Awaitable[object]]
    ) -> BackendError | None:
        sent = False
        try:
            await check()
            sent = True
            await send()
        except BackendError as error:
            return error
        except Exception as error:  # noqa: BLE001  a write that broke in any way has an outcome nobody knows
            said = redact(f"{type(error).__name__}: {error}")
            if not sent:
                return BackendError("Nothing was done: the check before it broke.", detail=said)
            return OutcomeUnknown("hvtui lost track of it.", detail=said)
        return None

    async def _look(self, vm: Vm, seen: Seen) -> tuple[str, bool]:
        """What a re-read shows, and whether it stays so: nothing is at work on the VM any more."""
        try:
            found = await self._read(vm.id)
            return seen(found), vm.id not in at_work(found)
        except Exception as error:  # noqa: BLE001  however the reading broke, the write has its ending
            said = error.message if isinstance(error, BackendError) else redact(repr(error))
            return f"The VM could not be read since: {said}", False


def at_work(inventory: Inventory) -> set[VmId]:
    """The VMs that a write whose answer is lost may still be changing."""
    return {left.vm_id for left in inventory.orphans if left.running}


def _ending(error: BackendError | None) -> Ending:
    if error is None:
        return Ending.DONE
    return Ending.UNKNOWN if isinstance(error, OutcomeUnknown) else Ending.FAILED
