"""The steps of an apply with a safety checkpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.contract import Capabilities, Session
from hvtui.backends.errors import BackendError, ConnectError, ConnectionLost, Effect, NoSpace, OutcomeUnknown
from hvtui.backends.model import CheckpointSetting, Unread, UnreadPart
from hvtui.backends.operations.safety import NotApplied, apply
from tests.tui.samples import checkpoint, inventory, vm

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint, CheckpointId, Inventory, VmId

WEB = replace(vm("web-01"), checkpoint_setting=CheckpointSetting.STANDARD)
OLD = checkpoint("Old", WEB)
MADE = checkpoint("Before", WEB, with_memory=True)


async def no_pause(seconds: float) -> None: ...


class Recorder(Session):
    def __init__(self) -> None:
        self.applied: list[CheckpointId] = []
        self.apply_error: BackendError | None = None

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(verbs=frozenset(), cache_seconds=6)

    async def inventory(self, vm_ids: object = None) -> Inventory:
        raise NotImplementedError

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        return MADE.id

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        if self.apply_error:
            raise self.apply_error
        self.applied.append(checkpoint)

    async def start_vm(self, vm: VmId) -> None:
        raise ConnectError("No shell can be opened.", hint="Nothing was done. Try again.")


async def attempt(*seen: Checkpoint, current: Checkpoint = MADE) -> list[CheckpointId]:
    session = Recorder()

    async def read(vm_id: VmId) -> Inventory:
        return inventory(replace(WEB, current=current.id), checkpoints=seen)

    try:
        await apply(session, read, WEB, OLD, safety_name="Before", start=False, pause=no_pause)
    except NotApplied:
        assert session.applied == []
        raise
    return session.applied


async def test_the_apply_follows_when_the_checkpoint_is_as_promised() -> None:
    assert await attempt(OLD, MADE) == [OLD.id]


async def test_nothing_is_applied_when_the_checkpoint_is_not_seen_or_lacks_the_promised_memory() -> None:
    with pytest.raises(NotApplied):
        await attempt(OLD)
    with pytest.raises(NotApplied, match="memory"):
        await attempt(OLD, replace(MADE, with_memory=False))


async def test_nothing_is_applied_when_the_vm_does_not_run_on_the_safety_checkpoint() -> None:
    with pytest.raises(NotApplied, match="somebody else"):
        await attempt(OLD, MADE, current=OLD)


async def after_a_pause(*readings: Inventory) -> tuple[list[CheckpointId], list[float]]:
    """What is applied, and how long was waited, if the readings after the safety checkpoint are these."""
    session, left = Recorder(), [*readings]
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    async def read(vm_id: VmId) -> Inventory:
        return left.pop(0)

    await apply(session, read, WEB, OLD, safety_name="Before", start=False, pause=pause)
    return session.applied, pauses


HERE = inventory(replace(WEB, current=MADE.id), checkpoints=(OLD, MADE))
UNREAD = Unread(vm_id=WEB.id, part=UnreadPart.CHECKPOINTS, words="Generic failure")


async def test_a_list_that_may_be_from_a_cache_is_read_again() -> None:
    assert await after_a_pause(inventory(WEB, checkpoints=(OLD,)), HERE) == ([OLD.id], [6])
    assert await after_a_pause(HERE) == ([OLD.id], [])


async def test_checkpoints_that_could_not_be_read_are_not_told_as_not_listed() -> None:
    unread = inventory(replace(WEB, current=MADE.id), unread=(UNREAD,))
    with pytest.raises(NotApplied, match="could not be read") as raised:
        await after_a_pause(unread, unread)
    assert raised.value.detail == "Generic failure"
    assert raised.value.effect is Effect.PARTLY


async def test_a_production_checkpoint_that_became_a_standard_one_is_safe_enough() -> None:
    session = Recorder()
    web = replace(WEB, checkpoint_setting=CheckpointSetting.PRODUCTION, current=MADE.id)
    seen = inventory(web, checkpoints=(OLD, MADE))
    await apply(
        session, lambda vm_id: _at_once(seen), web, OLD, safety_name="Before", start=False, pause=no_pause
    )
    assert session.applied == [OLD.id]


@pytest.mark.parametrize(("start", "effect"), [(False, Effect.DONE), (True, Effect.PARTLY)])
@pytest.mark.parametrize("name", [None, "Before"])
async def test_an_apply_that_was_done_is_not_all_if_the_vm_was_to_be_started(
    name: str | None, start: bool, effect: Effect
) -> None:
    session = Recorder()
    session.apply_error = BackendError("It broke.", effect=Effect.DONE)
    with pytest.raises(BackendError) as raised:
        await apply(
            session, lambda vm_id: _at_once(HERE), WEB, OLD, safety_name=name, start=start, pause=no_pause
        )
    assert raised.value.effect is effect


async def test_an_apply_whose_safety_checkpoint_fails_is_not_sent_whatever_words_the_host_uses() -> None:
    class Refusing(Recorder):
        async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
            raise BackendError("エラー", effect=Effect.DONE)

    session = Refusing()
    with pytest.raises(BackendError) as raised:
        await apply(
            session, lambda vm_id: _at_once(HERE), WEB, OLD, safety_name="Before", start=False, pause=no_pause
        )
    assert (raised.value.message, raised.value.effect) == ("Nothing was applied: エラー", Effect.PARTLY)
    assert session.applied == []


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (NoSpace("The disk is full.", hint="Free some space."), NoSpace),
        (ConnectionLost("Lost before anything was sent.", hint="Nothing was done. Try again."), BackendError),
        (ConnectError("No shell can be opened.", hint="Nothing was done. Try again."), BackendError),
        (OutcomeUnknown("The answer is lost.", hint="Look at it."), OutcomeUnknown),
    ],
)
async def test_an_apply_that_fails_says_that_the_safety_checkpoint_is_there(
    error: BackendError, kind: type[BackendError]
) -> None:
    session = Recorder()
    session.apply_error = error
    seen = inventory(replace(WEB, current=MADE.id), checkpoints=(OLD, MADE))
    with pytest.raises(BackendError) as raised:
        await apply(
            session, lambda vm_id: _at_once(seen), WEB, OLD, safety_name="Before", start=False, pause=no_pause
        )
    assert type(raised.value) is kind
    assert raised.value.message == f"The safety checkpoint “Before” was created. {error.message}"
    assert "try again" not in raised.value.hint.lower()
    assert ("Free some space." in raised.value.hint) is (kind is NoSpace)


async def test_a_start_that_cannot_be_sent_does_not_say_that_nothing_was_done() -> None:
    session = Recorder()
    with pytest.raises(BackendError, match="was applied, but") as raised:
        await apply(
            session,
            lambda vm_id: _at_once(inventory()),
            WEB,
            OLD,
            safety_name=None,
            start=True,
            pause=no_pause,
        )
    assert not isinstance(raised.value, ConnectError)
    assert raised.value.hint == "Start it if it is off."
    assert session.applied == [OLD.id]


async def _at_once(answer: Inventory) -> Inventory:
    return answer
