"""The journal of writes: who waits for a write, and what happens when its files cannot be read or removed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import BackendError
from hvtui.backends.powershell.agent import Process
from hvtui.backends.powershell.journal import Entry, Journal

if TYPE_CHECKING:
    from pathlib import Path

OPEN = """
import sys
from pathlib import Path
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.agent import Process
journal = Journal(Path(sys.argv[1]), "hv01")
journal.open(vm_id="vm", verb="save_vm", target="", process=Process(7, "", "shell/command"))
print("open", flush=True)
sys.stdin.read()
"""
RECORD = {
    "id": "1", "host": "hv01", "vm_id": "vm", "verb": "save_vm", "target": "", "process": 7,
    "process_started": "2026-01-01T00:00:00Z", "sent": "2026-01-01T00:00:00+00:00", "handle": "",
}  # fmt: skip


def opened(journal: Journal) -> Entry:
    return journal.open(vm_id="vm", verb="save_vm", target="", process=Process(7, "", "shell/command"))


def test_a_write_is_awaited_by_another_until_that_one_releases_it(tmp_path: Path) -> None:
    mine, another = Journal(tmp_path, "hv01"), Journal(tmp_path, "hv01")
    entry = opened(mine)
    assert another.entries() == [entry]
    assert another.is_awaited_by_another(entry)
    assert not mine.is_awaited_by_another(entry)
    mine.release(entry.id)
    assert not another.is_awaited_by_another(entry)
    assert another.entries() == [entry]
    mine.close(entry.id)
    assert another.entries() == []
    assert list(tmp_path.iterdir()) == []


def test_a_killed_hvtui_waits_for_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "open\n"
        here = Journal(tmp_path, "hv01")
        (entry,) = here.entries()
        assert here.is_awaited_by_another(entry)
        other.kill()
        if sys.platform == "win32":
            other.wait()
        else:
            os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # killed, but not reaped yet
        assert not here.is_awaited_by_another(entry)
        assert here.entries() == [entry]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "\x00\xff",
        json.dumps({"host": "hv01"}),
        json.dumps(RECORD | {"host": 7}),
        json.dumps(RECORD | {"process": "7"}),
        json.dumps(RECORD | {"sent": "yesterday"}),
        json.dumps(RECORD | {"sent": "2026-01-01T00:00:00"}),
        json.dumps(RECORD | {"more": ""}),
    ],
    ids=[
        "empty", "cut off", "no object", "bytes", "few fields", "host", "process", "date", "zone", "unknown field",
    ],
)  # fmt: skip
def test_no_write_is_recorded_while_a_record_is_unreadable(tmp_path: Path, text: str) -> None:
    journal = Journal(tmp_path, "hv01")
    file = tmp_path / "1.json"
    file.write_text(text, "latin-1")
    assert journal.entries() == []
    assert str(file) in journal.warning
    with pytest.raises(BackendError, match="Nothing was done") as caught:
        opened(journal)
    assert str(file) in caught.value.message
    assert "remove the file" in caught.value.hint
    file.unlink()
    entry = opened(journal)
    assert journal.warning == ""
    journal.close(entry.id)


def test_an_unreadable_record_of_another_host_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text(json.dumps({"host": "hv02", "vm_id": [1], "sent": "yesterday"}))
    journal = identified(Journal(tmp_path, "hv01"), "hv01.corp.example", "vm")
    journal.close(opened(journal).id)
    assert journal.entries() == []
    assert journal.warning == ""


def test_a_record_that_cannot_be_removed_is_closed_all_the_same_and_removed_later(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "hv01")
    entry = opened(journal)
    file = tmp_path / f"{entry.id}.json"
    text = file.read_text()
    file.unlink()
    file.mkdir()  # unlink of a folder fails, for root too
    journal.close(entry.id)
    assert journal.entries() == []
    assert journal.warning == ""
    file.rmdir()
    file.write_text(text)
    assert journal.entries() == []
    assert list(tmp_path.iterdir()) == []


def test_the_job_that_executes_a_write_is_in_its_record(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "hv01")
    entry = journal.record_job(opened(journal), "job-7")
    assert entry.job == "job-7"
    assert Journal(tmp_path, "hv01").entries() == [entry]
    journal.close(entry.id)


def test_a_record_of_an_hvtui_that_knew_no_jobs_can_be_read_and_ours_without_a_job_by_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "1.json").write_text(json.dumps(RECORD))
    journal = Journal(tmp_path, "hv01")
    (earlier,) = journal.entries()
    assert earlier.job == ""
    entry = opened(journal)
    assert json.loads((tmp_path / f"{entry.id}.json").read_text()).keys() == RECORD.keys()
    journal.close(entry.id)


def identified(journal: Journal, machine: str, *vm_ids: str, cluster: str | None = None) -> Journal:
    journal.know_machine(machine, cluster)
    journal.know_vms(vm_ids)
    return journal


def test_a_write_that_was_sent_to_the_machine_by_another_name_is_found(tmp_path: Path) -> None:
    mine = identified(Journal(tmp_path, "hv01"), "HV01.corp.example", "vm")
    entry = opened(mine)
    mine.release(entry.id)
    by_address = Journal(tmp_path, "10.0.0.1:5986")
    assert by_address.entries() == []  # the machine has not said its name yet
    identified(by_address, "hv01.CORP.example", "vm", "other")
    assert by_address.entries() == [entry]
    by_address.close(entry.id)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("machine", "vm"), [("hv02.corp.example", "vm"), ("hv01.corp.example", "other"), ("", "vm")]
)
def test_a_write_to_another_machine_or_to_a_vm_that_this_one_does_not_list_is_not_of_this_host(
    tmp_path: Path, machine: str, vm: str
) -> None:
    mine = identified(Journal(tmp_path, "hv01"), "hv01.corp.example", "vm")
    mine.release(opened(mine).id)
    assert identified(Journal(tmp_path, "hv01.lab.example"), machine, vm).entries() == []


def test_a_record_of_an_hvtui_that_knew_no_machines_can_be_read_and_ours_by_it_where_it_has_none(
    tmp_path: Path,
) -> None:
    (tmp_path / "1.json").write_text(json.dumps(RECORD), "utf-8")
    (entry,) = identified(Journal(tmp_path, "hv01"), "hv01.corp.example", "vm").entries()
    assert entry.machine == ""
    assert identified(Journal(tmp_path, "other"), "hv01.corp.example", "vm").entries() == []
    (tmp_path / "2.json").write_text(json.dumps({**RECORD, "id": "2", "machine": ""}), "utf-8")
    assert identified(Journal(tmp_path, "other"), "", "vm").entries() == []
    unidentified = opened(Journal(tmp_path, "hv02"))
    assert set(json.loads((tmp_path / f"{unidentified.id}.json").read_text("utf-8"))) == set(RECORD)


def test_an_unreadable_record_of_the_machine_by_another_name_stops_writes(tmp_path: Path) -> None:
    broken = {**RECORD, "host": "hv01.corp.example", "machine": "hv01.corp.example", "sent": "yesterday"}
    (tmp_path / "1.json").write_text(json.dumps(broken), "utf-8")
    journal = identified(Journal(tmp_path, "10.0.0.1"), "hv01.corp.example", "vm")
    with pytest.raises(BackendError, match="Nothing was done"):
        opened(journal)


CLUSTER = "cl1.corp.example"


def left_on_hv01(folder: Path, cluster: str = CLUSTER) -> Entry:
    """Return the record of an hvtui that ended without an answer from hv01."""
    journal = identified(Journal(folder, "hv01"), "hv01.corp.example", "vm", cluster=cluster)
    entry = opened(journal)
    journal.release(entry.id)
    return entry


@pytest.mark.parametrize(
    ("cluster", "vm", "is_found"),
    [
        (CLUSTER, "vm", True),
        (None, "vm", True),  # it is not known yet: it may be that cluster
        ("", "vm", False),  # a replica of the VM, on a host that is in no cluster
        ("cl2.corp.example", "vm", False),
        (CLUSTER, "other", False),
    ],
)
def test_a_write_to_a_vm_is_found_by_the_node_of_the_cluster_that_has_the_vm_now(
    tmp_path: Path, cluster: str | None, vm: str, is_found: bool
) -> None:
    entry = left_on_hv01(tmp_path)
    other = identified(Journal(tmp_path, "hv02"), "hv02.corp.example", vm, cluster=cluster)
    assert other.entries() == ([entry] if is_found else [])
    assert not other.was_sent_here(entry)


def test_a_write_to_a_host_of_no_cluster_is_not_of_another_host_with_that_vm(tmp_path: Path) -> None:
    left_on_hv01(tmp_path, cluster="")
    assert identified(Journal(tmp_path, "hv02"), "hv02.corp.example", "vm").entries() == []


def test_a_write_whose_outcome_another_node_showed_stays_in_the_journal_of_its_own_node(
    tmp_path: Path,
) -> None:
    entry = left_on_hv01(tmp_path)
    other = identified(Journal(tmp_path, "hv02"), "hv02.corp.example", "vm", cluster=CLUSTER)
    other.mark_seen(entry)
    assert other.entries() == []
    (own,) = Journal(tmp_path, "hv01").entries()
    assert own.id == entry.id
    assert own.seen
    assert Journal(tmp_path, "hv03").not_surely_told() == []


def test_a_record_that_its_node_has_removed_is_not_brought_back(tmp_path: Path) -> None:
    entry = left_on_hv01(tmp_path)
    other = identified(Journal(tmp_path, "hv02"), "hv02.corp.example", "vm", cluster=CLUSTER)
    Journal(tmp_path, "hv01").close(entry.id)
    other.mark_seen(entry)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("machine", "vm", "is_found", "was_sent_here"),
    [
        ("", "vm", True, True),  # it is not known yet which node this is
        ("hv01.corp.example", "other", True, True),
        ("hv02.corp.example", "vm", True, False),
        ("hv02.corp.example", "other", False, False),
    ],
)
def test_a_record_under_the_name_of_the_cluster_is_of_the_node_that_the_name_led_to(
    tmp_path: Path, machine: str, vm: str, is_found: bool, was_sent_here: bool
) -> None:
    first = identified(Journal(tmp_path, "cl1"), "hv01.corp.example", "vm", cluster=CLUSTER)
    entry = opened(first)
    first.release(entry.id)
    later = identified(Journal(tmp_path, "cl1"), machine, vm, cluster=CLUSTER)
    assert later.entries() == ([entry] if is_found else [])
    assert later.was_sent_here(entry) is was_sent_here


def test_a_record_of_a_host_in_no_cluster_stays_its_own_after_it_was_renamed(tmp_path: Path) -> None:
    entry = left_on_hv01(tmp_path, cluster="")
    renamed = identified(Journal(tmp_path, "hv01"), "new.corp.example", cluster="")
    assert renamed.entries() == [entry]
    assert renamed.was_sent_here(entry)


def test_a_details_reading_without_the_cluster_forgets_nothing(tmp_path: Path) -> None:
    journal = identified(Journal(tmp_path, "hv02"), "hv02.corp.example", cluster=CLUSTER)
    journal.know_machine("", None)
    assert journal.cluster == CLUSTER
