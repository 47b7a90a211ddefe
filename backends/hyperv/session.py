"""The verbs of a Hyper-V session. Each sends one request to an agent, which runs the script of that name in ops/.

After an error with more than one possible cause, a second request asks what tells them apart.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session, StopHow, Verb
from hvtui.backends.errors import BackendError
from hvtui.backends.hyperv import parse
from hvtui.backends.hyperv.management import explained, is_ambiguous, management
from hvtui.backends.limits import MAX_CHECKPOINTS
from hvtui.backends.model import CheckpointId
from hvtui.backends.powershell.session import PowerShellSession

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection
    from datetime import datetime

    from hvtui.backends.model import HostDetails, Inventory, MergeEvent, VmDisks, VmId

T = TypeVar("T")
_log = logging.getLogger(__name__)

CACHE_SECONDS = 6.0
"""Get-VMSnapshot may answer from associations that are cached for five seconds (not verified)."""
SECOND_QUESTION = 30.0
"""Seconds that the second question may take."""


class HyperVSession(PowerShellSession, Session):
    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            verbs=frozenset(Verb), max_checkpoints=MAX_CHECKPOINTS, cache_seconds=CACHE_SECONDS
        )

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        orphans = await self._orphans()
        found = await self._explained(
            self._reader.read(parse.inventory, "inventory", All=vm_ids is None, VmIds=sorted(vm_ids or ()))
        )
        self._journal.know_vms(vm.id for vm in found.vms)
        return replace(found, orphans=self._orphaned.with_new(orphans))

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        if not vm_ids:
            return ()
        return await self._explained(
            self._side_readers.read("disks", parse.disks, "disks", VmIds=sorted(vm_ids))
        )

    async def host_details(self) -> HostDetails:
        found = await self._side_readers.read("details", parse.host_details, "host_details")
        self._journal.know_machine(found.host.full_name, found.full_cluster)
        self._journal.know_unclustered(found.unclustered)
        return found

    async def events(self, vm_ids: Collection[VmId], *, since: datetime) -> tuple[MergeEvent, ...]:
        if not vm_ids:
            return ()
        moment = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return await self._side_readers.read(
            "disks", parse.events, "events", VmIds=sorted(vm_ids), Since=moment
        )

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        created = await self._write(Verb.CREATE, vm, name, Name=name)
        return CheckpointId(created["Id"].lower())

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        await self._write(Verb.RENAME, vm, checkpoint, CheckpointId=checkpoint, Name=name)

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        await self._write(Verb.APPLY, vm, checkpoint, CheckpointId=checkpoint)

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        await self._write(Verb.DELETE, vm, checkpoint, CheckpointId=checkpoint, Subtree=subtree)

    async def start_vm(self, vm: VmId) -> None:
        await self._write(Verb.START, vm)

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        await self._write(Verb.STOP, vm, TurnOff=how is StopHow.TURN_OFF)

    async def save_vm(self, vm: VmId) -> None:
        await self._write(Verb.SAVE, vm)

    async def discard_saved_state(self, vm: VmId) -> None:
        await self._write(Verb.DISCARD_SAVED_STATE, vm)

    async def _write(self, op: str, vm: VmId, target: str = "", **arguments: Any) -> Any:
        return await self._explained(super()._write(op, vm, target, **arguments))

    async def _explained(self, call: Awaitable[T]) -> T:
        """Return the result of a call. If it fails for one of several causes, ask the host which it is."""
        try:
            return await call
        except BackendError as error:
            if not is_ambiguous(error):
                raise
            try:
                async with asyncio.timeout(SECOND_QUESTION):
                    found = await self._reader.agent.read(management, "management", seconds=SECOND_QUESTION)
            except (BackendError, TimeoutError):
                _log.debug("The second question has no answer", exc_info=True)
                raise error from None
            raise explained(error, found, self._reader.agent.where) from error
