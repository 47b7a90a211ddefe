"""What a host changes between the question on the terminal and the answer: the command says so, and sends nothing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.errors import ConnectionLost
from hvtui.backends.mock.session import MockSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import DemoCli

    Change = Callable[[Any], None]

FAILED, REFUSED = 1, 3
DELETE = ("delete", "web-01", "Old branch")
APPLY = ("apply", "web-01", "Old branch")
NOTHING_DONE = "Nothing was done: the VM or the checkpoint changed while you were asked."


class Person(io.TextIOBase):
    """Answers yes at the terminal, after the host has changed."""

    def __init__(self, answer: str, meanwhile: Callable[[], None]) -> None:
        self._answer, self._meanwhile = answer, meanwhile

    def isatty(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        self._meanwhile()
        return f"{self._answer}\n"


def vm(world: Any) -> Any:
    return next(iter(world.vms.values()))


def id_of(world: Any, name: str) -> str:
    return next(str(id) for id, each in world.checkpoints.items() if each.name == name)


def answered(
    demo: DemoCli,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    change: Change,
    answer: str = "yes",
) -> tuple[int, str, str]:
    """Return the exit code and what was printed, for a host that changes while the person is asked."""
    demo.names()  # the host begins to run
    monkeypatch.setattr("sys.stdin", Person(answer, lambda: change(demo.world)))
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    return demo.run(*words)


def set_vm(**values: object) -> Change:
    def change(world: Any) -> None:
        for name, value in values.items():
            setattr(vm(world), name, value)

    return change


def set_checkpoint(**values: object) -> Change:
    def change(world: Any) -> None:
        for name, value in values.items():
            setattr(world.checkpoints[id_of(world, "Old branch")], name, value)

    return change


def without_checkpoint(world: Any) -> None:
    del world.checkpoints[id_of(world, "Old branch")]


def without_vm(world: Any) -> None:
    world.checkpoints.clear()
    world.vms.clear()


@pytest.mark.parametrize(
    ("words", "change", "said"),
    [
        (DELETE, set_checkpoint(name="Newer"), "The checkpoint “Old branch” is called “Newer” now."),
        (DELETE, without_checkpoint, "The checkpoint is not there any more."),
        (DELETE, set_checkpoint(type="Replica"), "It belongs to Hyper-V Replica."),
        (DELETE, without_vm, "The VM is not on this host any more."),
        (APPLY, set_vm(state="Off"), "The VM was running and is off now."),
        (
            APPLY,
            set_vm(checkpoint_type="Disabled"),
            "The checkpoint type that the VM is configured for was changed.",
        ),
        (("stop", "web-01"), set_vm(state="Saved"), "The VM was running and is saved now."),
        (("save", "web-01"), set_vm(name="web-02"), "The VM “web-01” is called “web-02” now."),
    ],
)
def test_a_refused_command_says_why_after_its_question(
    demo: DemoCli, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], change: Change, said: str
) -> None:
    code, out, err = answered(demo, monkeypatch, words, change)
    before, asked, after = err.replace("\n", " ").partition("Continue? [yes/no] ")
    assert (bool(before), bool(asked)) == (True, True)
    assert NOTHING_DONE in after
    assert said in after
    assert (code, out, demo.world.ran) == (REFUSED, "", [])


def test_so_does_one_that_is_confirmed_by_the_name_of_the_vm(
    demo: DemoCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_checkpoint(type="Recovery")(demo.world)
    words = ("remove-backup-checkpoint", "web-01", "Old branch")
    code, out, err = answered(demo, monkeypatch, words, set_checkpoint(name="Newer"), answer="web-01")
    assert (code, out, demo.world.ran) == (REFUSED, "", [])
    assert "The checkpoint “Old branch” is called “Newer” now." in err.replace("\n", " ")


def test_a_host_that_cannot_be_read_again_after_the_question_is_sent_nothing(
    demo: DemoCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_: object, **__: object) -> None:
        raise ConnectionLost("The host does not answer.")

    def change(world: Any) -> None:
        monkeypatch.setattr(MockSession, "inventory", silent)

    code, out, err = answered(demo, monkeypatch, DELETE, change)
    assert (code, out, demo.world.ran) == (FAILED, "", [])
    assert "Failed: The host does not answer." in err


@pytest.mark.parametrize("answer", ["", "no", "y e s", "Y es"])
def test_any_other_answer_than_yes_sends_nothing(
    demo: DemoCli, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    code, out, err = answered(demo, monkeypatch, DELETE, lambda world: None, answer)
    assert (code, out, demo.world.ran) == (REFUSED, "", [])
    assert err.endswith("hvtui: Not confirmed. Nothing was done.\n")
