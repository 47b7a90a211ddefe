"""The report of an error: what it tells, and what never is in it."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.hosts.target import Target
from hvtui.backends.secret import Secret
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.report import ReportDialog
from hvtui.tui.error_report import ErrorReport, save
from hvtui.tui.host.connection import HostConnection
from hvtui.tui.text.problems import Problem
from tests.tui.far import FarBackend, FarSettings
from tests.tui.journey import Journey, journey

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = Secret("hunter2hunter2")
PROBLEM = Problem(
    "No connection",
    "hv01.corp.example does not accept CORP\\jane with hunter2hunter2.",
    "Check 192.168.7.20 and [2001:db8::7], then hv01:5986.",
    "HV01: WSMan fault 5, jane at fe80::1:2 at 12:30:45",
)


def report_of(far: FarBackend) -> ErrorReport:
    settings = FarSettings(host="hv01.corp.example", user="CORP\\jane", transport="https", password=PASSWORD)
    target = Target(name="hv01.corp.example", backend=far, settings=settings, remote=True)
    return ErrorReport(problem=PROBLEM, targets=(target,) if target else (), size=(80, 24))


def test_a_report_names_versions_terminal_and_kind_of_host_but_no_host_user_address_or_password(
    far: FarBackend,
) -> None:
    text = report_of(far).text()
    told = ("hvtui 0", "Python 3", "Textual 8", "80x24", "hyperv, remote, https", "WSMan fault 5", "12:30:45")
    assert [words for words in told if words not in text] == []
    hidden = ("hv01", "corp", "jane", "192.168", "2001:db8", "fe80", "hunter2")
    assert [words for words in hidden if words in text.lower()] == []
    assert "<host> does not accept <user> with ***." in text


def test_names_and_addresses_are_shown_on_request_and_the_password_still_is_not(far: FarBackend) -> None:
    text = report_of(far).text(names=True)
    assert [words for words in ("hv01", "jane", "192.168.7.20", "2001:db8::7") if words not in text] == []
    assert "hunter2" not in text


def test_the_last_lines_of_the_log_are_in_it_and_without_the_password(
    far: FarBackend, tmp_path: Path
) -> None:
    logger = logging.getLogger("hvtui")
    handler = logging.FileHandler(tmp_path / "log", encoding="utf-8")
    logger.addHandler(handler)
    try:
        for number in range(50):
            logger.warning("line %d of jane with hunter2hunter2", number)
        text = report_of(far).text()
    finally:
        logger.removeHandler(handler)
        handler.close()
    assert "line 49 of <user> with ***" in text
    assert "line 19 of" not in text


async def opened(trip: Journey) -> None:
    assert isinstance(trip.app.connection, HostConnection)
    trip.app.connection.add_problem(PROBLEM)
    await trip.sees_dialog(ErrorDialog)
    await trip.press("r")
    await trip.sees_dialog(ReportDialog)


@pytest.mark.parametrize("size", [(40, 12), (60, 20), (80, 24)])
async def test_r_in_an_error_shows_the_report_and_y_copies_it(size: tuple[int, int]) -> None:
    async with journey("one", size) as trip:
        await opened(trip)
        assert "Error report" in trip.said()
        await trip.press("y")
        await trip.until(lambda: "─ Copied. ─" in trip.said())
        assert "No connection" in trip.app.clipboard
        assert "192.168" not in trip.app.clipboard
        await trip.press("escape")
        await trip.sees_dialog(ErrorDialog)


async def test_s_saves_the_report_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    async with journey() as trip:
        await opened(trip)
        await trip.press("s")
        await trip.until(lambda: "Saved as" in trip.said())
        (file,) = (tmp_path / "reports").iterdir()
        assert "No connection" in file.read_text("utf-8")
        assert file.stat().st_mode & 0o077 == 0


def test_half_of_a_character_in_the_words_of_a_host_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    assert save("web\ud800-01", datetime(2026, 1, 1, tzinfo=UTC)).read_text("utf-8") == "web\\ud800-01"


async def test_a_report_that_cannot_be_saved_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "reports").touch()
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    async with journey() as trip:
        await opened(trip)
        await trip.press("s")
        await trip.until(lambda: "Not saved:" in trip.said())
