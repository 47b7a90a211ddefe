"""Which hosts ``hvtui list`` reads: several names, groups, and the nodes of a cluster."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import HostUnreachable
from hvtui.tui.cli.completion.candidates import candidates
from hvtui.tui.cli.main import main
from tests.cli.conftest import use_config
from tests.tui.far import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.tui.group.far_hosts import FarHosts
    from tests.tui.group.test_cluster import Cluster

    List = Callable[..., tuple[int, list[list[str]], str]]

CONFIG = '[hosts.hv03]\nuser = "you"\n[groups.prod]\nhosts = ["you@hv01", "you@hv02"]\n'


@pytest.fixture(autouse=True)
def _config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_config(CONFIG, tmp_path, monkeypatch)


def run(
    capsys: pytest.CaptureFixture[str], far: FarHosts, *argv: str, with_password: bool = True
) -> tuple[int, list[list[str]], str]:
    """Return the exit code, the words of each line, and standard error."""
    with pytest.MonkeyPatch.context() as environment:  # hvtui removes the password when it has read it
        if with_password:
            environment.setenv("HVTUI_PASSWORD", PASSWORD)
        code = main(["list", "--user=you", *argv], load=lambda name: far)
    out, err = capsys.readouterr()
    return code, [line.split() for line in out.splitlines()], err


def hosts_of(lines: list[list[str]]) -> list[str]:
    return [line[1] for line in lines[1:]]


@pytest.mark.parametrize(
    ("argv", "hosts"),
    [
        (("you@hv01", "you@hv02"), ["hv01", "hv02"]),
        (("hv01", "hv03"), ["hv01", "hv03"]),
        (("hv01", "hv02", "--hosts"), ["hv01", "hv02"]),
        (("hv03", "prod"), ["hv03", "hv01", "hv02"]),
        (("hv09", "hv08", "hv07", "--hosts"), ["hv09", "hv08", "hv07"]),
    ],
)
def test_several_hosts_are_listed_together(
    capsys: pytest.CaptureFixture[str], far: FarHosts, argv: tuple[str, ...], hosts: list[str]
) -> None:
    code, lines, err = run(capsys, far, *argv)
    assert (code, hosts_of(lines), err) == (0, hosts, "")


@pytest.mark.parametrize(
    "argv",
    [
        ("hv01", "web-01"),
        ("hv03", "00000000-0000-0000-0000-000000000000@hv01"),
        ("hv01", "--", "hv03"),
        ("hv01", "hv02", "--", "hv03"),
    ],
)
def test_the_last_argument_is_a_vm_unless_it_is_known_to_be_a_host(
    capsys: pytest.CaptureFixture[str], far: FarHosts, argv: tuple[str, ...]
) -> None:
    code, lines, err = run(capsys, far, *argv)
    if argv[-1] == "web-01":
        assert (code, lines[0][-1]) == (0, "CHECKPOINT")
    else:
        assert (code, lines) == (2, [])
        hosts = ", ".join(argv[: argv.index("--") if "--" in argv else -1])
        assert f"There is no VM on {hosts} with" in err
    assert argv[-1] not in [settings.host for settings in far.tried]


def test_after_dashes_only_the_first_word_is_a_host(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    _, _, err = run(capsys, far, "--", "hv01", "you@hv02")
    assert "There is no VM on hv01 with the name or ID “you@hv02”" in err
    assert {settings.host for settings in far.tried} == {"hv01"}


@pytest.mark.parametrize("words", [("hv03",), ("you@hv02",), ("prod",), ("--hosts",), ("--local",)])
@pytest.mark.parametrize("option", [(), ("--hosts",)])
def test_after_dashes_what_looks_like_a_host_or_an_option_is_a_vm(
    capsys: pytest.CaptureFixture[str], far: FarHosts, words: tuple[str, ...], option: tuple[str, ...]
) -> None:
    far.world("hv01").add_vm(words[0])
    code, lines, err = run(capsys, far, "hv01", *option, "--", *words)
    assert (code, lines[0][-1], err) == (0, "CHECKPOINT", "")
    assert {settings.host for settings in far.tried} == {"hv01"}


@pytest.mark.parametrize("argv", [("--cluster", "cl1"), ("prod",)])
def test_after_dashes_it_is_a_vm_of_a_cluster_or_a_group_too(
    capsys: pytest.CaptureFixture[str], cluster: Cluster, argv: tuple[str, ...]
) -> None:
    cluster.world("hv02").add_vm("hv03")
    code, lines, err = run(capsys, cluster, *argv, "--", "hv03")
    assert (code, lines[0][-1], err) == (0, "CHECKPOINT", "")
    assert "hv03" not in {settings.host for settings in cluster.tried}


def test_what_is_no_vm_may_be_meant_as_a_host(capsys: pytest.CaptureFixture[str], far: FarHosts) -> None:
    _, _, err = run(capsys, far, "hv01", "hv02")
    assert "There is no VM on hv01 with the name or ID “hv02”" in err
    assert "If “hv02” is a host, add --hosts." in err
    _, _, err = run(capsys, far, "hv01", "--", "hv02")
    assert "There is no VM on hv01 with the name or ID “hv02”" in err
    assert "--hosts" not in err


@pytest.mark.parametrize("separator", [(), ("--",)])
def test_where_a_host_cannot_be_reached_the_argument_that_was_taken_for_a_vm_is_named_too(
    capsys: pytest.CaptureFixture[str], far: FarHosts, separator: tuple[str, ...]
) -> None:
    far.silent["hv01"] = HostUnreachable("hv01 does not answer.", hint="Check the name.")
    _, _, err = run(capsys, far, "hv01", *separator, "hv02")
    assert "hv01 does not answer. Check the name." in err
    assert ("“hv02” was taken for a VM. If it is a host, add --hosts." in err) is (not separator)


def test_a_host_twice_is_refused_before_anything_is_sent(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    code, lines, err = run(capsys, far, "hv01", "you@HV01", "--hosts")
    assert (code, lines, far.tried) == (2, [], [])
    assert "has the host HV01 twice" in err


def test_one_silent_host_of_several_is_told_and_the_others_are_listed(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    far.silent["hv02"] = HostUnreachable("hv02 does not answer.")
    code, lines, err = run(capsys, far, "hv01", "you@hv02")
    assert (code, hosts_of(lines), err) == (5, ["hv01"], "hvtui: hv02 does not answer.\n")


def test_json_and_a_filter_work_for_several_hosts(
    capsys: pytest.CaptureFixture[str], far: FarHosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = ["list", "you@hv01", "you@hv02", "--json", "--filter", "older:30d host:hv02"]
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    assert main(argv, load=lambda name: far) == 0
    found = json.loads(capsys.readouterr().out)
    assert [host["name"] for host in found["hosts"]] == ["hv01", "hv02"]
    assert [(vm["host_name"], vm["name"]) for vm in found["vms"]] == [("hv02", "web-01")]


def test_all_nodes_of_a_cluster_are_listed_each_vm_on_its_owner(
    capsys: pytest.CaptureFixture[str], cluster: Cluster
) -> None:
    cluster.move("hv02")
    code, lines, err = run(capsys, cluster, "--cluster", "cl1")
    assert (code, hosts_of(lines), err) == (0, ["hv02"], "")
    assert cluster.open == []


def test_a_vm_of_a_cluster_is_found_on_whichever_node_it_is(
    capsys: pytest.CaptureFixture[str], cluster: Cluster
) -> None:
    cluster.move("hv02")
    code, lines, _ = run(capsys, cluster, "--cluster", "cl1", "web-01")
    assert (code, lines[0][-1]) == (0, "CHECKPOINT")


@pytest.mark.parametrize("argv", [("--cluster", "cl1"), ("prod",)])
def test_a_vm_that_two_nodes_list_while_it_moves_is_listed_once(
    capsys: pytest.CaptureFixture[str], cluster: Cluster, argv: tuple[str, ...]
) -> None:
    (vm,) = cluster.world("hv01").vms.values()
    cluster.world("hv02").vms[vm.id] = vm
    _, lines, _ = run(capsys, cluster, *argv)
    assert len(lines) == 2


def test_a_node_that_does_not_answer_is_told_as_a_host_of_a_group_is(
    capsys: pytest.CaptureFixture[str], cluster: Cluster
) -> None:
    cluster.silent["hv02"] = HostUnreachable("hv02 does not answer.")
    code, lines, err = run(capsys, cluster, "--cluster", "cl1")
    assert (code, hosts_of(lines), err) == (5, ["hv01"], "hvtui: hv02 does not answer.\n")


def test_a_host_in_no_cluster_says_so(capsys: pytest.CaptureFixture[str], far: FarHosts) -> None:
    code, lines, err = run(capsys, far, "--cluster", "hv01")
    assert (code, lines) == (1, [])
    assert "is not a node of a failover cluster" in err


def test_a_typed_password_serves_the_cluster_and_its_saved_nodes(
    capsys: pytest.CaptureFixture[str], cluster: Cluster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text('[hosts.hv02]\nuser = "you"\n', "utf-8")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    asked: list[str] = []

    def ask(words: str) -> str:
        asked.append(words)
        return PASSWORD

    monkeypatch.setattr("getpass.getpass", ask)
    code, _, err = run(capsys, cluster, "--cluster", "cl1", with_password=False)
    assert (code, err, asked) == (0, "", ["Password of you on cl1: "])


def test_vms_of_one_name_are_told_apart_by_their_hosts(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    code, _, err = run(capsys, far, "prod", "web-01")
    assert code == 2
    assert "2 VMs on prod have the name or ID “web-01”: on hv01, hv02. Use an ID: " in err
    chosen = err.split()[-1]
    assert chosen.endswith("@hv02")
    code, lines, _ = run(capsys, far, "prod", chosen)
    assert (code, lines[0][-1]) == (0, "CHECKPOINT")


def test_completion_offers_hosts_in_every_place_and_for_the_cluster(far: FarHosts) -> None:
    def offered(*words: str) -> set[str]:
        return set(candidates(words, "", lambda name: far).values)

    assert offered("list", "hv01") == offered("list", "hv01", "hv03") == {"hv03", "prod"}
    assert offered("list", "--cluster") == {"hv03"}
    assert "--cluster" in candidates(("list",), "--", lambda name: far).values
    assert "--cluster" not in candidates(("start",), "--", lambda name: far).values
