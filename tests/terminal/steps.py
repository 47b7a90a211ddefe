"""What hvtui is for, by keys alone; each step ends when the screen shows all that it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hyperv_host.host import Host
    from tests.terminal.tmux import Terminal


class Steps:
    """The keys of a person whose cursor is in the tree of this VM. Each is given the tree as it is to be after it."""

    def __init__(self, screen: Terminal, vm: str) -> None:
        self._screen, self._vm = screen, vm

    def create(self, name: str, *tree: str) -> None:
        self._screen.press("c")
        self._screen.shows("Create checkpoint", f"Checkpoint of {self._vm}. Type:")
        self._screen.name_it(name)
        self._screen.choose("Create")
        self._shows(f"created {name}", tree)
        self.details("Now", f"Since    “{name}”")

    def rename(self, name: str, to: str, *tree: str) -> None:
        self._screen.go_to(name, self._vm)
        self._screen.press("e")
        self._screen.shows("Rename checkpoint", f"Rename “{name}” of {self._vm}.")
        self._screen.name_it(to)
        self._screen.choose("Rename")
        self._shows(f"renamed {name} → {to}", tree)
        self.details(to, "Taken")

    def apply(self, name: str, *tree: str) -> None:
        self._screen.go_to(name, self._vm)
        self._screen.press("a")
        self._screen.shows(f"Apply “{name}” to {self._vm}?", "All changes since")
        self._screen.choose("Create Checkpoint and Apply")
        self._shows(f"applied {name}", tree)
        self.details("Now", f"Since    “{name}”")

    def delete(self, name: str, *tree: str, going: tuple[str, ...] = ()) -> None:
        """`going` are those below it, which go as well."""
        self._screen.go_to(name, self._vm)
        self._screen.press("D" if going else "d")
        what = f"these {len(going) + 1} checkpoints" if going else "this checkpoint"
        self._screen.shows(f"Delete {what} of {self._vm}?", f"“{name}”", *going)
        self._screen.choose("Delete")
        self._shows(f"deleted {'subtree ' if going else ''}{name}", tree)

    def details(self, of: str, words: str) -> None:
        self._screen.go_to(of, self._vm)
        self._screen.until(
            lambda: words in "\n".join(self._screen.box(of)), f"{words!r} in the details of {of}"
        )

    def _shows(self, operation: str, tree: tuple[str, ...]) -> None:
        self._screen.shows(f"✓ {self._vm}: {operation} ")
        self._screen.until(lambda: self._screen.tree(self._vm) == [*tree], f"the tree {tree}")


def journey(screen: Terminal) -> Iterator[str]:
    """All five, on web-01 of the scenario "one". Yields the name of each when it is done."""
    screen.shows("Before CU-11", "► Now")
    screen.press("Tab")
    steps = Steps(screen, "web-01")
    root, now = "▾ Clean install", "└─► Now"
    deeper = ("└─▾ Before CU-11", "  ▾ Before patch", "  ► Now")
    steps.create("Before patch", root, "├── Old branch", *deeper)
    yield "create"
    steps.rename("Old branch", "Older branch", root, "├── Older branch", *deeper)
    yield "rename"
    steps.apply(
        "Clean install",
        root, "├── Older branch", "├─▾ Before CU-11", "│ ▾ Before patch", "│ ─ Before applying C…", now,
    )  # fmt: skip
    yield "apply"
    steps.delete("Before patch", root, "├── Older branch", "├─▾ Before CU-11", "│ ─ Before applying C…", now)
    yield "delete"
    steps.delete("Before CU-11", root, "├── Older branch", now, going=("“Before applying Clean install",))
    yield "delete subtree"


def at(screen: Terminal, vm: str) -> None:
    """Put the cursor into the tree of this VM, on Now; the list shows this VM alone."""
    screen.press("/")
    screen.shows("older:30d")
    screen.write(vm)
    screen.press("Enter")
    screen.until(lambda: screen.tree(vm), f"the tree of {vm}")
    screen.press("Enter")
    screen.until(
        lambda: any(row.startswith("▌") for row in screen.box(vm)), f"the cursor in the tree of {vm}"
    )


def apply_that_parks(screen: Terminal, host: Host, name: str) -> None:
    """Apply this checkpoint of the highlighted VM as it is, and wait until the host stops in the middle of that."""
    screen.shows(name, "► Now")
    screen.press("Tab")
    screen.go_to(name)
    host.park("apply")
    screen.press("a")
    screen.choose("Apply")
    host.wait_parked()


def told(screen: Terminal, box: str, words: str) -> None:
    """Wait until the box of this title says this, however its lines are broken."""
    screen.until(
        lambda: words in " ".join(" ".join(row.strip("│▁▂▃▄▅▆▇█ ") for row in screen.box(box)).split()),
        f"{words!r} in {box!r}",
    )


def marked(screen: Terminal, mark: str) -> None:
    """Wait until the first row of the list has these columns at its end."""
    screen.until(lambda: mark in screen.box("V")[0], f"{mark} in the list")


def discarded_and_started(screen: Terminal, vm: str) -> None:
    """Take the way out that the dialog offers, then start the VM."""
    screen.choose("Discard saved state…")
    told(screen, "Discard saved state", f"Discard the saved state of {vm}? The memory of the VM is lost")
    assert screen.focus() == "Cancel"
    screen.choose("Discard")
    screen.shows(f"✓ {vm}: ", f"─ {vm}  off ─")
    screen.press("s")
    screen.shows(f"✓ {vm}: started ", f"─ {vm}  running ─")
