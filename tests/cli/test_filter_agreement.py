"""The filter of the rules, the `/` filter of the screen and `hvtui list --filter` choose the same VMs: one table for all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.mock.backend import MockSettings
from hvtui.backends.operations.filtering.choosing import choose
from hvtui.backends.operations.filtering.facts import Facts
from hvtui.backends.operations.filtering.parsing import parse
from hvtui.tui.cli.main import main
from hvtui.tui.cli.readings.one_host import read_inventory
from hvtui.tui.widgets.vm_list import VmList
from tests.cli.canned import CannedCli
from tests.cli.test_agreement import Screen, calm_demo
from tests.cli.troubled import GONE, troubled_host
from tests.tui.journey import journey

if TYPE_CHECKING:
    from hvtui.backends.model import Inventory
    from tests.cli.conftest import DemoCli

LAB = {
    "web": ["web-01"],
    "01 -web": ["db-01", "dc-01", "files-01"],
    "host:hv-demo state:saved": ["sql-staging"],
    "older:30d count:>5": ["build-07", "web-01"],
    "newer:2d": ["db-01", "files-01", "web-01", "win11-test"],
    "count:0": ["dc-01", "legacy-erp"],
    "-state:running": ["sql-staging", "template-2025"],
    "kind:backup": ["db-01"],
    "kind:replica": ["files-01"],
    "kind:automatic": ["win11-test"],
    "mark:!!": ["build-07", "web-01"],
    "-mark: -count:0": ["files-01", "win11-test"],
    "memory": ["build-07", "web-01", "win11-test"],
    "memory:no older:1w": ["app-02", "db-01", "sql-staging", "template-2025"],
    'name:"win11-t"': ["win11-test"],
    "older:?": [],
}
"""What is typed, and the names of the VMs of the demo that are chosen."""
TROUBLED = {
    "host:CL01 older:30d": ["web-01"],
    "-older:30d": ["merging", "no-disks", "odd", "orphan"],
    "count:?": ["sick", GONE],
    "-count:?": ["merging", "no-disks", "odd", "orphan", "web-01"],
    "state:hibernating": ["odd"],
    "-state:running": ["no-disks", "odd", "sick"],
    "memory:?": ["sick", GONE],
    "kind:?": ["sick", GONE, "web-01"],
    "mark:": ["orphan", "sick", GONE, "web-01"],
}
"""The same for a host of which not everything is known."""


def ruled(text: str, inventory: Inventory) -> list[str]:
    facts = Facts(inventory)
    facts.update(inventory.taken, limit=50, disk_readings={})
    return [vm.name for vm in choose(parse(text), facts).vms]


async def test_the_rule_chooses_what_the_table_says() -> None:
    async with calm_demo("lab").connect(MockSettings(scenario="lab")) as session:
        inventory = await read_inventory(session)
    assert {text: ruled(text, inventory) for text in LAB} == LAB
    inventory = await read_inventory(troubled_host())
    assert {text: ruled(text, inventory) for text in TROUBLED} == TROUBLED


async def test_what_is_typed_on_the_screen_chooses_what_the_table_says() -> None:
    async with journey("lab") as trip:
        vms, chosen = trip.main.query_one(VmList), {}
        await trip.rests()
        for text in LAB:
            await trip.press("slash", *text, "enter")
            assert vms.filter_text == text
            chosen[text] = [vm.name for vm in vms._rows]
            await trip.press("escape")
            assert vms.filter_text == ""
    assert chosen == LAB


async def test_the_list_shows_what_the_table_says_also_of_what_is_not_known() -> None:
    app, chosen = Screen(await read_inventory(troubled_host()), {}), {}
    async with app.run_test(size=(80, 60)) as pilot:
        await pilot.pause()
        for text in TROUBLED:
            app.vms.filter_text = text
            chosen[text] = [vm.name for vm in app.vms._rows]
    assert chosen == TROUBLED


def test_the_command_line_lists_what_the_table_says(capsys: pytest.CaptureFixture[str]) -> None:
    backend: Any = calm_demo("lab")
    chosen = {}
    for text in LAB:
        assert main(["list", "--demo=lab", "--json", "--filter", text], load=lambda name: backend) == 0
        chosen[text] = [vm["name"] for vm in json.loads(capsys.readouterr().out)["vms"]]
    assert chosen == LAB
    cli = CannedCli(capsys, troubled_host())
    printed = {text: cli.json("list", "--filter", text)[1] for text in TROUBLED}
    assert {text: [vm["name"] for vm in found["vms"]] for text, found in printed.items()} == TROUBLED


def test_the_table_lists_the_same_vms_and_says_which_are_undecided(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli = CannedCli(capsys, troubled_host())
    code, out, err = cli.run("list", "--no-header", "--filter", "-older:30d")
    assert (code, [line.split()[-1] for line in out.splitlines()]) == (0, TROUBLED["-older:30d"])
    assert "hvtui: sick: Not listed: whether it matches the filter is not known.\n" in err
    assert cli.json("list", "--filter=-older:30d")[1]["undecided"] == ["vm-sick", GONE]
    assert cli.json("list")[1]["undecided"] == []


def test_that_no_vm_matches_is_said_where_a_word_may_be_misspelt(capsys: pytest.CaptureFixture[str]) -> None:
    cli = CannedCli(capsys, troubled_host())
    for text, said in (
        ("zone:off", "No name contains “zone:off”."),
        ("host:nowhere", "No VM matches “host:nowhere”."),
    ):
        assert said in " ".join(cli.run("list", "--filter", text)[2].split()), text
    assert "No VM matches" not in cli.run("list", "--filter", "sick")[2]


def test_the_known_states_are_named_where_no_vm_is_in_one_that_is_not_known(demo: DemoCli) -> None:
    said = demo.run("list", "--filter", "state:runing")[2]
    assert said.startswith("hvtui: No VM matches “state:runing”. Known states: running, off, ")
    assert demo.run("list", "--filter", "state:saved")[2] == "hvtui: No VM matches “state:saved”.\n"


def test_a_vm_that_is_named_has_to_match_the_filter_too(capsys: pytest.CaptureFixture[str]) -> None:
    cli = CannedCli(capsys, troubled_host())
    assert cli.run("list", "orphan", "--filter", "newer:4d") == cli.run("list", "orphan")
    assert cli.run("list", "orphan", "--filter", "count:0")[::2] == (
        2,
        "hvtui: The VM “orphan” does not match the filter.\n",
    )
    code, out, err = cli.run("list", "sick", "--filter", "count:0")
    assert (code, out) == (1, "")
    assert "not known" in err


def test_disks_are_read_of_the_vms_that_match_and_count_for_their_marks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cli = CannedCli(capsys, troubled_host())
    printed = cli.json("list", "--disks", "--filter", "mark:!! -state:off")[1]
    assert [vm["name"] for vm in printed["vms"]] == ["orphan", "web-01"]
    assert sorted(cli.session.disks_asked) == [
        "vm-merging",
        "vm-no-disks",
        "vm-odd",
        "vm-orphan",
        "vm-web-01",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("older:x", "“older:x” needs an age"),
        ("web count:>", "“count:>” needs a number"),
        ("-kind:y mark:z", "“-kind:y” needs a kind"),
        ("-stat:running", "“-stat:running” is unknown. Is it state:? In quotes it is a name."),
        ("web oldr:30d", "“oldr:30d” is unknown. Is it older:?"),
        ("count>5", "“count>5” is unknown. Is it count:?"),
    ],
)
def test_a_filter_that_cannot_be_understood_is_wrong_usage_and_nothing_is_connected_to(
    text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = CannedCli(capsys, troubled_host()).run("list", "--filter", text)
    assert (code, out) == (2, "")
    assert said in err
