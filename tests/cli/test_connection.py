"""Signing in without a screen: where the password comes from, and what is said of a certificate."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import CertificateUntrusted, ConnectError
from hvtui.backends.hyperv.backend import HyperVBackend, HyperVSettings
from hvtui.backends.mock.clock import ManualClock
from hvtui.tui.cli.connection import connected
from hvtui.tui.cli.exit_codes import USAGE
from hvtui.tui.cli.main import main
from hvtui.tui.cli.output import error_text
from tests.keyrings import MemoryKeyring, used
from tests.tui.far import FINGERPRINT, PASSWORD, FarBackend, targets_of

if TYPE_CHECKING:
    from pathlib import Path

SAVED = '[hosts.hv01]\nuser = "you"\n'


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> FarBackend:
    monkeypatch.delenv("HVTUI_PASSWORD", raising=False)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    return FarBackend(ManualClock())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


async def names(far: FarBackend, config: Path, saved: str = SAVED) -> list[str]:
    target = targets_of(far, config, saved).named("hv01")
    async with connected(target) as session:
        return [vm.name for vm in (await session.inventory()).vms]


async def test_the_password_comes_from_the_keyring(far: FarBackend, config: Path) -> None:
    with used(MemoryKeyring()) as ring:
        ring.held["hvtui", "you@hv01"] = PASSWORD
        assert await names(far, config, SAVED + 'password = "keyring"\n') == ["web-01"]


async def test_the_password_comes_from_a_command(far: FarBackend, config: Path) -> None:
    command = json.dumps([sys.executable, "-c", f"print('{PASSWORD}')"])
    assert await names(far, config, f"{SAVED}password_command = {command}\n") == ["web-01"]


async def test_the_password_of_the_environment_goes_before_the_command(
    far: FarBackend, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    assert await names(far, config, SAVED + 'password_command = ["no-such-program"]\n') == ["web-01"]


async def test_a_person_is_asked_on_a_terminal_only(
    far: FarBackend, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConnectError, match="no terminal to ask"):
        await names(far, config)
    asked: list[str] = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    monkeypatch.setattr(getpass, "getpass", answer)
    assert await names(far, config) == ["web-01"]
    assert asked == ["Password of you on hv01: "]


@pytest.mark.parametrize("command", ["list", "diagnose"])
@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--port=5986x", "“5986x” is not a port number."),
        ("--port=99999", "“99999” is not a port number."),
        ("--auth=ntlmv2", "There is no authentication method “ntlmv2”."),
        ("--transport=ssh", "There is no transport “ssh”."),
        ("--ca-file=missing.pem", "The CA file missing.pem cannot be read"),
        ("--read-limit=long", "“long” is not a number of seconds."),
    ],
)
def test_a_wrong_option_is_refused_before_a_password_is_asked_for(
    far: FarBackend,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    option: str,
    words: str,
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: pytest.fail("The password was asked for."))
    assert main([command, "you@hv01", option]) == USAGE
    assert capsys.readouterr().err.startswith(f"hvtui: {words}")


async def test_a_certificate_that_is_not_trusted_is_told_with_the_command_that_trusts_it(
    far: FarBackend, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    far.shows["hv01"] = FINGERPRINT
    with pytest.raises(CertificateUntrusted) as raised:
        await names(far, config)
    assert raised.value.hint.endswith(f"hvtui trust hv01 {FINGERPRINT}")
    far.trusted["hv01"] = FINGERPRINT[::-1]
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    with pytest.raises(CertificateUntrusted) as raised:
        await names(far, config)
    assert raised.value.hint.endswith("hvtui forget hv01")
    assert "hvtui trust" not in raised.value.hint


async def test_what_a_person_must_know_before_signing_in_is_said_first(
    far: FarBackend, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: PASSWORD)
    far.warns = "It hands your password over."
    assert await names(far, config)
    assert capsys.readouterr().err == "hvtui: It hands your password over.\n"


def test_credssp_is_warned_of_and_nothing_else_is() -> None:
    backend, there = HyperVBackend(), HyperVSettings(host="hv01", user="you", auth="credssp")
    assert "hv01" in backend.warning(there)
    assert backend.warning(replace(there, auth="ntlm")) == backend.warning(replace(there, host="")) == ""


def test_the_command_that_trusts_a_certificate_is_on_a_line_of_its_own() -> None:
    hint, detail = "Compare it. To trust it: hvtui trust hv01 AB:CD", "self-signed certificate"
    error = CertificateUntrusted("It is not trusted.", fingerprint="AB:CD", hint=hint, detail=detail)
    text = error_text(error)
    assert text.splitlines() == [
        "hvtui: It is not trusted. Compare it. To trust it: hvtui trust hv01 AB:CD",
        "Reported: self-signed certificate",
    ]
