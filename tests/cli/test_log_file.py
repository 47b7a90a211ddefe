"""The log: off by default, whole when it is on, and never with a secret in it."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import SettingsError
from hvtui.backends.secret import Secret
from hvtui.tui.cli.log_file import log_to
from hvtui.tui.cli.main import main
from tests.cli.test_main import hvtui

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_is_logged_unless_a_file_is_named(tmp_path: Path) -> None:
    assert hvtui("list", "--demo", "one").returncode == 0
    assert all(isinstance(each, logging.NullHandler) for each in logging.getLogger("hvtui").handlers)


def test_a_warning_of_the_log_is_not_printed_where_there_is_no_log() -> None:
    program = "import hvtui.tui.cli.main, logging; logging.getLogger('hvtui.backends').warning('refused')"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")


@pytest.mark.parametrize("by", ["flag", "environment"])
def test_a_command_is_logged_with_its_id_and_outcome(tmp_path: Path, by: str) -> None:
    log = tmp_path / "hvtui.log"
    words = ("create", "--demo=one", "web-01", "Before patch")
    if by == "flag":
        hvtui(*words, "--log", str(log))
    else:
        hvtui(*words, HVTUI_LOG=str(log))
    text = log.read_text("utf-8")
    assert "create of VM e3e70682-c209-4cac-a29f-6fbed82c07cd: Before patch" in text
    assert "done" in text
    if os.name == "posix":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_a_traceback_is_logged_without_the_secret_in_it(tmp_path: Path) -> None:
    log = tmp_path / "hvtui.log"
    log_to(log)
    marker = Secret("marker horse")
    error = ValueError(f"login {marker.reveal()}")
    logging.getLogger("hvtui.test").error("with %s", marker.reveal(), exc_info=error)
    logging.getLogger("hvtui.test").info("sent Authorization: Negotiate TlRMTVNT; password='hunter 2', done")
    text = log.read_text("utf-8")
    assert "ValueError: login ***" in text
    assert "Authorization: ***; password=***, done" in text
    assert "marker" not in text
    assert "hunter" not in text


def test_a_log_that_cannot_be_written_is_said_and_nothing_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SettingsError, match="cannot be written"):
        log_to(tmp_path / "no-such-folder" / "log")
    assert main(["list", "--demo", "--log", str(tmp_path / "no" / "log")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="no /dev/full")
def test_a_log_on_a_full_disk_is_said_once_and_the_command_is_done() -> None:
    ran = hvtui("create", "--demo=one", "web-01", "Before patch", "--log", "/dev/full")
    assert ran.returncode == 0
    assert "Before patch" in ran.stdout
    assert ran.stderr.count("log file") == 1
    assert ran.stderr.endswith("hvtui: The log file /dev/full is incomplete: No space left on device.\n")
    assert "Traceback" not in ran.stderr
