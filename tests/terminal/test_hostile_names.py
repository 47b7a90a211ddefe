"""Whatever a checkpoint is called, it is that one that is renamed and deleted; and the screen stands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.hyperv_host.host import Host
    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal

pytestmark = [
    pytest.mark.engine,
    pytest.mark.terminal,
    pytest.mark.parametrize("powershell", ["Core"], indirect=True),
]

NAMES = ["[/] '; Stop-VM", "$(Stop-VM *) `n", "*", "שלום \u202eabc", "cafe\u0301 検証 🧪", "x" * 100]


def answer(screen: Terminal, key: str, name: str, button: str) -> None:
    screen.until(lambda: screen.is_quiet, "the end of the last")
    screen.press(key)
    screen.name_it(name, paste=True)
    screen.choose(button)


def is_there(host: Host, name: str, times: int = 1) -> bool:
    return names(host).count(name) == times


def names(host: Host) -> list[str]:
    return [c["name"] for c in host.state()["checkpoints"].values()]


def test_hostile_names_are_created_and_renamed_as_they_are(hvtui: OpenTerminal, host: Host) -> None:
    screen, target = hvtui(), host.checkpoint_id("Old branch")
    screen.shows("Old branch", "► Now")
    screen.press("Tab")
    screen.go_to("Old branch")
    for name in NAMES[:2]:
        answer(screen, "c", name, "Create")
        screen.until(partial(is_there, host, name), name)
    for name in NAMES[2:]:
        answer(screen, "e", name, "Rename")
        screen.until(partial(is_there, host, name), name)
        assert host.checkpoint_id(name) == target
    screen.until(lambda: screen.is_quiet and any("xxxxxx" in row for row in screen.tree()), "the last name")
    assert sorted(names(host)) == sorted(["Clean install", "Before CU-11", NAMES[-1], *NAMES[:2]])
    assert {ran[0] for ran in host.state()["ran"]} == {"take_checkpoint", "rename"}
    screen.press("q")
    assert screen.ended() == 0


@pytest.mark.rare
def test_of_two_with_the_same_name_the_one_under_the_cursor_is_meant(local: OpenTerminal, host: Host) -> None:
    screen = local()
    screen.shows("Old branch", "► Now")
    screen.press("Tab")
    ids = []
    for count in (1, 2, 3):
        answer(screen, "c", "twin", "Create")
        screen.until(partial(is_there, host, "twin", count), "a twin")
        (vm,) = host.state()["vms"].values()
        ids.append(vm["parent"])
    screen.until(lambda: len(screen.tree()) == 7 and screen.is_quiet, "three twins")
    screen.press("End", "Up", "Up")
    screen.until(lambda: screen.box("web-01")[4].startswith("▌"), "the cursor on the second")
    screen.press("d")
    screen.choose("Delete")
    screen.until(partial(is_there, host, "twin", 2), "one twin gone")
    assert ids[1] not in host.state()["checkpoints"]
    screen.until(lambda: len(screen.tree()) == 6 and screen.is_quiet, "two twins")
    screen.press("End", "Up", "Up")
    screen.until(lambda: screen.box("web-01")[3].startswith("▌"), "the cursor on the first")
    answer(screen, "e", "elder", "Rename")
    screen.until(partial(is_there, host, "elder"), "another name")
    assert host.checkpoint_id("elder") == ids[0]
    assert host.checkpoint_id("twin") == ids[2]
