"""What `hvtui diagnose` prints, for people and for scripts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import pytest

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.mock.hostile import HOSTILE_NAMES
from hvtui.backends.secret import Secret
from hvtui.tui.cli.hosts.diagnose import report
from tests.cli.test_main import hvtui

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

OK = Check(name="port", verdict=Verdict.OK, words="It is open.")
SKIPPED = Check(name="cluster", verdict=Verdict.SKIPPED, words="It cannot be read.")
WARNING = Check(name="clock", verdict=Verdict.WARNING, words="It is late.", remedy="Set it.")
FAILED = Check(name="shell", verdict=Verdict.FAILED, words="There is none.", remedy="Ask\nfor one.")


async def coming(*checks: Check) -> AsyncIterator[Check]:
    for check in checks:
        yield check


async def test_a_line_a_check_and_the_remedy_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert await report(coming(OK, SKIPPED, WARNING, FAILED), version="1.2.3", as_json=False) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok       program                hvtui 1.2.3, Python 3.")
    assert lines[1:7] == [
        "ok       port                   It is open.",
        "skipped  cluster                It cannot be read.",
        "warning  clock                  It is late.",
        "                                Set it.",
        "failed   shell                  There is none.",
        "                                Ask for one.",
    ]
    assert "ok: 2, skipped: 1, warning: 1, failed: 1." in lines
    assert "What was skipped could not be checked: it may or may not be as it should be." in lines


async def test_nothing_is_said_of_skipped_checks_where_there_are_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await report(coming(OK), version="1", as_json=False) == 0
    assert "What was skipped" not in capsys.readouterr().out


async def test_each_line_is_there_before_the_next_check_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    async def watched() -> AsyncIterator[Check]:
        yield OK
        assert "It is open." in capsys.readouterr().out
        yield WARNING

    assert await report(watched(), version="", as_json=False) == 0


@pytest.mark.parametrize("as_json", [True, False])
async def test_names_that_break_other_programs_are_printed_safely(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    checks = [Check(name=f"n{n}", verdict=Verdict.OK, words=name) for n, name in enumerate(HOSTILE_NAMES)]
    assert await report(coming(*checks), version="1", as_json=as_json) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    if as_json:
        told = json.loads(out)
        assert [each["words"] for each in told[1:]] == list(HOSTILE_NAMES)
        assert told[1] == {"name": "n0", "verdict": "ok", "words": HOSTILE_NAMES[0], "remedy": ""}
    else:
        assert len(out.splitlines()) == len(checks) + 4


@pytest.mark.parametrize("as_json", [True, False])
async def test_a_password_is_in_no_report(capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    marker = Secret('marker-"ä')
    check = Check(
        name="x", verdict=Verdict.FAILED, words=f"It said {marker.reveal()}.", remedy=marker.reveal()
    )
    assert await report(coming(check), version="1", as_json=as_json) == 1
    assert "It said ***." in (out := capsys.readouterr().out)
    assert "marker" not in out


def test_a_simulated_host_has_nothing_to_diagnose() -> None:
    ran = hvtui("diagnose", "--backend", "mock")
    assert ran.returncode == 2
    assert ran.stderr.startswith("hvtui: The backend “mock” has no diagnosis")
    assert ran.stdout == ""


def test_this_machine_is_diagnosed_by_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_PWSH", "no-such-powershell")
    ran = hvtui("diagnose", "--local")
    assert ran.returncode == 1
    assert "failed   command " in ran.stdout
    told = json.loads(hvtui("diagnose", "--local", "--json").stdout)
    assert [each["name"] for each in told] == ["program", "command"]


@pytest.fixture
def full_disk() -> Iterator[TextIO]:
    """A file that nothing can be written to."""
    if sys.platform != "linux":
        pytest.skip("no /dev/full")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        yield full


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_report_that_cannot_be_written_has_failed(
    monkeypatch: pytest.MonkeyPatch, full_disk: TextIO, as_json: bool
) -> None:
    monkeypatch.setattr(sys, "stdout", full_disk)
    assert await report(coming(OK), version="1", as_json=as_json) == 1
