"""The command line, as a shell sees it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hvtui.backends.errors import ConnectError
from hvtui.backends.secret import Secret
from hvtui.tui.cli.exit_codes import EXIT_CODES
from hvtui.tui.cli.main import main
from hvtui.tui.cli.subcommands import SUBCOMMANDS

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
def own_folders(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of whoever runs the tests is read or changed."""
    return {"HVTUI_CONFIG": str(tmp_path / "config.toml"), "HVTUI_STATE_DIR": str(tmp_path / "state")}


def pins(own_folders: dict[str, str]) -> dict[str, str]:
    kept: dict[str, str] = json.loads(
        (Path(own_folders["HVTUI_STATE_DIR"]) / "certificates.json").read_text()
    )
    return kept


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        ((), 2, "A terminal is required"),
        (("--demo",), 2, "A terminal is required"),
        (("--backend", "nonsense"), 2, "no backend"),
        (("list", "--demo", "nonsense"), 2, "no VM on hv-demo-01 with the name or ID “nonsense”"),
        (("--nonsense",), 2, "--nonsense"),
        (("hv01",), 2, "A terminal is required"),
        (("hv01", "hv01"), 2, "has the host hv01 twice"),
        (("list",), 2, "No host chosen"),
        (("list", "hv01", "--", "web-01", "hv02"), 2, "Unexpected argument: “hv02”"),
        (("--cluster", "cl1", "hv01"), 2, "Unexpected argument: “hv01”"),
        (("hv01", "--demo"), 2, "Unexpected argument: “hv01”"),
        (("--demo", "--read-only", "hv01"), 2, "Unexpected argument: “hv01”"),
        (("--demo", "nonsense"), 2, "There is no demo “nonsense”. There are: lab, one, empty, "),
        (
            ("create", "--demo", "datacenter", "x"),
            2,
            "This demo has several hosts, and this command takes one",
        ),
        (("list", "--demo", "lav", "web-01"), 2, "There is no demo “lav”. There are: lab, one, empty, "),
        (("list", "--local", "--read-limit", "soon"), 2, "“soon” is not a number of seconds"),
        (("list", "hv 01"), 2, "not understood"),
        (("list", "you@hv01", "--user", "me"), 2, "--user names another one"),
        (("list", "hv01"), 2, "No user name given."),
        (("list", "you@hv01"), 1, "no terminal to ask"),
        (("list", "--user", "you", "hv01"), 1, "no terminal to ask"),
        (("list", "hv01", "--backend", "mock"), 2, "There is no VM"),
        (("hv01", "--backend", "mock"), 2, "Unexpected argument: “hv01”"),
        (("trust", "hv01"), 2, "Missing argument: FINGERPRINT"),
        (("trust", "hv01", "AA:BB"), 2, "not a SHA-256"),
        (("forget",), 2, "Missing argument: HOST"),
        (("create",), 2, "Missing argument: HOST. Usage: hvtui create (HOST | "),
        (("create", "--demo"), 2, "Missing argument: VM. Usage: hvtui create (HOST | "),
        (("create", "hv01"), 2, "Missing argument: VM"),
        (("rename", "--demo", "web-01", "Old branch"), 2, "Missing argument: NEW_NAME"),
        (("stop", "hv01", "web-01", "now"), 2, "Unexpected argument: “now”"),
        (("lsit",), 2, "Did you mean: hvtui list?"),
        (("lsit", "hv01"), 2, "Did you mean: hvtui list?"),
        (("--user", "you", "list", "hv01"), 2, "Did you mean: hvtui list?"),
        (("--user", "you", "list"), 2, "Write: hvtui list"),
        (("--user", "start", "list", "hv01"), 2, "Did you mean: hvtui list?"),
        (("backends", "hv01"), 2, "Unexpected argument: “hv01”. Usage: hvtui backends"),
        (("completion",), 2, "Missing argument: SHELL"),
        (("list", "hv01", "--log"), 2, "--log needs a value. Write --log=FILE."),
        (("list", "hv01", ""), 2, "An argument is empty. Leave it out, or write one: hvtui list (HOST... | "),
        (("create", "--demo", "web-01", ""), 2, "An argument is empty. Leave it out, or write one: "),
        (("create", "--demo", "", "Before"), 2, "An argument is empty. Write one: "),
        (("create", "hv01", ""), 2, "An argument is empty. Write one: "),
        (("rename", "--demo", "web-01", "Old branch", ""), 2, "An argument is empty. Write one: "),
        (("",), 2, "An argument is empty."),
        (("list", "--demo=lav"), 2, "There is no demo “lav”. There are: lab, one, "),
        (("--demo", "list"), 2, "Did you mean: hvtui list?"),
        (("--demo", "-v"), 2, "There is no option -v. See: hvtui --help"),
    ],
)
def test_wrong_usage_is_one_clear_line_without_a_traceback(
    own_folders: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    args: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    for name, value in own_folders.items():
        monkeypatch.setenv(name, value)
    assert main(args) == code
    out, err = capsys.readouterr()
    assert words in err
    assert err.count("\n") == 1
    assert out == ""


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
    header, row = ran.stdout.splitlines()
    assert header.split() == ["ID", "STATE", "!", "COUNT", "OLDEST", "NAME"]
    assert row.split()[1:] == ["running", "!", "3", "30d", "web-01"]
    printed = json.loads(hvtui(*args, "--json").stdout)
    assert printed["vms"][0]["checkpoints"][0]["name"] == "Clean install"
    assert (printed["host"]["name"], printed["taken"][:2]) == ("hv-demo-01", "20")


def test_the_unreliable_network_of_the_demo_brings_its_first_answer() -> None:
    assert hvtui("list", "--demo", "flaky").returncode == 0


def test_names_that_a_code_page_lacks_do_not_end_the_list() -> None:
    args = ("list", "--demo", "hostile")
    ran = hvtui(*args, PYTHONIOENCODING="cp1252")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "\\u4ed6\\u4eec\\u7684" in ran.stdout
    printed = json.loads(hvtui(*args, "--json", PYTHONIOENCODING="cp1252").stdout)
    assert "\u4ed6\u4eec\u7684\u670d\u52a1\u5668" in {vm["name"] for vm in printed["vms"]}


def test_backends_are_listed_and_textual_is_not_needed_for_it() -> None:
    listed = dict(line.split("  ", 1) for line in hvtui("backends").stdout.splitlines())
    assert (listed["hyperv"].strip(), listed["scvmm"].strip()) == (
        "VMs of a Hyper-V host",
        "VMs of a System Center VMM server",
    )
    seen = (
        "import sys; from hvtui.tui.cli.main import main; main(['backends']); print('textual' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert ran.stdout.split()[-1] == "False"


def test_a_certificate_is_trusted_by_its_fingerprint_and_forgotten_by_port(
    own_folders: dict[str, str],
) -> None:
    pairs = ":".join(["FF"] * 32)
    assert hvtui("trust", "you@hv01", PIN.lower(), **own_folders).returncode == 0
    assert hvtui("trust", "hv02", "--port", "6000", pairs, **own_folders).returncode == 0
    kept = pins(own_folders)
    assert kept == {"hv01:5986": pairs, "hv02:6000": pairs}
    assert hvtui("forget", "hv02", **own_folders).returncode == 1
    assert hvtui("forget", "hv02:6000", **own_folders).returncode == 0
    assert list(pins(own_folders)) == ["hv01:5986"]


def test_a_broken_config_is_one_line_on_the_command_line(own_folders: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.touch(0o600)
    config.write_text('[hosts.hv01]\npassword = "hunter2"\n')
    ran = hvtui("list", "hv01", **own_folders)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert "[hosts.hv01]" in ran.stderr
    assert "hunter2" not in ran.stderr


def test_what_the_host_reported_is_told_beside_every_hint_and_never_a_password(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = Secret("marker-4711")
    broken = ConnectError(
        "No conversation came about.",
        detail=f"login {marker.reveal()}\n\x1b[31m fault",
    )

    def breaks(*_: object) -> int:
        raise broken

    monkeypatch.setattr("hvtui.tui.cli.main._main", breaks)
    assert main([]) == 1
    assert capsys.readouterr().err == (
        "hvtui: No conversation came about. Reported: login *** ‹1B›[31m fault\n"
    )
    broken.hint = "Try again."
    assert main([]) == 1
    assert capsys.readouterr().err == (
        "hvtui: No conversation came about. Try again. Reported: login *** ‹1B›[31m fault\n"
    )


def test_a_password_command_that_fails_is_one_line_and_the_password_of_the_environment_goes_before_it(
    own_folders: dict[str, str], tmp_path: Path
) -> None:
    config = tmp_path / "config.toml"
    config.touch(0o600)
    config.write_text('[hosts.hv01]\naddress = "127.0.0.1:9"\nuser = "you"\npassword_command = ["no-such"]\n')
    ran = hvtui("list", "hv01", **own_folders)
    assert (ran.returncode, ran.stderr.count("\n")) == (1, 1)
    assert "no-such" in ran.stderr
    ran = hvtui("list", "hv01", **own_folders, HVTUI_PASSWORD="marker horse")
    assert ran.returncode == 1
    assert "127.0.0.1:9" in ran.stderr
    assert "no-such" not in ran.stderr
    assert "marker" not in ran.stderr


def test_the_readme_has_every_subcommand_and_every_exit_code() -> None:
    page = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    block = page.split("## Without a screen")[1].split("```")[1]
    told = {name for line in block.strip().splitlines() for name in line.split()[1].split("|")}
    assert told == set(SUBCOMMANDS)
    codes = dict(re.findall(r"^\| (\d+) \| (.+) \|$", page, re.MULTILINE))
    assert codes == {str(code): meaning for code, meaning in EXIT_CODES.items()}


def test_every_subcommand_has_a_help_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    for name in SUBCOMMANDS:
        assert main([name, "--help"]) == 0
        assert f"usage: hvtui {name}" in capsys.readouterr().out
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert [name for name in SUBCOMMANDS if f"\n  {name}  " not in out] == []


@pytest.mark.skipif(sys.platform != "linux", reason="no /dev/full")
@pytest.mark.parametrize(
    "words",
    [
        "list --demo=one",
        "completion bash",
        "help keys",
        "help list",
        "backends",
        "config",
        "config --json",
        "--version",
        "--help",
        "list --help",
    ],
)
def test_what_cannot_be_written_is_said_and_has_failed(words: str) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "hvtui", *words.split()],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 1
    assert ran.stderr == "hvtui: Standard output cannot be written: No space left on device.\n"


def test_where_a_locale_has_no_letters_names_are_escaped_and_our_glyphs_have_ascii() -> None:
    c_locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ran = hvtui("list", "--demo=hostile", **c_locale)
    assert ran.returncode == 0
    assert "\\u05e9\\u05e8\\u05ea-" in ran.stdout
    assert "\\U0001f469<200D>\\U0001f467" in ran.stdout


def test_where_a_locale_has_no_letters_what_is_typed_is_utf_8() -> None:
    c_locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    assert hvtui("list", "--demo=hostile", "他们的服务器", **c_locale).returncode == 0
    assert '"V\\xf6r"' in hvtui("list", "--demo=hostile", "Vör", **c_locale).stderr


def test_where_a_locale_has_no_lines_the_tree_has_ascii() -> None:
    ran = hvtui("list", "--demo=one", "web-01", PYTHONIOENCODING="latin-1")
    assert "+-Old branch\n" in ran.stdout
    assert "`-Before CU-11\n" in ran.stdout
