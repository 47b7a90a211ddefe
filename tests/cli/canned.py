"""A backend whose only host answers with what a test prepared: also with what the simulated host never has."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.tui.cli.main import main

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection
    from datetime import datetime

    import pytest

    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import CheckpointId, HostDetails, Inventory, MergeEvent, VmDisks, VmId


@dataclass(kw_only=True)
class CannedSession(Session):
    found: Inventory
    details: HostDetails | None = None
    wait_for_details: Callable[[], Awaitable[None]] | None = None
    disks_of: dict[VmId, VmDisks | BackendError] = field(default_factory=dict)
    merge_events: tuple[MergeEvent, ...] | BackendError = ()
    events_after: tuple[MergeEvent, ...] = ()
    """The events that are added by a write, the newest first."""
    fails: BackendError | None = None
    """What each write raises."""
    after: Inventory | None = None
    """What is there after a write."""
    disks_after: dict[VmId, VmDisks | BackendError] | None = None
    sent: list[str] = field(default_factory=list)
    disks_asked: list[VmId] = field(default_factory=list)
    """The VMs whose disks were asked for, in this order."""
    capabilities = Capabilities(verbs=frozenset(Verb), max_checkpoints=50)

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        if vm_ids is None:
            return self.found
        return replace(
            self.found,
            vms=tuple(vm for vm in self.found.vms if vm.id in vm_ids),
            checkpoints=tuple(c for c in self.found.checkpoints if c.vm_id in vm_ids),
            unread=tuple(unread for unread in self.found.unread if unread.vm_id in vm_ids),
        )

    async def host_details(self) -> HostDetails | None:
        if self.wait_for_details:
            await self.wait_for_details()
        return self.details

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        self.disks_asked += vm_ids
        found = [self.disks_of[vm_id] for vm_id in vm_ids if vm_id in self.disks_of]
        for each in found:
            if isinstance(each, Exception):
                raise each
        return tuple(each for each in found if not isinstance(each, Exception))

    async def events(self, vm_ids: Collection[VmId], *, since: datetime) -> tuple[MergeEvent, ...]:
        if isinstance(self.merge_events, Exception):
            raise self.merge_events
        return (*(self.events_after if self.sent else ()), *self.merge_events)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        known = {checkpoint.id for checkpoint in self.found.checkpoints}
        self._write("create")
        return next(c.id for c in self.found.checkpoints if c.id not in known)

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        self._write("rename")

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        self._write("delete")

    async def start_vm(self, vm: VmId) -> None:
        self._write("start")

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        self._write(how.value)

    async def discard_saved_state(self, vm: VmId) -> None:
        self._write("discard")

    def _write(self, what: str) -> None:
        self.sent.append(what)
        if self.after is not None:
            self.found = self.after
        if self.disks_after is not None:
            self.disks_of = self.disks_after
        if self.fails is not None:
            raise self.fails


@dataclass(frozen=True)
class CannedSettings: ...


class CannedBackend:
    name: ClassVar[str] = "canned"
    Settings = CannedSettings

    def __init__(self, session: CannedSession) -> None:
        self._session = session

    @asynccontextmanager
    async def connect(self, settings: CannedSettings) -> AsyncIterator[CannedSession]:
        yield self._session


class CannedCli:
    """Runs hvtui on one host that a test prepared."""

    def __init__(self, capsys: pytest.CaptureFixture[str], session: CannedSession) -> None:
        self.session, self._capsys = session, capsys

    def run(self, name: str, *words: str) -> tuple[int, str, str]:
        """Returns the exit code, standard output and standard error."""
        backend: Any = CannedBackend(self.session)
        code = main([name, "--backend=canned", *words], load=lambda name: backend)
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, name: str, *words: str) -> tuple[int, Any]:
        code, out, err = self.run(name, "--json", *words)
        assert err == ""
        return code, json.loads(out)
