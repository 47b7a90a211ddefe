"""A real terminal: tmux, with a screen that can be read and keys that can be pressed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from hvtui.tui.terminal.glyphs import WORKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKOUT = Path(__file__).parents[2]
PATIENCE = 30.0
POLLS = 0.03
"""Seconds between two looks: without, the looking would keep from its work what is looked at."""
SETTLED = 0.5
"""Seconds without a change after which a screen counts as settled."""
WAYS_OUT = ("Cancel", "Close")
"""Each dialog has one of these, and the main screen has none."""
_STYLE_OR_TEXT = re.compile(r"\x1b\[([\d;]*)m|([^\x1b]+)")
_BRANCH_AND_NAME = re.compile(r"[ │├└─▾▸►]*(?:[^\s…]| (?=\S))*…?")


class Terminal:
    """One window in which one command runs; when it ends, the window stays with all that was on it."""

    def __init__(
        self, folder: Path, command: list[str], environment: dict[str, str], *, size: str, term: str
    ) -> None:
        folder.mkdir()
        settings = folder / "tmux.conf"
        settings.write_text(f"set -g remain-on-exit on\nset -g default-terminal {term}\n")
        self._tmux = ["tmux", "-u", "-S", str(folder / "socket"), "-f", str(settings)]
        columns, rows = size.split("x")
        self._run("new-session", "-d", "-s", "it", "-x", columns, "-y", rows, "-c", str(CHECKOUT),
                  *(f"-e{name}={value}" for name, value in environment.items()), *command)  # fmt: skip

    # What is to be seen.

    def screen(self) -> str:
        return self._run("capture-pane", "-p", "-t", "it")

    def styled(self) -> str:
        """The screen with the sequences of its styles."""
        return self._run("capture-pane", "-p", "-e", "-N", "-t", "it")

    def resize(self, columns: int, rows: int) -> None:
        self._run("resize-window", "-t", "it", "-x", str(columns), "-y", str(rows))

    def parting_words(self) -> str:
        """What is there when the command has ended, each line whole."""
        return self._run("capture-pane", "-p", "-J", "-S", "-", "-t", "it")

    def box(self, title: str) -> list[str]:
        """What stands in a frame, row by row. There may be no wide characters on its left."""
        rows = self.screen().splitlines()
        top = next((row for row in rows if f"╭─ {title}" in row), "")
        if not top:
            return []
        left = top.index(f"╭─ {title}")
        right = top.index("╮", left)
        inside = [row[left + 1 : right] for row in rows[rows.index(top) + 1 :]]
        return inside[: next((n for n, row in enumerate(inside) if row.startswith("─")), len(inside))]

    def tree(self, vm: str = "web-01") -> list[str]:
        """The rows of the checkpoint tree, each as its branch and its name."""
        found = (_BRANCH_AND_NAME.match(row[1:]) for row in self.box(vm) if row.strip())
        return [match[0].rstrip() for match in found if match]

    def focus(self) -> str:
        """The button in focus, which is in reverse; "" where there is none, such as in a field."""
        on, label = False, ""
        for style, text in _STYLE_OR_TEXT.findall(self.styled()):
            if on and len(text) > 2 and not label:
                label = text.strip()
            for code in (style or "0").split(";") if not text else ():
                on = code == "7" or (on and code not in ("0", "27"))
        return label

    def until(self, so: Callable[[], object], what: str) -> None:
        ends = time.monotonic() + PATIENCE
        while not so():
            assert time.monotonic() < ends, f"{what} never came:\n{self.screen()}"
            time.sleep(POLLS)

    def settle(self) -> None:
        """Wait until nothing has changed for longer than a dialog drops keys or an Escape is waited for."""
        before, since = "", time.monotonic()
        while time.monotonic() - since < SETTLED:
            now = self.styled()
            if now != before:
                before, since = now, time.monotonic()
            time.sleep(POLLS)

    def shows(self, *texts: str) -> str:
        """The screen, as soon as it shows all of this."""
        self.until(lambda: all(text in self.screen() for text in texts), repr(texts))
        return self.screen()

    def knows(self, flag: str) -> str:
        """A value that tmux holds: ``alternate_on``, ``cursor_flag``."""
        return self._run("display-message", "-p", "-t", "it", f"#{{{flag}}}").strip()

    def ended(self) -> int:
        """The command's exit code, as soon as it has ended."""
        self.until(self._exit_code, "the end")
        return int(self._exit_code())

    # What a person does.

    @property
    def is_quiet(self) -> bool:
        """Nothing is being done."""
        return WORKING not in "".join(self.screen().splitlines()[-3:])

    def press(self, *keys: str) -> None:
        self._run("send-keys", "-t", "it", *keys)

    def write(self, text: str) -> None:
        self._run("send-keys", "-t", "it", "-l", "--", text)

    def paste(self, text: str) -> None:
        self._run("set-buffer", "--", text)
        self._run("paste-buffer", "-p", "-t", "it")

    def go_to(self, name: str, vm: str = "web-01") -> None:
        """Put the tree's cursor, which is there, on the row of this name."""
        (place,) = (n for n, row in enumerate(self.tree(vm)) if row.lstrip(" │├└─▾▸►") == name)
        self.press("Home", *["Down"] * place)
        self.until(lambda: self.box(vm)[place].startswith("▌"), f"the cursor on {name}")

    def choose(self, button: str) -> None:
        """Go to a button of the dialog and press Enter on it, which ends the dialog."""
        self._go_to_button(button)
        while True:
            self.press("Enter")
            if self._soon(partial(self._has_left, button)):
                return

    def escape(self, title: str) -> None:
        """Leave the dialog of this title."""
        in_frame = re.compile(f"[─-] {re.escape(title)} [─-]")
        while True:
            self.press("Escape")
            if self._soon(lambda: not in_frame.search(self.screen())):
                return

    def name_it(self, name: str, paste: bool = False) -> None:
        """Put this into the dialog's field in place of what is there."""
        self._go_to_button("Cancel")
        self._go_to_button("")
        (self.paste if paste else self.write)(name)

    def _exit_code(self) -> str:
        self._run(
            "run-shell", "-b", "true"
        )  # tmux now and then misses the end of a child until another one ends
        return self.knows("pane_dead_status")

    def _go_to_button(self, label: str) -> None:
        # A Tab from before the dialog would move the focus below it.
        self.until(lambda: any(f" {way_out} " in self.screen() for way_out in WAYS_OUT), "a dialog")
        while (focus := self.focus()) != label:
            self.press("Tab")
            self._soon(partial(self._has_left, focus))

    def _has_left(self, label: str) -> bool:
        return self.focus() != label

    def record(self, file: Path) -> None:
        """From now on, write all that comes from the command there."""
        file.touch()
        self._run("pipe-pane", "-t", "it", f"cat > {file}")

    def cut(self) -> None:
        """End the command at once: it can do nothing more."""
        os.kill(int(self.knows("pane_pid")), signal.SIGKILL)

    def hang_up(self) -> None:
        self._run("kill-session", "-t", "it")

    def close(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False, capture_output=True)

    @staticmethod
    def _soon(so: Callable[[], object]) -> bool:
        """No: the key came within milliseconds of the dialog's first frame and was dropped. Press it again."""
        ends = time.monotonic() + 2
        while not so():
            if time.monotonic() > ends:
                return False
            time.sleep(POLLS)
        return True

    def _run(self, *arguments: str) -> str:
        environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}  # tmux hands it down
        done = subprocess.run([*self._tmux, *arguments], check=True, capture_output=True, env=environment)
        return done.stdout.decode("utf-8", "replace")
