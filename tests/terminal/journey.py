"""What hvtui is for, by keys alone, on web-01 of the scenario "one"; each step ends when the screen is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.terminal.tmux import Terminal


def journey(screen: Terminal) -> Iterator[str]:
    """Yields the name of each step when all that it changes on the screen has been seen."""

    def shows(strip: str, *tree: str) -> None:
        seen = screen.shows(f"✓ {strip} on web-01  done")
        found = screen.tree()
        assert found == list(tree), f"{found}\n{seen}"

    screen.shows("Before CU-11", "► Now")
    screen.press("Tab")

    screen.press("c")
    screen.shows("Create checkpoint")
    screen.name_it("Before patch")
    screen.choose("Create")
    shows(
        "creating Before patch",
        "▾ Clean install",
        "├── Old branch",
        "└─▾ Before CU-11",
        "  └─▾ Before patch",
        "    └─► Now",
    )
    screen.go_to("Before patch")
    screen.until(lambda: "Parent   Before CU-11" in "\n".join(screen.box("Before patch")), "its details")
    yield "create"

    screen.go_to("Old branch")
    screen.press("e")
    screen.shows("Rename checkpoint")
    screen.name_it("Older branch")
    screen.choose("Rename")
    shows(
        "renaming Old branch",
        "▾ Clean install",
        "├── Older branch",
        "└─▾ Before CU-11",
        "  └─▾ Before patch",
        "    └─► Now",
    )
    assert screen.box("Older branch")
    yield "rename"

    screen.go_to("Clean install")
    screen.press("a")
    screen.shows("Apply “Clean install” to web-01?", "all since “Before patch”")
    screen.choose("Create Checkpoint and Apply")
    shows(
        "applying Clean install",
        "▾ Clean install",
        "├── Older branch",
        "├─▾ Before CU-11",
        "│ └─▾ Before patch",
        "│   └── Before applyin…",
        "└─► Now",
    )
    screen.go_to("Now")
    screen.until(lambda: "Since    Clean install" in "\n".join(screen.box("Now")), "its details")
    yield "apply"

    screen.go_to("Before patch")
    screen.press("d")
    screen.shows("Delete this checkpoint of web-01?", "“Before patch”", "Now hangs from “Clean install”.")
    screen.choose("Delete")
    shows(
        "deleting Before patch",
        "▾ Clean install",
        "├── Older branch",
        "├─▾ Before CU-11",
        "│ └── Before applying …",
        "└─► Now",
    )
    yield "delete"

    screen.go_to("Before CU-11")
    screen.press("D")
    screen.shows("Delete these 2 checkpoints of web-01?", "“Before CU-11”", "“Before applying Clean install")
    screen.choose("Delete")
    shows("deleting subtree Before CU-11", "▾ Clean install", "├── Older branch", "└─► Now")
    yield "delete subtree"
