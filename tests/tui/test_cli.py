"""The command line, as a shell sees it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hvtui.backends.errors import ConnectError
from hvtui.backends.secret import Secret
from hvtui.tui.cli.main import main

PIN = "FF" * 32


def hvtui(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hvtui", *args],
        capture_output=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=50,
        env=os.environ | environment,
    )


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of whoever runs the tests is read or changed."""
    return {"HVTUI_CONFIG": str(tmp_path / "config.toml"), "HVTUI_STATE_DIR": str(tmp_path / "state")}


def pins(elsewhere: dict[str, str]) -> dict[str, str]:
    kept: dict[str, str] = json.loads((Path(elsewhere["HVTUI_STATE_DIR"]) / "certificates.json").read_text())
    return kept


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ((), 2, "needs a terminal"),
        (("--demo",), 2, "needs a terminal"),
        (("--backend", "nonsense"), 2, "no backend"),
        (("list", "--demo", "nonsense"), 2, "no scenario"),
        (("--nonsense",), 2, "--nonsense"),
        (("hv01",), 2, "needs a terminal"),
        (("hv01", "hv02"), 2, "too many words"),
        (("list",), 2, "no host chosen"),
        (("list", "hv01", "hv02"), 2, "too many words"),
        (("list", "hv01", "--demo"), 2, "a host and --demo: choose one"),
        (("list", "--local", "--demo"), 2, "--local and --demo: choose one"),
        (("--demo", "one", "--local"), 2, "--local and --demo: choose one"),
        (("list", "hv 01"), 2, "not understood"),
        (("list", "you@hv01", "--user", "me"), 2, "--user says another"),
        (("list", "hv01"), 2, "who signs in"),
        (("list", "you@hv01"), 1, "nobody to ask"),
        (("list", "--user", "you", "hv01"), 1, "nobody to ask"),
        (("list", "hv01", "--backend", "mock"), 2, "takes no host"),
        (("trust", "hv01"), 2, "too few words"),
        (("trust", "hv01", "AA:BB"), 2, "no SHA-256"),
        (("forget",), 2, "too few words"),
    ],
)
def test_what_cannot_be_is_said_without_a_traceback(
    elsewhere: dict[str, str], args: tuple[str, ...], code: int, words: str
) -> None:
    ran = hvtui(*args, **elsewhere)
    assert ran.returncode == code
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    "args",
    [
        ("list", "--demo", "one"),
        ("list", "--backend", "mock", "--scenario", "one"),
    ],
)
def test_list_prints_the_vms(args: tuple[str, ...]) -> None:
    ran = hvtui(*args)
    assert ran.returncode == 0
    assert ran.stdout.startswith("web-01")
    told = json.loads(hvtui(*args, "--json").stdout)
    assert told[0]["checkpoints"][0]["name"] == "Clean install"


def test_the_bad_line_of_the_demo_brings_its_first_answer() -> None:
    assert hvtui("list", "--demo", "flaky").returncode == 0


def test_names_that_a_code_page_lacks_do_not_end_the_list() -> None:
    args = ("list", "--demo", "hostile")
    ran = hvtui(*args, PYTHONIOENCODING="cp1252")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\\u4ed6\\u4eec\\u7684" in ran.stdout
    told = json.loads(hvtui(*args, "--json", PYTHONIOENCODING="cp1252").stdout)
    assert "\u4ed6\u4eec\u7684\u670d\u52a1\u5668" in {vm["name"] for vm in told}


def test_backends_are_listed_and_textual_is_not_needed_for_it() -> None:
    assert "mock" in hvtui("backends").stdout.split()
    seen = (
        "import sys; from hvtui.tui.cli.main import main; main(['backends']); print('textual' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert ran.stdout.split()[-1] == "False"


def test_a_certificate_is_trusted_by_its_fingerprint_and_forgotten_by_port(elsewhere: dict[str, str]) -> None:
    pairs = ":".join(["FF"] * 32)
    assert hvtui("trust", "you@hv01", PIN.lower(), **elsewhere).returncode == 0
    assert hvtui("trust", "hv02", "--port", "6000", pairs, **elsewhere).returncode == 0
    kept = pins(elsewhere)
    assert kept == {"hv01:5986": pairs, "hv02:6000": pairs}
    assert hvtui("forget", "hv02", **elsewhere).returncode == 1
    assert hvtui("forget", "hv02:6000", **elsewhere).returncode == 0
    assert list(pins(elsewhere)) == ["hv01:5986"]


def test_a_broken_config_is_one_line_on_the_command_line(elsewhere: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.touch(0o600)
    config.write_text('[hosts.hv01]\npassword = "hunter2"\n')
    ran = hvtui("list", "hv01", **elsewhere)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert "[hosts.hv01]" in ran.stderr
    assert "hunter2" not in ran.stderr


def test_the_detail_is_told_where_there_is_no_hint_and_never_a_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = Secret("marker-4711")
    broken = ConnectError(
        "No conversation came about.",
        detail=f"login {marker.reveal()}\n\x1b[31m fault",
    )

    def breaks(argv: list[str]) -> int:
        raise broken

    monkeypatch.setattr("hvtui.tui.cli.main._main", breaks)
    assert main([]) == 1
    assert capsys.readouterr().err == ("hvtui: No conversation came about. login *** ‹1B›[31m fault\n")
    broken.hint = "Try again."
    assert main([]) == 1
    assert capsys.readouterr().err == "hvtui: No conversation came about. Try again.\n"


def test_a_password_command_that_fails_is_one_line_and_the_password_of_the_environment_goes_before_it(
    elsewhere: dict[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.touch(0o600)
    config.write_text('[hosts.hv01]\naddress = "127.0.0.1:9"\nuser = "you"\npassword_command = ["no-such"]\n')
    ran = hvtui("list", "hv01", **elsewhere)
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
    assert "no-such" in ran.stderr
    ran = hvtui("list", "hv01", **elsewhere, HVTUI_PASSWORD="marker horse")
    assert ran.returncode == 1
    assert "127.0.0.1:9" in ran.stderr
    assert "no-such" not in ran.stderr
    assert "marker" not in ran.stderr
