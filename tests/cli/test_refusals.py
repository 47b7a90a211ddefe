"""The same refusals, with the same words, from the screen and from the command line: one table through both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.operations.actions import ReasonCode
from tests.tui.journey import journey

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import DemoCli

REFUSED = 3


@dataclass(frozen=True, kw_only=True)
class Case:
    prepare: Callable[[Any], None]
    """Brings the simulated host into the state in which the command is refused."""
    key: str
    words: tuple[str, ...]
    checkpoint: str = ""
    """Where the tree's cursor is."""
    code: ReasonCode


def vm(world: Any) -> Any:
    return next(iter(world.vms.values()))


def set_vm(**values: object) -> Callable[[Any], None]:
    def prepare(world: Any) -> None:
        for name, value in values.items():
            setattr(vm(world), name, value)

    return prepare


def set_checkpoint(name: str, **values: object) -> Callable[[Any], None]:
    def prepare(world: Any) -> None:
        found = next(c for c in world.checkpoints.values() if c.name == name)
        for attribute, value in values.items():
            setattr(found, attribute, value)

    return prepare


def fill(world: Any) -> None:
    while len(world.checkpoints) < 50:
        world.add_checkpoint(vm(world), f"Number {len(world.checkpoints)}", world.now())


CASES = {
    "disabled": Case(
        prepare=set_vm(checkpoint_type="Disabled"),
        key="c",
        words=("create", "web-01", "x"),
        code=ReasonCode.CHECKPOINTS_DISABLED,
    ),
    "fifty": Case(
        prepare=fill,
        key="c",
        words=("create", "web-01", "x"),
        code=ReasonCode.TOO_MANY_CHECKPOINTS,
    ),
    "critical": Case(
        prepare=set_vm(state="RunningCritical"),
        key="v",
        words=("save", "web-01", "--yes"),
        code=ReasonCode.CRITICAL,
    ),
    "running": Case(
        prepare=lambda world: None, key="s", words=("start", "web-01"), code=ReasonCode.WRONG_STATE
    ),
    "off": Case(
        prepare=set_vm(state="Off"), key="S", words=("stop", "web-01", "--yes"), code=ReasonCode.WRONG_STATE
    ),
    "locked": Case(
        prepare=set_checkpoint("Old branch", type="SyncedReplica"),
        key="d",
        words=("delete", "web-01", "Old branch", "--yes"),
        checkpoint="Old branch",
        code=ReasonCode.LOCKED,
    ),
    "checkpoints unread": Case(
        prepare=set_vm(checkpoints_unread="Not in a valid state."),
        key="c",
        words=("create", "web-01", "x"),
        code=ReasonCode.CHECKPOINTS_UNREAD,
    ),
    "locked below": Case(
        prepare=set_checkpoint("Old branch", type="Replica"),
        key="D",
        words=("delete", "web-01", "Clean install", "--subtree", "--yes"),
        checkpoint="Clean install",
        code=ReasonCode.LOCKED_BELOW,
    ),
    "locked apply": Case(
        prepare=set_checkpoint("Old branch", type="Missing"),
        key="a",
        words=("apply", "web-01", "Old branch", "--yes"),
        checkpoint="Old branch",
        code=ReasonCode.LOCKED,
    ),
    "locked rename": Case(
        prepare=set_checkpoint("Old branch", type="Unheard"),
        key="e",
        words=("rename", "web-01", "Old branch", "y"),
        checkpoint="Old branch",
        code=ReasonCode.LOCKED,
    ),
}


@pytest.mark.parametrize("name", CASES)
async def test_the_screen_refuses(name: str) -> None:
    assert await screen_words(CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_the_command_line_refuses_with_the_words_of_the_screen(name: str, demo: DemoCli) -> None:
    import asyncio

    case = CASES[name]
    case.prepare(demo.world)
    before = demo.names()
    code, refused = demo.json(*case.words)
    assert (code, refused["outcome"]) == (REFUSED, "refused")
    assert refused["error"]["code"] == case.code.value
    assert demo.names() == before
    assert refused["error"]["message"] == asyncio.run(screen_words(case))


async def screen_words(case: Case) -> str:
    """What the screen says when the key of the command is pressed."""
    async with journey() as trip:
        case.prepare(trip.world)
        await trip.press("f5")
        if case.checkpoint:
            await trip.go_to(case.checkpoint)
        await trip.until(lambda: trip.main.why_not(ACTIONS[case.key]))
        await trip.press(case.key)
        await trip.until(lambda: list(trip.app._notifications))
        return str(next(iter(trip.app._notifications)).message)


ACTIONS = {
    "c": "create", "a": "apply", "e": "rename", "d": "delete", "D": "delete_subtree",
    "s": "start", "S": "stop", "v": "save",
}  # fmt: skip


@pytest.mark.parametrize("command", ["delete", "apply", "rename", "remove-backup-checkpoint"])
def test_a_checkpoint_is_not_called_absent_where_the_checkpoints_could_not_be_read(
    command: str, demo: DemoCli
) -> None:
    set_vm(checkpoints_unread="Not in a valid state.")(demo.world)
    more = {"rename": ["y"], "remove-backup-checkpoint": ["--confirm", "web-01"]}.get(command, ["--yes"])
    code, refused = demo.json(command, "web-01", "Old branch", *more)
    assert (code, refused["error"]["code"]) == (REFUSED, ReasonCode.CHECKPOINTS_UNREAD.value)
    assert "Not in a valid state." in refused["error"]["message"]


@pytest.mark.parametrize(
    "words",
    [("discard-saved-state", "web-01", "--yes"), ("remove-backup-checkpoint", "web-01", "Old branch")],
)
def test_a_read_only_host_refuses_what_leads_out_of_a_dead_end(words: tuple[str, ...], demo: DemoCli) -> None:
    code, refused = demo.json(*words, "--read-only")
    assert (code, refused["error"]["code"]) == (REFUSED, ReasonCode.READ_ONLY.value)


def test_a_read_only_host_refuses_in_the_session_too(demo: DemoCli) -> None:
    code, refused = demo.json("create", "web-01", "x", "--read-only")
    assert (code, refused["error"]["code"]) == (REFUSED, "read-only")
    assert refused["error"]["message"] == "This host is read-only in your configuration."
    assert "x" not in demo.names()
