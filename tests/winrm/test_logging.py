"""What the log says of a connection: what was opened, refused and replaced; never a password, never a message."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import AuthenticationFailed, BackendError
from hvtui.backends.powershell.host.winrm_settings import winrm_target
from hvtui.backends.powershell.link import ResendRequest
from hvtui.backends.powershell.winrm.link import WinRmLink
from tests.winrm import soap
from tests.winrm.conftest import PROGRAMS
from tests.winrm.faults import Fault, Status, Wsman
from tests.winrm.server import FakeWinRm
from tests.winrm.test_contract import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PASSWORD = "marker-of-a-password"


@pytest.fixture(autouse=True)
def everything_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    monkeypatch.setenv("HVTUI_STATE_DIR", str(tmp_path))
    with caplog.at_level(logging.DEBUG):
        yield
    assert PASSWORD not in caplog.text


@pytest.fixture
def server() -> Iterator[FakeWinRm]:
    with FakeWinRm.started(programs={"powershell": PROGRAMS["echo"]}, password=PASSWORD) as started:
        yield started


def link_to(server: FakeWinRm) -> WinRmLink:
    return WinRmLink(replace(winrm_target(settings(server)), operation_timeout=0.3), 900)


def test_a_connection_that_is_opened_and_replaced(
    server: FakeWinRm, caplog: pytest.LogCaptureFixture
) -> None:
    link = link_to(server)
    link.open([])
    assert f"Opened shell {server.shells[0].id}" in caplog.text
    link.send(b"marker-of-a-message\n")
    server.drop_connections()
    with pytest.raises(ResendRequest):
        link.receive(1)
    assert "HTTP 400" in caplog.text
    assert f"Replacing the connection to 127.0.0.1:{server.port}" in caplog.text
    assert link.receive(1) == b"got marker-of-a-message\n"
    link.kill().result()
    for text in (b"marker-of-a-message", base64.b64encode(b"marker-of-a-message\n")):
        assert text.decode() not in caplog.text


def test_a_refused_sign_in_is_a_warning(server: FakeWinRm, caplog: pytest.LogCaptureFixture) -> None:
    asked = winrm_target(settings(server))
    server.change_password("another")
    with pytest.raises(AuthenticationFailed):
        WinRmLink(asked, 900).open([])
    (warning,) = (record for record in caplog.records if record.levelno == logging.WARNING)
    assert warning.getMessage() == f"127.0.0.1:{server.port} refuses the sign-in of hv-demo"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Status(503, b"marker-of-a-message"), "HTTP 503"),
        (Wsman(soap.ACCESS_DENIED), "WSMan fault 5, HTTP 500"),
        (Wsman(soap.TOO_MANY_SHELLS), "WSMan fault 2150859173, HTTP 500"),
    ],
)
def test_a_failure_is_logged_with_its_codes_and_its_traceback(
    server: FakeWinRm, caplog: pytest.LogCaptureFixture, fault: Fault, words: str
) -> None:
    server.fail(fault, "Create")
    with pytest.raises(BackendError):
        link_to(server).open([])
    failures = [record for record in caplog.records if words in record.getMessage()]
    assert [record.levelno for record in failures] == [logging.DEBUG]
    assert failures[0].exc_info
    assert "marker-of-a-message" not in caplog.text
