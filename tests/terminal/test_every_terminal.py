"""The same journey through the demo in small, usual and large windows of all kinds of terminals."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.terminal.test_colors import codes, hues
from tests.terminal.test_ssh import ssh
from tests.terminal.tmux import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.terminal.conftest import OpenTerminal
    from tests.terminal.tmux import Terminal

__all__ = ["ssh"]
pytestmark = pytest.mark.terminal

DEMO = ("-m", "hvtui", "--demo")
SIZES = ("60x20", "80x24", "200x60")
TERMINALS = (
    "no colour", "screen", "linux", "xterm-16color", "ISO-8859-1", "no mouse", "tmux over ssh", "GNU screen",
)  # fmt: skip
EVERY_DAY = {
    ("60x20", "linux"), ("60x20", "xterm-16color"), ("60x20", "tmux over ssh"),
    ("80x24", "no colour"), ("80x24", "ISO-8859-1"), ("80x24", "GNU screen"),
    ("200x60", "screen"), ("200x60", "no mouse"),
}  # fmt: skip
RELAY = """\
import os, pty, sys
pty.spawn(
    sys.argv[1:],
    lambda terminal: os.read(terminal, 4096).decode("latin-1").encode(),
    lambda keyboard: os.read(keyboard, 4096).decode().encode("latin-1"),
)
"""
"""A terminal that speaks ISO-8859-1, on one that speaks UTF-8."""
VMS = ("app-02", "build-07", "db-01", "dc-01", "files-01", "legacy-erp", "sql-staging")
LAST_OF_THE_HELP = "Sizes are shown only if the disks could be read."


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        pytest.param(size, kind, marks=[] if (size, kind) in EVERY_DAY else pytest.mark.rare)
        for size in SIZES
        for kind in TERMINALS
    ],
)
def test_all_that_decides_anything_can_be_read_in_every_terminal(
    size: str, kind: str, terminal: OpenTerminal, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    screen = opened(kind, size, terminal, tmp_path, request)
    screen.shows("DEMO", *VMS, "Now")
    screen.record(tmp_path / "written")
    main_screen(screen)
    to_the_tree_of_web_01(screen)
    apply_dialog(screen)
    subtree_dialog(screen)
    help_and_palette(screen)
    activity(screen)
    screen.press("Escape")
    screen.shows("VMs  10" if size != "200x60" else "app-02", "win11-test", "web-01")
    screen.press("q")
    assert screen.ended() == 0
    if kind == "no colour":
        styles = codes((tmp_path / "written").read_bytes())
        assert len(styles) > 100
        assert [hue for parameters in styles for hue in hues(parameters)] == []


def opened(
    kind: str, size: str, terminal: OpenTerminal, folder: Path, request: pytest.FixtureRequest
) -> Terminal:
    """Start the demo in a terminal of this kind."""
    match kind:
        case "no colour":
            return terminal(*DEMO, size=size, NO_COLOR="1")
        case "no mouse":
            return terminal(*DEMO, "--no-mouse", size=size)
        case "ISO-8859-1":
            made = folder / "en_US.ISO-8859-1"
            command = ["localedef", "-i", "en_US", "-f", "ISO-8859-1", str(made)]
            if not shutil.which("localedef") or subprocess.run(command, check=False).returncode:
                pytest.skip("no localedef, or no sources for it")
            columns, rows = size.split("x")
            there = f"stty cols {columns} rows {rows}; exec {shlex.join([sys.executable, *DEMO])}"
            return terminal("-c", RELAY, "sh", "-c", there, size=size, LOCPATH=str(folder), LC_ALL=made.name)
        case "tmux over ssh":
            settings = folder / "inner.conf"
            settings.write_text("set -g status off\n")
            state = shlex.quote(f"HVTUI_STATE_DIR={folder / 'state'}")
            server = ["tmux", "-u", "-S", str(folder / "inner"), "-f", str(settings)]
            request.addfinalizer(
                lambda: subprocess.run([*server, "kill-server"], capture_output=True, check=False)
            )
            inner = [*server, "new-session"]
            there = f"cd {CHECKOUT} && {shlex.join(inner)} {shlex.quote(f'env {state} {shlex.join([sys.executable, *DEMO])}')}"
            program, *words = request.getfixturevalue("ssh")
            return terminal("-tt", *words, there, program=program, size=size)
        case "GNU screen":
            if not shutil.which("screen"):
                pytest.skip("no GNU screen")
            sockets = folder / "screen"
            sockets.mkdir(mode=0o700)
            request.addfinalizer(
                lambda: subprocess.run(
                    ["screen", "-X", "quit"],
                    env=os.environ | {"SCREENDIR": str(sockets)},
                    capture_output=True,
                    check=False,
                )
            )
            words = ["screen", "-T", "screen-256color", "-c", os.devnull, sys.executable, *DEMO]
            return terminal("-u", "TMUX", *words, program="env", size=size, SCREENDIR=str(sockets))
        case _:
            return terminal(*DEMO, size=size, term=kind)


def main_screen(screen: Terminal) -> None:
    rows = screen.shows("? Help", "q Quit").splitlines()
    assert row_of("app-02", rows).split()[-1] == "!"
    assert "%" in row_of("app-02", rows)
    assert row_of("build-07", rows).split()[-1] == "!!"
    assert row_of("db-01", rows).split()[-1] == "!"
    assert rows[-1].split() == [
        *["c", "Create", "a", "Apply", "e", "Rename", "d", "Delete"],
        *rows[-1].split()[8:],
    ]


def to_the_tree_of_web_01(screen: Terminal) -> None:
    screen.press("/")
    screen.shows("Enter Keep", "Esc Clear")
    screen.write("web")
    screen.shows("1 of 10", "Clean install", "Old branch", "Before CU-11", "Before driver", "Now")
    screen.press("Enter")
    screen.shows("c Create")
    screen.press("Enter", "Home", "Down", "Down", "Down", "Down")
    screen.shows("Applying it leaves the VM off.")
    assert row_of("web-01", screen.screen().splitlines()).split()[-1] == "!!"


def apply_dialog(screen: Terminal) -> None:
    screen.press("a")
    asked = dialog(screen, "Apply checkpoint")
    for words in (
        'Apply "Before CU-11" to web-01?', 'All changes since "Before driver"', "will be lost.",
        "Applying it leaves the VM off.", "[ ] Start it afterwards", "Safety checkpoint type: production",
        "Safety checkpoint name: Before applying Before CU-11", "cannot be undone.",
        "Create Checkpoint and Apply Cancel Apply",
    ):  # fmt: skip
        assert words in asked, asked
    assert screen.focus() == "Create Checkpoint and Apply"
    screen.escape("Apply checkpoint")


def subtree_dialog(screen: Terminal) -> None:
    screen.press("Home", "Down")
    screen.shows("can still resume it.")
    screen.press("D")
    asked = dialog(screen, "Delete checkpoint subtree")
    for words in (
        "Delete these 3 checkpoints of web-01?", '"Old branch"', '"IIS tuning, second try"',
        '"IIS tuning, third try"', 'The VM currently runs on "Before driver".',
        "The virtual machine itself and its other checkpoints do not change.", "Delete Cancel",
    ):  # fmt: skip
        assert words in asked, asked
    assert screen.focus() == "Cancel"
    screen.escape("Delete checkpoint subtree")


def help_and_palette(screen: Terminal) -> None:
    screen.press("?")
    assert "Create a checkpoint of the VM" in dialog(screen, "Help")
    screen.settle()
    screen.press("G")
    assert LAST_OF_THE_HELP in dialog(screen, "Help")
    screen.escape("Help")
    screen.press("C-p")
    screen.shows("Search for commands", "Create a checkpoint of the VM", "DEMO")
    screen.write("subtree of no")
    screen.shows("No matches found")
    screen.press("Escape")
    screen.until(lambda: "subtree of no" not in screen.screen(), "the end of the palette")


def activity(screen: Terminal) -> None:
    screen.press("m")
    shown = dialog(screen, "Operations and messages")
    assert "app-02: merging running" in shown
    assert "Copy (y) Close" in shown
    screen.escape("Operations and messages")


def row_of(vm: str, rows: list[str]) -> str:
    """The row of a VM in the list, which is left of the first frame after it."""
    row = next(row for row in rows[2:] if vm in row)
    return re.split(r"[│┃|]", row.lstrip("│┃|"))[0]


def dialog(screen: Terminal, title: str) -> str:
    """All words in a dialog as one line, once they are there and nothing is cut."""
    screen.shows(title, "DEMO", "Tab Next")
    screen.settle()
    rows = screen.screen().splitlines()
    top = next(n for n, row in enumerate(rows) if re.search(rf"[╭+][─-] {title} [─-]+[╮+]", row))
    frame = re.search(rf"[╭+][─-] {title} [─-]+[╮+]", rows[top])
    assert frame
    inside = [row[frame.start() : frame.end()] for row in rows[top + 1 :]]
    height = next(n for n, row in enumerate(inside) if re.match(r"[╰+][─-]+", row))
    words = " ".join(" ".join(row.strip("│┃|╭╮╰╯─+▁▂▃▄▅▆▇█#_ ") for row in inside[:height]).split())
    assert not re.search(r"\w[…~]", words), words
    return words.translate({ord(quote): '"' for quote in "“”"})
