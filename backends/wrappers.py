"""Wrappers around a session. They forward every member of `Session`; a test checks that."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import BackendError, NotAllowed, OutcomeUnknown
from hvtui.backends.secret import redact

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection
    from datetime import datetime

    from hvtui.backends.model import CheckpointId, HostDetails, Inventory, MergeEvent, VmDisks, VmId

T = TypeVar("T")
_log = logging.getLogger(__name__)


class SessionWrapper(Session):
    """Forwards every call. A subclass overrides `_read` to change all reads, or `_write` to change all writes."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def _read(self, call: Callable[[], Awaitable[T]]) -> T:
        return await call()

    async def _write(self, verb: Verb, vm: VmId, call: Callable[[], Awaitable[T]]) -> T:
        return await call()

    @property
    def capabilities(self) -> Capabilities:
        return self._session.capabilities

    @property
    def reconnecting(self) -> bool:
        return self._session.reconnecting

    @property
    def warning(self) -> str:
        return self._session.warning

    def allow_sign_in(self) -> None:
        self._session.allow_sign_in()

    def cancel_reads(self) -> None:
        self._session.cancel_reads()

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        return await self._read(lambda: self._session.inventory(vm_ids))

    async def refresh_vm(self, vm: VmId) -> None:
        await self._read(lambda: self._session.refresh_vm(vm))

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        return await self._read(lambda: self._session.disks(vm_ids))

    async def host_details(self) -> HostDetails | None:
        return await self._read(self._session.host_details)

    async def events(self, vm_ids: Collection[VmId], *, since: datetime) -> tuple[MergeEvent, ...]:
        return await self._read(lambda: self._session.events(vm_ids, since=since))

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        return await self._write(Verb.CREATE, vm, lambda: self._session.create_checkpoint(vm, name=name))

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        await self._write(Verb.RENAME, vm, lambda: self._session.rename_checkpoint(vm, checkpoint, name=name))

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        await self._write(Verb.APPLY, vm, lambda: self._session.apply_checkpoint(vm, checkpoint))

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        await self._write(
            Verb.DELETE, vm, lambda: self._session.delete_checkpoint(vm, checkpoint, subtree=subtree)
        )

    async def start_vm(self, vm: VmId) -> None:
        await self._write(Verb.START, vm, lambda: self._session.start_vm(vm))

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        await self._write(Verb.STOP, vm, lambda: self._session.stop_vm(vm, how=how))

    async def save_vm(self, vm: VmId) -> None:
        await self._write(Verb.SAVE, vm, lambda: self._session.save_vm(vm))

    async def discard_saved_state(self, vm: VmId) -> None:
        await self._write(Verb.DISCARD_SAVED_STATE, vm, lambda: self._session.discard_saved_state(vm))

    async def forget_orphan(self, orphan_id: str) -> None:
        await self._read(lambda: self._session.forget_orphan(orphan_id))


class ReadOnlySession(SessionWrapper):
    """Refuses every write."""

    @property
    def capabilities(self) -> Capabilities:
        return replace(super().capabilities, read_only=True)

    async def _write(self, verb: Verb, vm: VmId, call: Callable[[], Awaitable[T]]) -> T:
        raise NotAllowed("This host is read-only in your configuration.", hint="Nothing was sent to it.")


class GuardedSession(SessionWrapper):
    """Ensures that reads and writes raise only `BackendError`, because a backend may be third-party code."""

    def __init__(self, session: Session, backend_name: str) -> None:
        super().__init__(session)
        self._backend_name = backend_name

    async def _read(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            return await call()
        except BackendError:
            raise
        except Exception as error:
            raise unexpected(self._backend_name, "reading", error) from error

    async def _write(self, verb: Verb, vm: VmId, call: Callable[[], Awaitable[T]]) -> T:
        try:
            return await call()
        except BackendError:
            raise
        except Exception as error:
            failed = unexpected(self._backend_name, verb.value.replace("_", " "), error)
            raise OutcomeUnknown(
                failed.message, hint="The command may or may not have been carried out.", detail=failed.detail
            ) from error


def unexpected(backend_name: str, doing: str, error: Exception) -> BackendError:
    """Return and log the `BackendError` for an exception that a backend should not have raised."""
    _log.error("backend %s, %s", backend_name, doing, exc_info=error)
    return BackendError(
        f"The backend “{backend_name}” failed unexpectedly ({doing}).",
        hint="Report it to the authors of the backend.",
        detail=redact(f"{type(error).__name__}: {error}"),
    )
