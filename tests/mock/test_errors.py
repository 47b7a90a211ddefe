"""Each no of the service, in our error tree and in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from hvtui.backends import errors
from hvtui.backends.mock.backend import MockSession
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.scenarios import build
from hvtui.backends.mock.world import Refused, World, WorldVm
from hvtui.backends.model import CheckpointId, VmId

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Scene(NamedTuple):
    world: World
    web: WorldVm
    session: MockSession

    @property
    def vm(self) -> VmId:
        return VmId(self.web.id)


@pytest.fixture
def scene() -> Scene:
    clock = ManualClock()
    world = build("one", clock).world
    (web,) = world.vms.values()
    return Scene(world, web, MockSession(world, clock))


def disabled(scene: Scene) -> None:
    scene.web.checkpoint_type = "Disabled"


def fifty(scene: Scene) -> None:
    for _ in range(47):
        scene.world.take_checkpoint(scene.vm)


def full(scene: Scene) -> None:
    scene.world.volumes[0].other_bytes = scene.world.volumes[0].size


def busy(scene: Scene) -> None:
    scene.world.durations["back_up"] = 60
    scene.world.back_up(scene.vm)


def merging(scene: Scene) -> None:
    scene.world.unverified.merging_refuses_new_work = True
    scene.world.durations["merge"] = 60
    scene.world.destroy(scene.web.parent_checkpoint_id or "")


def critical(scene: Scene) -> None:
    scene.web.state = "RunningCritical"


def not_possible(scene: Scene) -> None:
    scene.web.checkpoint_type, scene.web.production_possible = "ProductionOnly", False


def denied(scene: Scene) -> None:
    scene.world.fail_next("take_checkpoint", Refused(32769, "no"))


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (disabled, errors.CheckpointsDisabled),
        (fifty, errors.TooManyCheckpoints),
        (full, errors.NoSpace),
        (busy, errors.VmBusy),
        (merging, errors.Merging),
        (critical, errors.WrongState),
        (not_possible, errors.OperationFailed),
        (denied, errors.NotAllowed),
    ],
)
async def test_each_refusal_has_its_error(
    scene: Scene, prepare: Callable[[Scene], None], error: type[errors.BackendError]
) -> None:
    prepare(scene)
    with pytest.raises(error) as caught:
        await scene.session.create_checkpoint(scene.vm, name="x")
    assert type(caught.value) is error
    assert caught.value.message
    assert caught.value.hint
    assert caught.value.detail


NOWHERE = CheckpointId("00000000-0000-4000-a000-000000000000")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda s: s.session.create_checkpoint(VmId(NOWHERE), name="x"), errors.VmMissing),
        (lambda s: s.session.start_vm(VmId(NOWHERE)), errors.VmMissing),
        (lambda s: s.session.apply_checkpoint(s.vm, NOWHERE), errors.CheckpointMissing),
        (lambda s: s.session.rename_checkpoint(s.vm, NOWHERE, name="x"), errors.CheckpointMissing),
        (lambda s: s.session.delete_checkpoint(s.vm, NOWHERE, subtree=True), errors.CheckpointMissing),
        (lambda s: s.session.delete_checkpoint(VmId(NOWHERE), NOWHERE, subtree=True), errors.VmMissing),
    ],
)
async def test_what_is_not_there(
    scene: Scene, call: Callable[[Scene], Awaitable[object]], error: type[errors.BackendError]
) -> None:
    with pytest.raises(error):
        await call(scene)
    assert scene.world.ran == []
