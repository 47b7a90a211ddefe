"""What every front end gets round a session: errors of strangers made ours, and read-only hosts that refuse."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import pytest

from hvtui.backends.contract import Capabilities, Session, Verb
from hvtui.backends.errors import BackendError, NotAllowed, OutcomeUnknown
from hvtui.backends.hosts.config import SavedHost
from hvtui.backends.hosts.sessions import open_session
from hvtui.backends.hosts.target import Target
from hvtui.backends.model import VmId

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from hvtui.backends.model import CheckpointId, Inventory

VM = VmId("vm")


@dataclass(frozen=True)
class NoSettings: ...


class Broken(Session):
    capabilities = Capabilities(verbs=frozenset(Verb))

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        raise KeyError("oops")

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        raise KeyError("oops")


class StrangersBackend:
    name: ClassVar[str] = "stranger"
    Settings = NoSettings

    def __init__(self, *, connects: bool = True) -> None:
        self._connects = connects

    @asynccontextmanager
    async def connect(self, settings: NoSettings) -> AsyncIterator[Session]:
        if not self._connects:
            raise ZeroDivisionError
        yield Broken()


def target(*, connects: bool = True, read_only: bool = False) -> Target:
    saved = SavedHost(name="x", read_only=read_only)
    return Target(name="x", backend=StrangersBackend(connects=connects), settings=NoSettings(), saved=saved)


async def test_an_unexpected_exception_while_connecting_or_reading_names_the_backend() -> None:
    with pytest.raises(BackendError, match="“stranger” failed unexpectedly"):
        async with open_session(target(connects=False)):
            pass
    async with open_session(target()) as session:
        with pytest.raises(BackendError, match="“stranger” failed unexpectedly") as raised:
            await session.inventory()
        assert raised.value.detail == "KeyError: 'oops'"


async def test_an_unexpected_exception_of_a_write_leaves_its_outcome_unknown() -> None:
    async with open_session(target()) as session:
        with pytest.raises(OutcomeUnknown):
            await session.create_checkpoint(VM, name="x")


async def test_a_read_only_host_refuses_every_write_and_says_so_in_its_capabilities() -> None:
    async with open_session(target(read_only=True)) as session:
        assert session.capabilities.read_only
        with pytest.raises(NotAllowed):
            await session.create_checkpoint(VM, name="x")
