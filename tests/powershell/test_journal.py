"""Who still waits for a write is known by a lock, which ends with its holder."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.powershell.agent import Process
from hvtui.backends.powershell.journal import Entry, Journal

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="on Windows nobody is asked")

OPEN = """
import sys
from pathlib import Path
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.agent import Process
journal = Journal(Path(sys.argv[1]), "hv01")
journal.open(vm_id="vm", verb="save_vm", target="", process=Process(7, "", "shell/command"))
print("open", flush=True)
sys.stdin.read()
"""


def opened(journal: Journal) -> Entry:
    return journal.open(vm_id="vm", verb="save_vm", target="", process=Process(7, "", "shell/command"))


def test_only_others_are_told_that_it_is_awaited(tmp_path: Path) -> None:
    mine, another = Journal(tmp_path, "hv01"), Journal(tmp_path, "hv01")
    entry = opened(mine)
    assert another.entries() == [entry]
    assert another.is_awaited_by_another(entry)
    assert not mine.is_awaited_by_another(entry)
    mine.release(entry.id)
    assert not another.is_awaited_by_another(entry)
    assert another.entries() == [entry]
    mine.close(entry.id)
    assert another.entries() == []


def test_a_killed_hvtui_awaits_nothing_even_while_nobody_has_reaped_it(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        here = Journal(tmp_path, "hv01")
        (entry,) = here.entries()
        assert here.is_awaited_by_another(entry)
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert not here.is_awaited_by_another(entry)
