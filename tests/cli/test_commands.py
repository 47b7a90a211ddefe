"""The commands without a screen, on the simulated host."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import NotAllowed
from hvtui.backends.mock.network import NetworkFault
from hvtui.backends.mock.session import MockSession
from hvtui.tui.cli.commands import merge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import DemoCli

DONE, FAILED, USAGE, REFUSED, UNKNOWN = range(5)
INTERRUPTED = 130


def test_the_four_actions_one_after_the_other(demo: DemoCli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merge, "SECONDS", 0.01)
    code, created = demo.json("create", "web-01", "Before patch")
    assert (code, created["outcome"], created["created"]["name"]) == (DONE, "done", "Before patch")
    assert created["created"]["id"] == demo.world.vms[created["vm"]["id"]].parent_checkpoint_id

    code, renamed = demo.json("rename", "web-01", created["created"]["id"], "Patched")
    assert (code, renamed["checkpoint"]["name"]) == (DONE, "Before patch")
    assert "Patched" in demo.names()

    code, applied = demo.json("apply", "web-01", "Clean install", "--yes", "--safety-name", "Safe")
    assert (code, applied["created"]["name"]) == (DONE, "Safe")
    assert {"Safe", "Patched"} <= set(demo.names())

    code, deleted = demo.json("delete", "web-01", "Before CU-11", "--subtree", "--yes", "--wait")
    assert (code, deleted["outcome"], deleted["merged"]) == (DONE, "done", True)
    assert demo.names() == ["Clean install", "Old branch"]


def test_the_tree_of_one_vm_is_listed(demo: DemoCli) -> None:
    code, out, _ = demo.run("list", "web-01")
    rows = out.splitlines()
    at = rows[0].index("CHECKPOINT")
    assert code == DONE
    assert [row[at:] for row in rows] == [
        "CHECKPOINT", "Clean install", "├─Old branch", "└─Before CU-11", "  Now (running)",
    ]  # fmt: skip
    _, vm = demo.json("list", "WEB-01")
    assert [checkpoint["id"] for checkpoint in vm["checkpoints"]] == [row.split()[0] for row in rows[1:4]]


def test_the_vm_is_started_stopped_and_saved(demo: DemoCli) -> None:
    (vm,) = demo.world.vms.values()
    assert demo.run("save", "web-01", "--yes")[0] == DONE
    assert vm.state == "Saved"
    assert demo.run("start", "web-01")[0] == DONE
    assert demo.run("stop", "web-01", "--yes", "--turn-off")[0] == DONE
    assert vm.state == "Off"


def test_what_was_done_is_said_with_the_name_and_the_id_of_the_safety_checkpoint(demo: DemoCli) -> None:
    _, out, _ = demo.run("apply", "web-01", "Clean install", "--yes", "--safety-name", "Safe")
    said, _, id = out.strip().rpartition(" Its ID: ")
    assert said == "Applied “Clean install” to web-01. Safety checkpoint: “Safe”."
    assert [each.id for each in demo.world.checkpoints.values() if each.name == "Safe"] == [id]
    _, out, _ = demo.run("rename", "web-01", "Safe", "Old state")
    assert out == "Renamed “Safe” of web-01 to “Old state”.\n"


def test_apply_without_a_safety_checkpoint_creates_none(demo: DemoCli) -> None:
    before = demo.names()
    code, applied = demo.json("apply", "web-01", "Clean install", "--yes", "--no-safety-checkpoint")
    assert (code, applied["created"]) == (DONE, None)
    assert demo.names() == before


def test_a_name_that_is_not_unique_is_an_error_that_lists_the_ids(demo: DemoCli) -> None:
    (vm,) = demo.world.vms
    demo.world.rename(next(iter(demo.world.checkpoints)), "Same")
    ids = [c.id for c in demo.world.checkpoints.values()][:2]
    demo.world.checkpoints[ids[1]].name = "Same"
    demo.world.checkpoints[ids[0]].name = "Same"
    code, failed = demo.json("delete", vm, "Same", "--yes")
    assert code == USAGE
    assert all(id in failed["error"]["hint"] for id in ids)
    assert demo.run("delete", vm, ids[1].upper(), "--yes")[0] == DONE


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("web-02", "Old branch"), "There is no VM"),
        (("web-01", "Old brnch"), "There is no checkpoint"),
        (("web-01", "12345678-0000-0000-0000-000000000000"), "There is no checkpoint"),
    ],
)
def test_an_unknown_vm_or_checkpoint_is_wrong_usage(
    demo: DemoCli, words: tuple[str, str], message: str
) -> None:
    code, out, err = demo.run("delete", *words, "--yes")
    assert (code, out) == (USAGE, "")
    assert message in err


def test_a_near_name_is_suggested(demo: DemoCli) -> None:
    assert "Did you mean: Old branch?" in demo.run("delete", "web-01", "Old brnch", "--yes")[2]


def test_a_checkpoint_of_another_vm_is_refused_by_its_id(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.cli.conftest import DemoCli

    demo = DemoCli(capsys, "lab")
    theirs = next(c for c in demo.world.checkpoints.values() if demo.world.vms[c.vm_id].name == "db-01")
    code, _, err = demo.run("delete", "web-01", theirs.id, "--yes")
    assert code == USAGE
    assert "is a checkpoint of “db-01”, not of “web-01”" in err


def test_names_that_look_like_options_follow_two_dashes(demo: DemoCli) -> None:
    code, created = demo.json("create", "--", "web-01", "--yes")
    assert (code, created["created"]["name"]) == (DONE, "--yes")
    assert demo.run("rename", "--", "web-01", "--yes", "-x")[0] == DONE
    assert "-x" in demo.names()


def test_after_two_dashes_nothing_is_an_option_of_the_program(demo: DemoCli) -> None:
    assert demo.json("create", "--", "web-01", "--version")[1]["created"]["name"] == "--version"
    code, _, err = demo.run("create", "--", "web-02", "--json")
    assert (code, "{" in err) == (USAGE, False)


def test_a_name_after_demo_stays_where_it_is(demo: DemoCli) -> None:
    code, out, _ = demo.run("create", "web-01", "--demo", "My name", "--json", target="--scenario=")
    assert (code, json.loads(out)["created"]["name"]) == (DONE, "My name")


def test_a_host_that_does_not_permit_it_is_a_failure_and_not_a_refusal_of_a_rule(
    demo: DemoCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_permission(*_: object, **__: object) -> None:
        raise NotAllowed("You may not do this.")

    monkeypatch.setattr(MockSession, "delete_checkpoint", no_permission)
    code, failed = demo.json("delete", "web-01", "Old branch", "--yes")
    assert (code, failed["error"]["type"]) == (FAILED, "NotAllowed")


def test_a_question_that_nobody_can_answer_is_refused_with_the_flag_that_answers_it(demo: DemoCli) -> None:
    for words in (("apply", "web-01", "Old branch"), ("delete", "web-01", "Old branch"), ("save", "web-01")):
        code, out, err = demo.run(*words)
        assert (code, out) == (REFUSED, "")
        assert "--yes" in err
        assert demo.json(*words)[1]["error"]["code"] == "not-confirmed"
    assert demo.names() == ["Clean install", "Old branch", "Before CU-11"]


@pytest.mark.parametrize("name", ["", " ", "a\x07", "x" * 101])
def test_a_name_that_a_checkpoint_cannot_have_is_wrong_usage(demo: DemoCli, name: str) -> None:
    code, failed = demo.json("rename", "web-01", "Old branch", name)
    assert code == USAGE
    assert failed["error"]["message"]
    assert "Old branch" in demo.names()


@pytest.mark.parametrize(
    "fault", [NetworkFault.REQUEST_LOST, NetworkFault.INTERRUPTED, NetworkFault.REPLY_LOST]
)
def test_a_lost_answer_is_unknown_and_says_what_is_there(demo: DemoCli, fault: NetworkFault) -> None:
    demo.backend.host("one").network.write_faults.append(fault)
    code, lost = demo.json("delete", "web-01", "Old branch", "--yes")
    assert (code, lost["outcome"]) == (UNKNOWN, "unknown")
    assert "The VM is running now" in lost["seen"]


def test_an_error_before_the_command_is_an_object_too(demo: DemoCli) -> None:
    demo.backend.host("one").network.read_faults.append(NetworkFault.REQUEST_LOST)
    code, failed = demo.json("create", "web-01")
    assert (code, failed["outcome"], failed["error"]["type"]) == (FAILED, "failed", "ConnectionLost")


def test_help_of_a_subcommand_is_its_own(demo: DemoCli) -> None:
    code, out, _ = demo.run("apply", "--help")
    assert code == 0
    assert "--no-safety-checkpoint" in out
    assert "exit codes" in out


def hvtui(*words: str) -> list[str]:
    return [sys.executable, "-m", "hvtui", *words]


def test_a_closed_standard_output_does_not_hide_the_outcome() -> None:
    command = " ".join(hvtui("create", "--demo=one", "web-01", "x", ">&-"))
    assert subprocess.run(command, shell=True, check=False, timeout=50).returncode == DONE
    command = " ".join(hvtui("create", "--demo=one", "web-01", "x")) + " | true; exit ${PIPESTATUS[0]}"
    assert subprocess.run(["bash", "-c", command], check=False, timeout=50).returncode == DONE


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_at_the_question_ends_it_and_sends_nothing() -> None:
    from tests.terminal.bare import BareTerminal

    with BareTerminal("-m", "hvtui", "delete", "--demo=one", "web-01", "Old branch") as terminal:
        terminal.shows(b"Continue?")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(20) == INTERRUPTED
        assert b"Deleted" not in terminal.written


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_at_the_password_ends_it_and_sends_nothing(tmp_path: Path) -> None:
    from tests.terminal.bare import BareTerminal

    config = str(tmp_path / "config.toml")
    with BareTerminal("-m", "hvtui", "list", "you@127.0.0.1", HVTUI_CONFIG=config) as terminal:
        terminal.shows(b"Password of you")
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.process.wait(20) == INTERRUPTED


@pytest.fixture
def heard() -> Iterator[None]:
    """Let programs hear Ctrl+C and a hang-up, also if the tests run in the background, where both are ignored."""
    before = {
        number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGHUP)
    }
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("heard")
@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_told_to_end_during_a_command_it_says_that_the_host_continues_and_how_to_look(name: str) -> None:
    words = hvtui("apply", "--demo=lab", "web-01", "Before CU-11", "--yes", "--json", "--log=/dev/stderr")
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        for line in process.stderr:
            if "apply of VM" in line:
                break
        process.send_signal(getattr(signal, name))
        out = process.stdout.read()
    assert process.returncode == UNKNOWN
    failed = json.loads(out)
    assert failed["outcome"] == "unknown"
    assert "The host may continue" in failed["error"]["message"]
    assert "hvtui list" in failed["error"]["message"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_under_nohup_the_end_of_the_terminal_ends_no_command() -> None:
    words = ["nohup", *hvtui("apply", "--demo=lab", "web-01", "Before CU-11", "--yes", "--log=/dev/stderr")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        for line in process.stderr:
            if "apply of VM" in line:
                break
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate()
    assert (process.returncode, "Applied “Before CU-11” to web-01." in out) == (DONE, True)
