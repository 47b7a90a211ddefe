"""Several hosts on the command line: one list, and the same VMs as on the screen."""

from __future__ import annotations

import asyncio
import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.errors import HostUnreachable
from hvtui.backends.mock.backend import MockBackend
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.model import bare_id
from hvtui.tui.cli.main import main
from hvtui.tui.text.hosts.trouble import named_trouble
from hvtui.tui.widgets.hosts.host_rows import HostRow
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.far import PASSWORD
from tests.tui.group.far_hosts import FarHosts
from tests.tui.journey import journey

if TYPE_CHECKING:
    from pathlib import Path

LIST = ("list", "--demo=datacenter")
FILTERS = ("older:30d", "host:test", "count:>10", "-state:running host:prod-2", "kind:backup", "mark:!!")
GROUP = '[groups.prod]\nhosts = ["you@hv01", "you@hv02"]\n'


@pytest.fixture
def backend() -> Any:
    return MockBackend(ManualClock())


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FarHosts:
    config = tmp_path / "config.toml"
    config.touch(0o600)
    config.write_text(GROUP, "utf-8")
    monkeypatch.setenv("HVTUI_CONFIG", str(config))
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    return FarHosts(ManualClock())


def run(capsys: pytest.CaptureFixture[str], backend: Any, *argv: str) -> tuple[int, str, str]:
    code = main(argv, load=lambda name: backend)
    return code, *capsys.readouterr()


def test_with_a_vm_a_silent_host_is_named_too_because_it_may_have_one_of_that_name(
    capsys: pytest.CaptureFixture[str], backend: Any
) -> None:
    for options in ((), ("--json",)):
        code, out, err = run(capsys, backend, *LIST, "app-001", *options)
        assert out
        assert (code, err) == (5, "hvtui: hv-test-2 does not answer.\n")


def test_each_line_names_the_host_and_a_silent_one_is_said_on_standard_error(
    capsys: pytest.CaptureFixture[str], backend: Any
) -> None:
    code, out, err = run(capsys, backend, *LIST)
    header, *lines = out.splitlines()
    assert header.split() == ["ID", "HOST", "STATE", "!", "COUNT", "OLDEST", "NAME"]
    assert len(lines) == 240
    assert {line.split()[1] for line in lines} == {"hv-prod-1", "hv-prod-2", "hv-prod-3", "hv-test-1"}
    assert (code, err) == (5, "hvtui: hv-test-2 does not answer.\n")


def test_json_has_the_ids_of_the_hosts_themselves_and_what_is_known_of_each_host(
    capsys: pytest.CaptureFixture[str], backend: Any
) -> None:
    _, out, _ = run(capsys, backend, *LIST, "--json", "--filter", "web-000")
    found = json.loads(out)
    (vm,) = found["vms"]
    assert vm["host_name"] == "hv-prod-1"
    assert vm["id"] in backend.datacenter("datacenter").hosts["hv-prod-1"].world.vms
    ids = [vm["current"], *(c["id"] for c in vm["checkpoints"]), *(c["parent"] for c in vm["checkpoints"])]
    assert all(id is None or id == bare_id(id) for id in ids)
    assert [(host["name"], host["trouble"], host["taken"] is None) for host in found["hosts"]][-2:] == [
        ("hv-test-1", "", False),
        ("hv-test-2", "hv-test-2 does not answer.", True),
    ]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        ("hv1 does not answer.", "hv1 does not answer."),
        ("The node hv10 is paused.", "hv1: The node hv10 is paused."),
        ("hv10 does not answer.", "hv1: hv10 does not answer."),
    ],
)
def test_why_a_host_cannot_be_read_names_it_also_beside_one_whose_name_begins_like_its_own(
    trouble: str, said: str
) -> None:
    assert named_trouble("hv1", trouble) == said


def test_a_filter_chooses_the_same_vms_of_several_hosts_as_on_the_screen(
    capsys: pytest.CaptureFixture[str], backend: Any
) -> None:
    listed = {}
    for text in FILTERS:
        _, out, _ = run(capsys, backend, *LIST, "--json", "--filter", text)
        listed[text] = [(vm["host_name"], vm["name"]) for vm in json.loads(out)["vms"]]
    assert all(listed.values())
    assert {host for host, _ in listed["host:test"]} == {"hv-test-1"}
    assert asyncio.run(seen_on_the_screen()) == listed


async def seen_on_the_screen() -> dict[str, list[tuple[str, str]]]:
    """The host and the name of each VM that is shown, by the filter that is typed."""
    async with journey("datacenter") as trip:
        vms, seen = trip.main.query_one(VmList), {}
        await trip.until(lambda: len([row for row in vms._rows if not isinstance(row, HostRow)]) == 240)
        for text in FILTERS:
            await trip.press("slash", *text, "enter")
            seen[text] = [(row.host, row.name) for row in vms._rows if not isinstance(row, HostRow)]
            await trip.press("escape")
    return seen


def test_a_group_of_the_config_file_is_listed_with_one_sign_in_for_each_host(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    code, out, err = run(capsys, far, "list", "prod", "--no-header")
    assert (code, err) == (0, "")
    assert [line.split()[1] for line in out.splitlines()] == ["hv01", "hv02"]
    assert sorted(settings.host for settings in far.tried) == ["hv01", "hv02"]


def test_a_host_that_refuses_a_password_costs_the_others_nothing_once_one_has_accepted_it(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    far.passwords["hv02"] = "another-horse"
    code, out, err = run(capsys, far, "list", "prod", "--no-header")
    assert (code, len(out.splitlines())) == (5, 1)
    assert "hv02 does not accept this user and password." in err


def test_a_wrong_password_of_the_environment_is_sent_to_one_host(
    capsys: pytest.CaptureFixture[str], far: FarHosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", "another-horse")
    code, out, err = run(capsys, far, "list", "prod")
    assert (code, out) == (1, "")
    assert "hv01 does not accept this user and password." in err
    assert [settings.host for settings in far.tried] == ["hv01"]


def test_if_no_host_answers_the_error_says_why_of_each(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    for name in ("hv01", "hv02"):
        far.silent[name] = HostUnreachable(f"{name} does not answer.")
    code, out, err = run(capsys, far, "list", "prod")
    assert (code, out) == (1, "")
    assert err == "hvtui: None of these hosts could be read. hv01 does not answer. hv02 does not answer.\n"


def test_a_machine_under_two_names_is_listed_once(capsys: pytest.CaptureFixture[str], far: FarHosts) -> None:
    far.hosts["hv02"] = far.host("hv01")
    code, out, err = run(capsys, far, "list", "prod", "--no-header")
    assert (code, [line.split()[1] for line in out.splitlines()]) == (0, ["hv01"])
    assert err == "hvtui: hv02: The same machine as hv01: its VMs are listed there.\n"


def test_json_says_which_machine_is_listed_under_another_name(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    far.hosts["hv02"] = far.host("hv01")
    _, out, _ = run(capsys, far, "list", "prod", "--json")
    assert [host["same_as"] for host in json.loads(out)["hosts"]] == ["", "hv01"]


def test_a_command_takes_one_host_and_names_those_of_the_group(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    code, _, err = run(capsys, far, "start", "prod", "web-01", "--yes")
    assert code == 2
    assert "“prod” is a group of hosts, and this command takes one host. Name one of them: hv01, hv02." in err
    assert far.tried == []


@pytest.mark.parametrize("host", ["prod", "you@hv02"])
def test_a_host_in_the_place_of_the_vm_is_told_as_one(
    capsys: pytest.CaptureFixture[str], far: FarHosts, host: str
) -> None:
    code, _, err = run(capsys, far, "start", "you@hv01", host)
    assert code == 2
    assert err.endswith(
        f"If “{host}” is a host or a group: this command takes only one host. Usage: hvtui start HOST VM\n"
    )


def test_a_checkpoint_that_is_not_there_is_not_blamed_on_a_vm_with_the_name_of_a_host(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    far.world("hv01").add_vm("prod")
    code, _, err = run(capsys, far, "delete", "you@hv01", "prod", "Old", "--yes")
    assert (code, "There is no checkpoint of “prod”" in err, "is a host" in err) == (2, True, False)


def test_a_vm_that_is_not_listed_may_be_on_the_host_that_does_not_answer(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    far.silent["hv02"] = HostUnreachable("hv02 does not answer.")
    code, out, err = run(capsys, far, "list", "prod", "nowhere")
    assert (code, out) == (2, "")
    assert "is listed. The host may have VMs that are not listed: hv02 does not answer." in err
    assert "There is no VM" not in err


@pytest.mark.parametrize(("word", "tried"), [("another-horse", ["hv01"]), (PASSWORD, ["hv01", "hv02"])])
def test_a_typed_password_is_sent_to_a_second_host_only_after_the_first_accepted_it(
    capsys: pytest.CaptureFixture[str],
    far: FarHosts,
    monkeypatch: pytest.MonkeyPatch,
    word: str,
    tried: list[str],
) -> None:
    monkeypatch.delenv("HVTUI_PASSWORD")
    monkeypatch.setattr("sys.stdin", Terminal())
    typed: list[str] = []

    def ask(words: str) -> str:
        typed.append(words)
        return word

    monkeypatch.setattr("getpass.getpass", ask)
    code, _, _ = run(capsys, far, "list", "prod")
    assert [settings.host for settings in far.tried] == tried
    assert (len(typed), code) == (1, 0 if len(tried) == 2 else 1)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_password_is_asked_for_anew_for_a_host_that_is_signed_in_to_in_another_way(
    capsys: pytest.CaptureFixture[str], far: FarHosts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hosts = '[hosts.hv01]\nuser = "you"\n[hosts.hv02]\nuser = "you"\nauth = "credssp"\n'
    group = '[groups.prod]\nhosts = ["hv01", "hv02"]\n'
    (tmp_path / "config.toml").write_text(hosts + group, "utf-8")
    monkeypatch.delenv("HVTUI_PASSWORD")
    monkeypatch.setattr("sys.stdin", Terminal())
    asked: list[str] = []

    def ask(words: str) -> str:
        asked.append(words)
        return PASSWORD

    monkeypatch.setattr("getpass.getpass", ask)
    code, _, err = run(capsys, far, "list", "prod", "--no-header")
    assert (code, asked) == (0, ["Password of you on hv01: ", "Password of you on hv02: "])
    assert "hv02 gets the password itself." in err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("list", "--help"), ("a group of the config file", "--cluster", "list prod --no-header | awk '$4")),
        (("help", "config"), ("[groups.prod]",)),
        (("help", "connecting"), ("hvtui hv01 hv02", "hvtui prod", "--cluster cl1", "VMM")),
        (("help", "scripts"), ("awk '$4 == ",)),
    ],
)
def test_help_says_how_several_hosts_are_shown_and_listed(
    capsys: pytest.CaptureFixture[str], backend: Any, argv: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert main(argv, load=lambda name: backend) == 0
    out = capsys.readouterr().out
    assert [each for each in words if each not in out] == []


def test_the_fourth_word_of_each_line_of_several_hosts_is_the_mark(
    capsys: pytest.CaptureFixture[str], backend: Any
) -> None:
    _, out, _ = run(capsys, backend, *LIST, "--no-header")
    assert {line.split()[3] for line in out.splitlines()} <= {"-", "!", "!!"}
