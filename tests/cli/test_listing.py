"""`hvtui list`: what is known, what is not listed and what could not be read, as a table and as JSON."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import HyperVUnavailable, UnavailableCause
from hvtui.tui.cli.readings import one_host
from tests.cli.canned import CannedCli
from tests.cli.troubled import GONE, troubled_host

if TYPE_CHECKING:
    from tests.cli.conftest import DemoCli

DONE, FAILED, USAGE, REFUSED, UNKNOWN, PARTLY = range(6)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> CannedCli:
    return CannedCli(capsys, troubled_host())


def by_name(printed: Any) -> dict[str, Any]:
    return {vm["name"]: vm for vm in printed["vms"]}


def test_what_could_not_be_read_is_null_and_what_is_not_there_is_empty(cli: CannedCli) -> None:
    code, printed = cli.json("list")
    vms = by_name(printed)
    assert code == DONE
    assert vms["merging"]["checkpoints"] == []
    assert vms["sick"]["checkpoints"] is None
    assert vms["sick"]["unread"] == {"part": "checkpoints", "words": "Generic failure", "since": None}
    assert (vms[GONE]["checkpoints"], vms[GONE]["state"]) == (None, "Unknown")
    assert vms["orphan"]["current_listed"] is False
    assert vms["web-01"]["current_listed"] is True
    assert vms["merging"]["current_listed"] is None
    assert vms["orphan"]["checkpoints"][0]["parent_listed"] is False
    assert vms["web-01"]["disks"] is None
    dates = {checkpoint["name"]: checkpoint["created"] for checkpoint in vms["web-01"]["checkpoints"]}
    assert dates["Undated"] is None
    assert dates["Old"].startswith("2026-")


def test_what_could_not_be_read_is_not_said_not_to_be_there(cli: CannedCli) -> None:
    for words in (("delete", "sick", "Old", "--yes"), ("rename", "sick", "Old", "New"), ("list", "nobody")):
        code, out, err = cli.run(*words)
        assert (code, out) == (FAILED if words[0] == "list" else REFUSED, "")
        assert "could not be read" in err
        assert "There is no" not in err
        assert ("The object was not found." if words[0] == "list" else "Generic failure") in err
    assert cli.session.sent == []
    _, out, _ = cli.run("list", "sick")
    assert out.splitlines()[1].split() == ["?"] * 4


def test_the_details_of_the_host_are_in_the_json(cli: CannedCli) -> None:
    _, printed = cli.json("list")
    vms = by_name(printed)
    assert (printed["host"]["name"], printed["host"]["cluster"]) == ("hv01", "cl01")
    assert printed["host"]["volumes"] == [{"name": "D:", "size": 2**40, "free": 2**30}]
    assert "The jobs could not be read: Access denied." in printed["host"]["unread"]
    assert (vms["web-01"]["clustered"], vms["sick"]["clustered"]) == (True, False)
    assert (vms["merging"]["activity"]["what"], vms["merging"]["activity"]["percent"]) == ("merging", 43)
    assert vms["orphan"]["health"] == ["degraded", "sr-iov"]


def test_slow_details_do_not_hold_up_the_vms(cli: CannedCli, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(one_host, "DETAILS_SECONDS", 0.05)
    cli.session.wait_for_details = never
    _, printed = cli.json("list")
    assert by_name(printed)["web-01"]["clustered"] is None
    assert (printed["host"]["name"], printed["host"]["volumes"]) == ("hv01", [])
    assert "did not come" in printed["host"]["unread"][0]


def test_a_vm_is_listed_with_its_disks_and_what_is_wrong_with_them(cli: CannedCli) -> None:
    _, vm = cli.json("list", "orphan")
    assert vm["host"]["name"] == "hv01"
    assert vm["disks"]["unread"] == [{"path": "D:\\VMs\\lost.vhdx", "words": "Not found.", "missing": True}]
    assert [broken["kind"] for broken in vm["disks"]["broken_links"]] == ["missing"]
    assert vm["disks"]["unread_drives"][0]["words"] == "Generic failure"
    assert next(f["size"] for f in vm["disks"]["files"] if f["path"].endswith(".vhds")) is None
    _, vm = cli.json("list", "web-01")
    assert vm["disks"]["ownerless_links"] == ["D:\\VMs\\left.avhdx"]
    assert vm["disks"]["written_since"] == 42 * 2**30
    assert [event["code"] for event in vm["merge_events"]] == ["failed"]
    _, vm = cli.json("list", "no-disks")
    assert (vm["disks"], vm["disks_error"]) == (None, "The share is dead.")


def test_the_table_can_be_split_and_says_what_is_not_known(cli: CannedCli) -> None:
    code, out, err = cli.run("list")
    header, *rows = (line.split() for line in out.splitlines())
    assert (code, header) == (DONE, ["ID", "STATE", "!", "COUNT", "OLDEST", "NAME"])
    told = {row[-1]: row[1:-1] for row in rows}
    assert told["sick"] == ["off-critical", "!!", "?", "?"]
    assert told["merging"] == ["running", "-", "0", "-"]
    assert told["web-01"][2:] == ["4", "40d"]
    assert told["odd"][0] == "Hibernating"
    assert told[GONE][0] == "unknown"
    assert "hvtui: sick: Its checkpoints could not be read: Generic failure." in err
    assert "The object was not found." in err
    assert "The jobs could not be read: Access denied." in err


def test_the_tree_of_a_vm_says_what_is_wrong_with_it(cli: CannedCli) -> None:
    code, out, err = cli.run("list", "orphan")
    assert code == DONE
    assert "Loose" in out
    assert "orphan: ! The VM runs on a checkpoint that the host does not list." in err
    assert "SR-IOV" in err
    assert "?  " in cli.run("list", "web-01")[1]  # the date that is none


def test_a_list_that_may_lack_vms_says_so(cli: CannedCli) -> None:
    assert cli.json("list")[1]["incomplete"] == ""
    cli.session.found = replace(cli.session.found, incomplete="Generic failure")
    code, _, err = cli.run("list")
    said = "The host may have VMs that are not listed: Generic failure"
    assert (code, f"hvtui: {said}\n" in err) == (DONE, True)
    assert cli.json("list")[1]["incomplete"] == "Generic failure"
    code, _, err = cli.run("list", "web-99")
    assert code == USAGE
    assert f"No VM with the name or ID “web-99” is listed. {said}" in err
    assert "There is no" not in err


def test_critical_is_in_the_table_and_in_the_json(demo: DemoCli) -> None:
    next(iter(demo.world.vms.values())).state = "PausedCritical"
    assert demo.run("list")[1].split()[7] == "paused-critical"
    vm = demo.json("list")[1]["vms"][0]
    assert (vm["state"], vm["critical"]) == ("Paused", True)
    assert [concern["code"] for concern in vm["concerns"] if concern["grave"]] == ["critical"]


def test_a_guessed_cause_is_told_with_the_words_of_the_host(
    cli: CannedCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stopped(*_: object) -> None:
        raise HyperVUnavailable(
            "The management service does not answer.",
            cause=UnavailableCause.SERVICE_STOPPED,
            hint="Start it.",
            detail="Hyper-V encountered an error.\r\n  GetVM",
        )

    monkeypatch.setattr(cli.session, "inventory", stopped)
    code, out, err = cli.run("list")
    assert (code, out) == (FAILED, "")
    assert err == (
        "hvtui: The management service does not answer. Start it. Reported: Hyper-V encountered an error. GetVM\n"
    )
    error = cli.json("list")[1]["error"]
    assert (error["cause"], error["hint"]) == ("service-stopped", "Start it.")
    assert "GetVM" in error["detail"]


def test_the_columns_are_two_spaces_apart_and_the_name_is_the_last_one(
    demo: DemoCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")  # no terminal: the lines are complete all the same
    (vm,) = demo.world.vms.values()
    vm.name = "Web server 01"
    header, row = demo.run("list")[1].splitlines()
    assert re.split(" {2,}", header) == ["ID", "STATE", "!", "COUNT", "OLDEST", "NAME"]
    assert re.split(" {2,}", row)[1:] == ["running", "!", "3", "30d", "Web server 01"]
    assert demo.run("list", "--no-header")[1] == f"{row}\n"
    header, *rows = demo.run("list", "Web server 01")[1].splitlines()
    assert re.split(" {2,}", header) == ["ID", "CREATED", "MEMORY", "CHECKPOINT"]
    assert demo.run("list", "Web server 01", "--no-header")[1].splitlines() == rows
    assert {len(re.split(" {2,}", line)) for line in rows} == {4}


def test_the_json_does_not_claim_a_type_that_the_host_does_not_record(demo: DemoCli) -> None:
    _, vm = demo.json("list", "web-01")
    assert {checkpoint["with_memory"] for checkpoint in vm["checkpoints"]} == {True, False}
    assert all("kind" not in checkpoint and "type" not in checkpoint for checkpoint in vm["checkpoints"])
