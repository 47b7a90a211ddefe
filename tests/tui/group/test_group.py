"""Several hosts in one list."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import pytest
from textual.widgets import Static

from hvtui.backends.errors import HostUnreachable, OutcomeUnknown
from hvtui.backends.hosts import sign_ins
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.network import NetworkFault
from hvtui.backends.operations.operation import Ending
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from hvtui.tui.host import active_session
from tests.tui.far import PASSWORD, visit
from tests.tui.group.far_hosts import FarHosts, GroupVisit, visit_group
from tests.tui.painting import heading

if TYPE_CHECKING:
    from pathlib import Path

OTHER = "another-horse"
"""A password that is part of no other text: what was a password is redacted wherever it stands."""
SILENT = HostUnreachable("hv03 does not answer on port 5986.", hint="Is it on?")


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> FarHosts:
    monkeypatch.setenv("HVTUI_PASSWORD", PASSWORD)
    return FarHosts(ManualClock(), scenarios={"hv02": "lab"})


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


async def test_the_vms_of_several_hosts_are_in_one_list_below_their_hosts(
    signed_in: FarHosts, config: Path
) -> None:
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) > 4)
        assert trip.rows()[:3] == ["hv01", "web-01", "hv02"]
        assert "hv01, hv02" in trip.said()


async def test_a_host_that_does_not_answer_is_a_row_that_says_so_while_the_others_work(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.silent["hv03"] = SILENT
    async with visit_group(signed_in, config, "hv03", "hv01") as trip:
        await trip.until(lambda: trip.main.vm_id)
        await trip.until(lambda: trip.troubles() == {"hv03": "hv03 does not answer on port 5986."})
        assert "1 of 2 hosts not connected" in trip.said()
        await trip.go_to_host("hv03")
        await trip.until(lambda: "hv03 does not answer on port 5986." in trip.said())
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.sees_created("Meanwhile", on="hv01")


async def test_a_host_that_answers_later_is_connected_by_itself(signed_in: FarHosts, config: Path) -> None:
    signed_in.silent["hv03"] = SILENT
    async with visit_group(signed_in, config, "hv01", "hv03") as trip:
        await trip.until(lambda: trip.troubles().get("hv03"))
        del signed_in.silent["hv03"]
        await trip.press("f5")
        await trip.until(lambda: not trip.troubles())
        assert trip.rows() == ["hv01", "web-01", "hv03", "web-01"]


async def test_one_password_serves_all_hosts_of_the_user_and_is_tried_once_on_each(config: Path) -> None:
    far = FarHosts(ManualClock())
    async with visit_group(far, config, "hv01", "hv02", "hv03") as trip:
        await trip.sees_dialog(PasswordDialog)
        await trip.press(*"correct", "space", *"horse", "enter")
        await trip.until(lambda: len(trip.rows()) == 6)
        assert sorted(settings.host for settings in far.tried) == ["hv01", "hv02", "hv03"]


async def test_a_refused_password_is_sent_to_no_other_host(config: Path) -> None:
    far = FarHosts(ManualClock())
    async with visit_group(far, config, "hv01", "hv02") as trip:
        await trip.sees_dialog(PasswordDialog)
        await trip.press(*OTHER, "enter")
        await trip.sees_dialog(ErrorDialog)
        assert "hv01: Not signed in" in trip.said()
        assert [settings.host for settings in far.tried] == ["hv01"]
        await trip.press("escape")
        await trip.until(lambda: trip.troubles().get("hv01", "").startswith("hv01 does not accept"))
        assert trip.troubles()["hv02"] == "Not signed in."


async def test_a_wrong_password_is_sent_to_one_host_though_others_wait_to_be_connected_to(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", OTHER)
    monkeypatch.setattr(sign_ins, "AT_ONCE", 1)
    monkeypatch.setattr(sign_ins, "SILENT_SECONDS", 0)
    far = FarHosts(ManualClock())
    far.answers.clear()
    async with visit_group(far, config, "hv01", "hv02", "hv03") as trip:
        await trip.until(lambda: bool(far.tried))
        await trip.pilot.pause()
        far.answers.set()
        await trip.until(lambda: len(trip.troubles()) == 3 and "Connecting…" not in trip.troubles().values())
        assert [settings.host for settings in far.tried] == ["hv01"]


async def test_a_wrong_password_of_the_environment_is_sent_to_one_host(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", OTHER)
    far = FarHosts(ManualClock())
    async with visit_group(far, config, "hv01", "hv02", "hv03") as trip:
        await trip.until(lambda: len(trip.troubles()) == 3 and "Connecting…" not in trip.troubles().values())
        assert [settings.host for settings in far.tried] == ["hv01"]
        assert "Enter signs in." in trip.said()
        assert trip.troubles()["hv03"] == "hv01 did not accept this password, so it was not sent to hv03."
        await trip.go_to_host("hv02")
        await trip.until(lambda: "Enter asks for what is needed." in trip.said())
        await trip.press("enter")
        await trip.sees_dialog(PasswordDialog)
        await trip.press(*"correct", "space", *"horse", "enter")
        await trip.until(lambda: [*trip.troubles()] == ["hv01"])
        assert [settings.host for settings in far.tried] == ["hv01", "hv02", "hv03"]


async def test_a_host_that_cannot_be_reached_keeps_no_other_from_being_signed_in_to(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = FarHosts(ManualClock(), silent={"hv01": HostUnreachable("hv01 does not answer on port 5986.")})
    async with visit_group(far, config, "hv01", "hv02") as trip:
        await trip.sees_dialog(PasswordDialog)
        assert "hv02" in trip.said()
        await trip.press(*"correct", "space", *"horse", "enter")
        await trip.until(lambda: trip.rows() == ["hv01", "hv02", "web-01"])
        await trip.until(lambda: trip.troubles() == {"hv01": "hv01 does not answer on port 5986."})
        far.silent.clear()
        await trip.press("f5")
        await trip.until(lambda: not trip.troubles())


async def test_a_command_that_gives_no_password_is_not_followed_by_a_sign_in_without_one(
    config: Path, tmp_path: Path
) -> None:
    far = FarHosts(ManualClock())
    ran = tmp_path / "ran"
    saved = f"""[hosts.hv01]\nuser="you"\npassword_command=["sh", "-c", "echo run >> {ran}; exit 3"]\n"""
    async with visit_group(far, config, "hv01", "you@hv02", saved=saved) as trip:
        await trip.sees_dialog(PasswordDialog)
        await trip.press("escape")
        await trip.until(lambda: "password_command" in trip.troubles().get("hv01", ""))
        await trip.press("f5")
        await trip.go_to_host("hv01")
        await trip.press("enter")
        await trip.sees_dialog(PasswordDialog)
        assert "password_command" in trip.said()
        assert far.tried == []
        assert ran.read_text() == "run\n" * 2


async def test_a_host_with_another_password_asks_for_it_when_its_row_is_chosen(config: Path) -> None:
    far = FarHosts(ManualClock(), passwords={"hv02": OTHER})
    async with visit_group(far, config, "hv01", "hv02") as trip:
        await trip.sees_dialog(PasswordDialog)
        await trip.press(*"correct", "space", *"horse", "enter")
        await trip.until(lambda: trip.troubles().get("hv02", "").startswith("hv02 does not accept"))
        await trip.go_to_host("hv02")
        await trip.press("enter")
        await trip.sees_dialog(PasswordDialog)
        await trip.press(*OTHER, "enter")
        await trip.until(lambda: trip.rows() == ["hv01", "web-01", "hv02", "web-01"])
        assert [settings.host for settings in far.tried].count("hv02") == 2


async def test_a_password_that_an_open_session_is_refused_with_is_not_sent_again(config: Path) -> None:
    far = FarHosts(ManualClock())
    async with visit_group(far, config, "hv01", "hv02") as trip:
        await trip.sees_dialog(PasswordDialog)
        await trip.press(*"correct", "space", *"horse", "enter")
        await trip.until(lambda: len(trip.rows()) == 4)
        far.refusing.add("hv02")
        await trip.press("f5")
        await trip.until(lambda: trip.troubles())
        assert "any more" in trip.troubles()["hv02"]
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.press("f5")
        await trip.sees_created("Read anew", on="hv01")
        assert far.refused == ["hv02"]
        tried = len(far.tried)
        await trip.go_to_host("hv02")
        await trip.press("enter")
        await trip.sees_dialog(PasswordDialog)
        assert len(far.tried) == tried
        far.refusing.clear()
        await trip.press(*"correct", "space", *"horse", "enter")
        await trip.until(lambda: not trip.troubles())
        assert [settings.host for settings in far.tried[tried:]] == ["hv02"]


async def test_quitting_while_hosts_are_being_connected_to_leaves_no_task_behind(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.answers.clear()
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(signed_in.tried) == 2)
        await trip.press("q")
    assert not [task.get_name() for task in asyncio.all_tasks() if task.get_name().startswith("session")]


async def test_a_command_changes_the_host_of_the_vm_and_no_other_with_the_same_vm(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.scenarios.clear()
    async with visit_group(signed_in, config, "hv01", "hv02", "hv03") as trip:
        await trip.until(lambda: len(trip.rows()) == 6)
        before = {name: set(signed_in.world(name).checkpoints) for name in ("hv01", "hv03")}
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.sees_created("On hv02 only", on="hv02")
        assert {name: set(signed_in.world(name).checkpoints) for name in before} == before


async def test_a_connection_that_breaks_in_the_middle_of_a_write_keeps_no_other_host_waiting(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.scenarios.clear()
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        await trip.go_to_vm_of("hv01", "web-01")
        signed_in.host("hv01").network.write_faults.append(NetworkFault.REPLY_LOST)
        await trip.open("c")
        await trip.press("enter")
        await trip.sees_dialog(ErrorDialog)
        await trip.press("escape")
        assert trip.state.finished[0].ending is Ending.UNKNOWN
        assert isinstance(trip.state.finished[0].error, OutcomeUnknown)
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.sees_created("Beside it", on="hv02")


async def test_hosts_fold_and_left_goes_from_a_vm_to_its_host(signed_in: FarHosts, config: Path) -> None:
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) > 4)
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.press("left")
        await trip.until(lambda: trip.main.host_name == "hv01")
        await trip.press("left")
        await trip.until(lambda: trip.rows()[:2] == ["hv01", "hv02"])
        await trip.press("enter")
        await trip.until(lambda: trip.rows()[:3] == ["hv01", "web-01", "hv02"])


async def test_b_shows_the_vms_without_their_hosts_in_one_order_with_a_column_for_the_host(
    signed_in: FarHosts, config: Path
) -> None:
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) > 4)
        await trip.press("b")
        await trip.until(lambda: "hv01" not in trip.rows())
        assert trip.rows() == sorted(trip.rows(), key=str.casefold)
        assert trip.rows().count("web-01") == 2
        assert "hv02" in trip.said().splitlines()[2]


async def test_a_group_of_the_config_file_is_on_the_first_screen(signed_in: FarHosts, config: Path) -> None:
    saved = '[groups.prod]\nhosts = ["you@hv01", "you@hv02"]\n'
    async with visit(signed_in, config, saved) as trip:
        await trip.until(lambda: "group of 2 hosts" in trip.said())
        await trip.press("enter")
        await trip.sees_vms()
        assert "prod" in trip.said().splitlines()[0]


async def test_a_mistake_in_one_group_hides_no_other_one_on_the_first_screen(
    signed_in: FarHosts, config: Path
) -> None:
    saved = '[groups.bad]\nhosts = ["https://hv01:5986", "hv01:5986"]\n[groups.prod]\nhosts = ["you@hv01", "you@hv02"]\n'
    async with visit(signed_in, config, saved) as trip:
        await trip.until(lambda: "group of 2 hosts" in trip.said())
        assert "“bad” has the host hv01:5986 twice" in " ".join(trip.said().split())


async def test_quitting_closes_the_sessions_with_all_hosts(signed_in: FarHosts, config: Path) -> None:
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) > 4)
        assert sorted(signed_in.open) == ["hv01", "hv02"]
        await trip.press("q")
    assert signed_in.open == []


async def test_y_copies_the_id_that_the_host_itself_knows(signed_in: FarHosts, config: Path) -> None:
    signed_in.scenarios.clear()
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.press("y")
        await trip.until(trip.toasts)
        (known,) = signed_in.world("hv02").vms
        assert trip.toasts()[-1] == f"Copied the ID of web-01: {known}"


@pytest.mark.parametrize("key", ["c", "S", "v"])
async def test_every_question_names_the_host_of_the_vm(key: str, signed_in: FarHosts, config: Path) -> None:
    """Another host has a VM of the same name."""
    signed_in.scenarios.clear()
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.open(key)
        assert "web-01 on hv02" in trip.said()


@pytest.mark.parametrize("key", ["a", "e", "d", "D"])
async def test_every_question_about_a_checkpoint_names_the_host_of_the_vm(
    key: str, signed_in: FarHosts, config: Path
) -> None:
    signed_in.scenarios.clear()
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.go_to("Old branch")
        await trip.open(key)
        assert "web-01 on hv02" in trip.said()


async def test_what_runs_and_what_came_of_it_names_the_host_of_the_vm(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.scenarios.clear()
    signed_in.world("hv02").durations["save"] = 60
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.open("v")
        await trip.click("save")
        await trip.until(lambda: "web-01 on hv02: saving" in trip.said())
        await trip.open("q")
        assert "saving web-01 on hv02" in trip.said()
        await trip.press("escape")
        signed_in.clock.advance(60)
        await trip.until(lambda: "✓ web-01 on hv02: saved " in trip.said())


async def test_a_delete_that_took_more_than_was_asked_for_is_told(signed_in: FarHosts, config: Path) -> None:
    signed_in.scenarios.clear()
    signed_in.world("hv02").unverified.destroy_takes_dependents = True
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.go_to("Clean install")
        await trip.open("d")
        await trip.click("delete")
        await trip.sees_dialog(ErrorDialog)
        assert "web-01: Partly done: deleting “Clean install”" in trip.said()
        assert "“Old branch” is gone too." in " ".join(trip.said().replace("│", " ").split())


async def test_of_two_commands_that_end_together_each_is_told(signed_in: FarHosts, config: Path) -> None:
    """A production checkpoint that became a standard one is said of each."""
    signed_in.scenarios.clear()
    for name in ("hv01", "hv02"):
        world = signed_in.world(name)
        world.durations["take_checkpoint"] = 60
        (vm,) = world.vms.values()
        vm.production_possible = False
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        for name in ("hv01", "hv02"):
            await trip.go_to_vm_of(name, "web-01")
            await trip.open("c")
            await trip.press("enter")
        await trip.until(lambda: len(trip.state.running) == 2)
        signed_in.clock.advance(60)
        await trip.until(lambda: not trip.state.running)
        await trip.until(lambda: sum("It is a standard checkpoint" in words for words in trip.toasts()) == 2)


async def test_the_cursor_stays_on_its_vm_when_the_host_turns_out_to_be_a_machine_that_is_listed_before(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.hosts["10.0.0.5"] = signed_in.host("hv01")
    signed_in.silent["hv01"] = HostUnreachable("hv01 does not answer on port 5986.")
    async with visit_group(signed_in, config, "hv01", "10.0.0.5") as trip:
        await trip.until(lambda: trip.rows() == ["hv01", "10.0.0.5", "web-01"])
        await trip.go_to_vm_of("10.0.0.5", "web-01")
        signed_in.silent.clear()
        await trip.press("f5")
        await trip.until(lambda: trip.rows() == ["hv01", "web-01", "10.0.0.5"])
        await trip.sees_created("Once", on="hv01")


async def test_a_machine_under_two_names_is_listed_once_and_its_second_row_says_so(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.hosts["10.0.0.5"] = signed_in.host("hv01")
    async with visit_group(signed_in, config, "hv01", "10.0.0.5") as trip:
        await trip.until(lambda: trip.rows() == ["hv01", "web-01", "10.0.0.5"])
        assert "same machine" in trip.said()
        assert "not connected" not in trip.said()
        await trip.go_to_host("10.0.0.5")
        await trip.until(lambda: "its VMs are listed there" in " ".join(trip.said().split()))
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.sees_created("Once", on="hv01")


async def test_a_machine_that_is_read_only_under_one_of_its_names_is_read_only(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.hosts["10.0.0.5"] = signed_in.host("hv01")
    saved = '[hosts.old]\naddress = "10.0.0.5"\nuser = "you"\nread_only = true\n'
    async with visit_group(signed_in, config, "hv01", "old", saved=saved) as trip:
        await trip.until(lambda: trip.rows() == ["hv01", "web-01", "old"])
        await trip.go_to_vm_of("hv01", "web-01")
        assert "READ ONLY" in trip.said()
        assert str(trip.main.why_not("create")) == "This host is read-only in your configuration."


async def test_the_panes_name_the_host_of_the_vm(signed_in: FarHosts, config: Path) -> None:
    """The row of its host may be scrolled away, and another host may have a VM of the same name."""
    signed_in.scenarios.clear()
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        await trip.go_to_vm_of("hv02", "web-01")
        await trip.until(lambda: "─ web-01 on hv02  running" in trip.said())
        assert "Now  web-01 on hv02" in trip.said()


async def test_the_list_says_how_old_it_is_once_no_host_answers_any_more(
    signed_in: FarHosts, config: Path
) -> None:
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.rows()) > 4)
        signed_in.dead.update({"hv01", "hv02"})
        signed_in.clock.advance(14)
        await trip.press("f5")
        await trip.until(lambda: heading(trip.vms) == "read 10 s ago")


async def test_a_filter_while_no_host_is_connected_does_not_say_that_there_are_no_vms(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.silent.update({name: HostUnreachable(f"{name} does not answer.") for name in ("hv01", "hv02")})
    async with visit_group(signed_in, config, "hv01", "hv02") as trip:
        await trip.until(lambda: "hv02 does not answer." in trip.troubles().values())
        await trip.press("slash", *"web")
        await trip.until(lambda: "of 0" in trip.said())
        assert trip.vms.empty == "No VM is listed: 2 of 2 hosts are not connected."


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_an_error_names_the_host_and_the_vm_also_where_its_title_is_cut(
    signed_in: FarHosts, config: Path, size: tuple[int, int]
) -> None:
    signed_in.scenarios.clear()
    async with visit_group(signed_in, config, "hv01", "hv02", size=size) as trip:
        await trip.until(lambda: len(trip.rows()) == 4)
        await trip.go_to_vm_of("hv02", "web-01")
        signed_in.host("hv02").network.write_faults.append(NetworkFault.REPLY_LOST)
        await trip.open("c")
        await trip.press("ctrl+u", *("x" * 40), "enter")
        await trip.sees_dialog(ErrorDialog)
        title = next(line for line in trip.said().splitlines() if "unknown:" in line)
        assert "hv02, web-01: Outcome unknown: " in title
        assert "x" * 40 not in title
        said = str(trip.app.screen.query_one("#box").query(Static).first().content)
        assert said == f"hv02, web-01: Outcome unknown: creating “{'x' * 40}”"


SAVED = """\
[hosts.hv01]
user = "you"
label = "PROD"
read_only = true
[hosts.hv02]
user = "you"
"""


async def test_the_label_of_a_host_is_on_its_row_and_in_the_title_while_it_or_a_vm_of_it_is_highlighted(
    signed_in: FarHosts, config: Path
) -> None:
    async with visit_group(signed_in, config, "hv01", "hv02", saved=SAVED, size=(120, 36)) as trip:
        await trip.until(lambda: len(trip.rows()) > 4)

        def title() -> str:
            return trip.said().splitlines()[0]

        assert "hv01   PROD    READ ONLY " in trip.said().splitlines()[2]
        for _ in ("grouped by host", "not grouped"):
            await trip.go_to_vm_of("hv01", "web-01")
            await trip.until(lambda: " PROD    READ ONLY " in title())
            await trip.go_to_vm_of("hv02", "web-01")
            await trip.until(lambda: "PROD" not in title() and "READ ONLY" not in title())
            await trip.press("b")


async def test_a_filter_that_nothing_matches_says_how_many_hosts_were_not_read_and_keeps_their_rows(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.silent["hv03"] = SILENT
    async with visit_group(signed_in, config, "hv01", "hv03") as trip:
        await trip.until(lambda: trip.troubles().get("hv03") == SILENT.message)
        for _ in ("grouped by host", "not grouped"):
            await trip.press("slash", *"nosuch", "enter")
            await trip.until(lambda: trip.rows() == ["hv03"])
            assert "No name contains “nosuch”." in trip.said()
            assert trip.vms.words_below.endswith("1 of 2 hosts is not connected: it may have more VMs.")
            await trip.press("escape", "b")
            await trip.until(lambda: "web-01" in trip.rows())


@pytest.mark.parametrize("filtered", [False, True])
async def test_hosts_that_are_not_signed_in_have_rows_where_the_vms_are_not_grouped_and_enter_asks(
    config: Path, *, filtered: bool
) -> None:
    async with visit_group(FarHosts(ManualClock()), config, "hv01", "hv02") as trip:
        await trip.sees_dialog(PasswordDialog)
        await trip.press("escape", "b")
        if filtered:
            await trip.press("slash", *"web", "enter")
        await trip.until(lambda: "2 of 2 hosts not connected" in trip.said())
        assert "no virtual machines" not in trip.said()
        await trip.go_to_host("hv02")
        await trip.press("enter")
        await trip.sees_dialog(PasswordDialog)
        await trip.press(*"correct", "space", *"horse", "enter")
        await trip.until(lambda: trip.rows() == ["web-01", "web-01"])


async def test_left_does_not_leave_a_vm_that_is_below_no_host(signed_in: FarHosts, config: Path) -> None:
    signed_in.silent["hv03"] = SILENT
    async with visit_group(signed_in, config, "hv01", "hv03") as trip:
        await trip.until(lambda: trip.troubles().get("hv03") == SILENT.message)
        await trip.press("b")
        await trip.until(lambda: trip.rows() == ["hv03", "web-01"])
        await trip.go_to_vm_of("hv01", "web-01")
        await trip.press("left")
        assert trip.vms.vm_id is not None


async def test_a_slow_host_says_on_its_row_for_how_long_it_has_not_answered(
    signed_in: FarHosts, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(active_session, "SLOW_SECONDS", 0.5)
    async with visit_group(signed_in, config, "hv01", "hv02", size=(120, 36)) as trip:
        await trip.until(lambda: len(trip.rows()) > 4)
        signed_in.host("hv02").network.latency = 600
        await trip.press("f5")
        await trip.until(lambda: "hv02" in trip.state.waiting_hosts)
        (row,) = [line for line in trip.said().splitlines() if "▾ hv02" in line]
        assert "No answer for" in row


def _asks_for(trip: GroupVisit, host: str) -> bool:
    return f"Password of you on {host}:" in trip.said()


async def test_a_password_is_not_shared_with_hosts_that_are_signed_in_to_in_another_way_or_warned_of(
    config: Path,
) -> None:
    saved = "".join(
        f'[hosts.{name}]\nuser = "you"\nauth = "{auth}"\n'
        for name, auth in (("hv01", "ntlm"), ("hv02", "credssp"), ("hv03", "credssp"), ("hv04", "ntlm"))
    )
    far = FarHosts(ManualClock())
    async with visit_group(far, config, "hv01", "hv02", "hv03", "hv04", saved=saved, size=(120, 36)) as trip:
        for name in ("hv01", "hv02", "hv03"):
            await trip.sees_dialog(PasswordDialog)
            await trip.until(partial(_asks_for, trip, name))
            assert ("the password itself." in trip.said()) is (name != "hv01")
            assert name not in [settings.host for settings in far.tried]
            await trip.press(*"correct", "space", *"horse", "enter")
        await trip.until(lambda: len(trip.rows()) == 8)


async def test_a_host_that_does_not_answer_is_named_once_on_its_row_and_its_details_say_what_can_be_done(
    signed_in: FarHosts, config: Path
) -> None:
    signed_in.silent["hv03"] = SILENT
    async with visit_group(signed_in, config, "hv01", "hv03", size=(120, 36)) as trip:
        await trip.until(lambda: trip.troubles().get("hv03") == SILENT.message)
        (row,) = [line for line in trip.said().splitlines() if "does not answer" in line]
        assert row.partition("does not answer")[0].split() == ["│", "hv03"]
        await trip.go_to_host("hv03")
        await trip.until(lambda: "Is it on? hvtui tries again by itself." in trip.said())


async def test_a_host_that_the_person_went_to_keeps_the_cursor_when_the_first_vms_are_listed(
    signed_in: FarHosts, tmp_path: Path
) -> None:
    for name in ("hv01", "hv02"):
        signed_in.silent[name] = HostUnreachable(f"{name} does not answer.")
    async with visit_group(signed_in, tmp_path / "config.toml", "hv01", "hv02") as trip:
        await trip.until(lambda: len(trip.troubles()) == 2)
        await trip.go_to_host("hv02")
        signed_in.silent.clear()
        await trip.press("f5")
        await trip.until(lambda: not trip.troubles() and len(trip.rows()) > 4)
        assert trip.main.host_name == "hv02"
        assert trip.main.vm_id is None
