"""The lines above and below: title, operations, keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from msgspec.structs import replace
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from hvtui.backends.contract import Capabilities
from hvtui.backends.errors import BackendError, Effect, OperationFailed, OutcomeUnknown
from hvtui.backends.hosts.config import SavedHost
from hvtui.backends.hosts.target import Target
from hvtui.backends.mock.backend import MockBackend
from hvtui.backends.model import Activity, CheckpointId, Job, Volume
from hvtui.backends.operations.command import Finding, FindingCode, Selection
from hvtui.backends.operations.commands import ApplyCheckpoint
from hvtui.backends.operations.operation import Ending, Operation
from hvtui.backends.operations.orphans import OtherWork
from hvtui.backends.operations.outcome import Findings
from hvtui.tui.text.safe import SafeText, safe
from hvtui.tui.text.status import failure_text
from hvtui.tui.widgets.key_bar import KeyBar
from hvtui.tui.widgets.operations.operation_strip import OperationStrip
from hvtui.tui.widgets.operations.shown import Shown, shown_operations
from hvtui.tui.widgets.title_bar import TitleBar
from tests.tui.painting import lines_painted, shown
from tests.tui.samples import HOSTILE_NAMES, NOON, checkpoint, inventory, vm

MERGING = Shown(
    what=SafeText("web-01: merging"),
    started=NOON - timedelta(minutes=4),
    percent=43,
    detail=SafeText("12 GB left"),
)
LOST = Shown(
    what=SafeText("db-01: applying Before CU-11"),
    started=NOON - timedelta(minutes=9),
    ended=NOON - timedelta(minutes=8),
    ending=Ending.UNKNOWN,
    detail=SafeText("the connection broke"),
)
DONE = replace(LOST, what=SafeText("db-01: applied Before CU-11"), ending=Ending.DONE, detail=SafeText(""))


def connected_to(name: str, *, label: str = "", read_only: bool = False) -> Target:
    """A saved host."""
    saved = SavedHost(name=name, label=label, read_only=read_only)
    return Target(name=name, backend=MockBackend(), settings=None, saved=saved)


class BarsApp(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,delete", "delete", "Delete", id="checkpoint.delete"),
        Binding("c", "create", "Create", id="checkpoint.create"),
        Binding("question_mark", "ask", "Help", id="help"),
        Binding("x", "hidden", "Hidden", show=False, id="hidden"),
    ]
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, target: Target | None = None) -> None:
        super().__init__()
        self.target = target or connected_to("hv-demo-01")
        self.did: list[str] = []

    def compose(self) -> ComposeResult:
        yield TitleBar(self.target)
        yield OperationStrip()
        yield KeyBar()

    def action_delete(self) -> None:
        self.did.append("delete")

    def action_create(self) -> None:
        self.did.append("create")


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (
            100,
            " hvtui   DEMO   hv-demo-01  Windows Server 2025 Datacenter                           D: 212 GB free",
        ),
        (80, " hvtui   DEMO   hv-demo-01  Windows Server 2025 Datacenter       D: 212 GB free"),
        (60, " hvtui   DEMO   hv-demo-01  Windows Server   D: 212 GB free"),
        (40, " hvtui   DEMO   hv-demo-01  Windows"),
    ],
)
async def test_the_title_drops_what_is_least_missed(width: int, line: str) -> None:
    app = BarsApp()
    async with app.run_test(size=(width, 10)) as pilot:
        bar = app.query_one(TitleBar)
        bar.capabilities = Capabilities(verbs=frozenset(), demo=True)
        bar.inventory = inventory()
        await pilot.pause()
        assert shown(bar) == [line]


async def test_the_title_names_the_tightest_volume_and_the_label() -> None:
    app = BarsApp(connected_to("hv01", label="[PROD]", read_only=True))
    async with app.run_test(size=(90, 10)) as pilot:
        bar = app.query_one(TitleBar)
        host = inventory().host
        small = Volume(name="E:", size=100 * 2**30, free=4 * 2**30)
        bar.inventory = replace(inventory(), host=replace(host, volumes=(*host.volumes, small)))
        await pilot.pause()
        assert shown(bar)[0].startswith(" hvtui   [PROD]    READ ONLY   hv01  hv-demo-01 ")
        assert shown(bar)[0].endswith("E: 4 GB free !")


@pytest.mark.parametrize(
    ("saved_as", "width", "names"),
    [
        ("files", 80, "files  hv-demo-01  Windows"),
        ("files", 26, "files"),
        ("HV-DEMO-01", 80, "HV-DEMO-01  Windows"),
        ("hv-demo-01.corp.example", 80, "hv-demo-01.corp.example  Windows"),
    ],
)
async def test_a_saved_host_has_the_name_that_it_was_saved_under(
    saved_as: str, width: int, names: str
) -> None:
    app = BarsApp(connected_to(saved_as))
    async with app.run_test(size=(width, 10)) as pilot:
        bar = app.query_one(TitleBar)
        bar.inventory = inventory()
        await pilot.pause()
        assert shown(bar)[0].strip().startswith(f"hvtui  {names}")


async def test_the_title_names_the_target_before_the_host_answers_and_then_the_cluster_of_the_node() -> None:
    app = BarsApp(connected_to("hv01 [/]"))
    async with app.run_test(size=(80, 10)) as pilot:
        bar = app.query_one(TitleBar)
        await pilot.pause()
        assert shown(bar) == [" hvtui  hv01 [/]  connecting…"]
        host = replace(inventory().host, cluster="CL [prod]")
        bar.inventory = replace(inventory(), host=host)
        await pilot.pause()
        assert shown(bar)[0].startswith(" hvtui  hv01 [/]  hv-demo-01  node of cluster CL [prod]  ")


async def test_operations_running_lost_and_done() -> None:
    app = BarsApp()
    async with app.run_test(size=(90, 10)) as pilot:
        strip = app.query_one(OperationStrip)
        assert shown(strip) == ["", ""]
        strip.now = NOON
        strip.operations = (MERGING, LOST, DONE)
        await pilot.pause()
        assert shown(strip) == [
            " ◌ web-01: merging   43 %  ━━━━╌╌╌╌╌╌  4 min so far  12 GB left",
            " ? db-01: applying Before CU-11  outcome unknown  8 minutes ago  the connect…  and 1 more",
        ]
        strip.operations = (
            DONE,
            replace(LOST, ending=Ending.FAILED, detail=SafeText("no space")),
        )
        await pilot.pause()
        assert shown(strip) == [
            " ✓ db-01: applied Before CU-11  8 minutes ago",
            " ✗ db-01: applying Before CU-11  failed  8 minutes ago  no space",
        ]


async def test_what_runs_is_never_hidden_behind_a_number() -> None:
    app = BarsApp()
    async with app.run_test(size=(80, 10)) as pilot:
        strip = app.query_one(OperationStrip)
        strip.now = NOON
        strip.operations = (MERGING, DONE, MERGING)
        await pilot.pause()
        assert (
            shown(strip)[1]
            == " ✓ db-01: applied Before CU-11  8 minutes ago            ◌ web-01: merging 43 %"
        )
        strip.operations = (MERGING, DONE, MERGING, LOST)
        await pilot.pause()
        assert shown(strip)[1].endswith("  ◌ web-01: merging 43 %  and 1 more")
        strip.operations = (MERGING, DONE, MERGING, LOST, MERGING)
        await pilot.pause()
        assert shown(strip)[1].endswith("  and 3 more (2 running)")
        strip.operations = (MERGING, DONE, MERGING, LOST)
        await pilot.resize_terminal(60, 10)
        await pilot.pause()
        assert shown(strip)[1] == " ✓ db-01: applied Before CU-11       and 2 more (1 running)"


def test_a_result_goes_before_the_work_of_others_only_while_it_is_new() -> None:
    ours, theirs = vm("web-01"), vm("app-02")
    command = ApplyCheckpoint(vm=ours, checkpoint=checkpoint("a", ours), safety_name=None)
    running = Operation(command=command, before=Selection(), started=NOON)
    done = replace(running, ended=NOON, ending=Ending.DONE)
    work = OtherWork(vm=theirs, started=NOON, doing="merging")

    def order(now: datetime) -> list[str]:
        found = shown_operations([running], [done, done], [], [work], [], now)
        return [f"{each.what[:6]} {each.ending or 'running'}" for each in found]

    ran, ended, merging = "web-01 running", "web-01 done", "app-02 running"
    assert order(NOON + timedelta(minutes=1)) == [ran, ended, merging, ended]
    assert order(NOON + timedelta(minutes=2)) == [ran, merging, ended, ended]


def test_what_is_said_of_an_apply_names_its_safety_checkpoint() -> None:
    machine = vm("web-01")
    command = ApplyCheckpoint(vm=machine, checkpoint=checkpoint("Old", machine), safety_name="Before Old")
    made = CheckpointId("made")
    done = Operation(
        command=command, before=Selection(), started=NOON, ended=NOON, ending=Ending.DONE, created=made
    )
    named = "Safety checkpoint: “Before Old”."
    assert [each.detail for each in shown_operations([], [done], [], [], [], NOON)] == [named]
    reported = replace(
        done,
        created=None,
        error=OperationFailed("No."),
        findings=Findings(
            findings=(Finding(code=FindingCode.CREATED, name="Before Old", effect=Effect.DONE),)
        ),
    )
    (named_apply,) = shown_operations([], [reported], [], [], [], NOON)
    assert named_apply.detail == f"It was applied, and the host reported: No. {named}"


async def test_a_command_is_not_only_done_while_the_host_still_lists_its_job() -> None:
    machine, other = vm("web-01"), vm("app-02")
    command = ApplyCheckpoint(vm=machine, checkpoint=checkpoint("Old", machine), safety_name=None)
    done = Operation(command=command, before=Selection(), started=NOON, ended=NOON, ending=Ending.DONE)
    job = Job(id="1", vm_id=machine.id, activity=Activity.APPLYING, percent=40, started=NOON)
    work = OtherWork(vm=machine, started=NOON, doing=job.activity.value, percent=40)
    app = BarsApp()
    async with app.run_test(size=(90, 10)) as pilot:
        strip = app.query_one(OperationStrip)
        strip.operations = shown_operations([], [done], [], [work], [job], NOON)
        await pilot.pause()
        assert [line.rstrip() for line in shown(strip)] == [
            " ◌ web-01: applied Old  host still lists a job   40 %  ━━━━╌╌╌╌╌╌  applying checkpoint",
            "",
        ]
    for unrelated in (
        replace(job, vm_id=other.id),
        replace(job, started=NOON + timedelta(seconds=1)),
        replace(job, activity=Activity.MERGING),
    ):
        assert [each.still for each in shown_operations([], [done], [], [], [unrelated], NOON)] == [""]


async def test_a_narrow_strip_leaves_out_rather_than_cut_a_number() -> None:
    app = BarsApp()
    async with app.run_test(size=(52, 10)) as pilot:
        strip = app.query_one(OperationStrip)
        strip.now = NOON
        strip.operations = (LOST, MERGING)
        await pilot.pause()
        assert shown(strip) == [
            " ? db-01: applying Before CU-11  outcome unknown",
            " ◌ web-01: merging   43 %  ━━━━╌╌╌╌╌╌  4 min so far",
        ]


async def test_the_age_of_the_screen_is_shown_once_it_is_stale() -> None:
    app = BarsApp()
    async with app.run_test(size=(90, 10)) as pilot:
        strip = app.query_one(OperationStrip)
        strip.oldest_reading, strip.now = NOON, NOON + timedelta(seconds=30)
        await pilot.pause()
        assert shown(strip) == ["", ""]
        with lines_painted(strip) as painted:
            strip.now = NOON + timedelta(seconds=59)
            await pilot.pause()
            assert painted == []
            strip.now = NOON + timedelta(minutes=3)
            await pilot.pause()
            assert painted == [1]
        assert shown(strip)[1].strip() == "read 3 minutes ago"
        strip.failure = SafeText("The host [/] does not answer.")
        await pilot.pause()
        assert shown(strip)[1].strip() == "The host [/] does not answer."


@pytest.mark.parametrize("name", HOSTILE_NAMES)
@pytest.mark.parametrize("width", [9, 30, 80])
async def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    app = BarsApp(connected_to("hv01", label=name))
    async with app.run_test(size=(width, 10)) as pilot:
        strip, bar = app.query_one(OperationStrip), app.query_one(TitleBar)
        host = replace(inventory().host, name=name, system=name)
        bar.inventory = replace(inventory(), host=host)
        strip.now = NOON
        machine = vm(name, id="1")
        command = ApplyCheckpoint(vm=machine, checkpoint=checkpoint(name, machine), safety_name=None)
        running = Operation(command=command, before=Selection(), started=LOST.started)
        lost = replace(running, ended=LOST.ended, ending=Ending.UNKNOWN, error=OutcomeUnknown(name))
        job = Job(id="1", vm_id=machine.id, activity=Activity.APPLYING, percent=43)
        strip.operations = shown_operations([running], [lost, lost], [], [], [job], NOON)
        strip.failure = failure_text(BackendError(name), retries=True, refresh_key="F5")
        await pilot.pause()
        for index in (0, 1):
            assert sum(cell_len(text) for text, _ in strip.line(index)[1]) <= max(width, 20)
        assert safe(name)[:5].strip() in shown(bar)[0] or width < 30


async def test_keys_come_in_their_order_and_the_least_important_go_first() -> None:
    app = BarsApp()
    async with app.run_test(size=(40, 10)) as pilot:
        keys = app.query_one(KeyBar)
        keys.order = ("checkpoint.create", "checkpoint.delete", "help")
        await pilot.pause()
        assert shown(keys)[0].startswith(" c Create  d Delete  ? Help")
        keys.keep = {"help"}
        await pilot.resize_terminal(20, 10)
        await pilot.pause()
        assert shown(keys) == [" c Create  ? Help"]
        await pilot.resize_terminal(3, 10)
        await pilot.pause()
        assert shown(keys) == [""]


async def test_a_greyed_key_stays_live() -> None:
    app = BarsApp()
    async with app.run_test(size=(60, 10)) as pilot:
        keys = app.query_one(KeyBar)
        keys.order = ("checkpoint.create", "checkpoint.delete", "help")
        await pilot.pause()
        before = keys.line(0)
        keys.why_not = lambda action: "It is locked." if action == "delete" else None
        await pilot.pause()
        assert keys.line(0) != before
        assert ("d", "faint") in keys.line(0)[1]
        assert ("c", "accent") in keys.line(0)[1]
        await pilot.press("d")
        await pilot.click(KeyBar, offset=(3, 0))
        await pilot.click(KeyBar, offset=(12, 0))
        await pilot.click(KeyBar, offset=(55, 0))
        await pilot.pause()
        assert app.did == ["delete", "create", "delete"]


def test_a_command_has_no_progress_from_a_merge_on_its_vm() -> None:
    machine = vm("web-01")
    command = ApplyCheckpoint(vm=machine, checkpoint=checkpoint("Old", machine), safety_name=None)
    running = Operation(command=command, before=Selection(), started=NOON)
    merge = Job(id="1", vm_id=machine.id, activity=Activity.MERGING, percent=43)
    own = Job(id="2", vm_id=machine.id, activity=Activity.APPLYING, percent=7)
    assert [each.percent for each in shown_operations([running], [], [], [], [own, merge], NOON)] == [7]
    assert [each.percent for each in shown_operations([running], [], [], [], [merge], NOON)] == [None]


@pytest.mark.parametrize("ending", [None, Ending.UNKNOWN])
def test_a_long_name_of_a_vm_leaves_room_for_what_is_done_with_it(ending: Ending | None) -> None:
    long = replace(vm("数据库" * 12), host="hv-" + "x" * 60)
    done = checkpoint("Old branch", long, 3)
    running = Operation(
        command=ApplyCheckpoint(vm=long, checkpoint=done, safety_name=None, start=False),
        before=Selection(inventory=None, vm_id=None, checkpoint_id=None, capabilities=None),
        started=NOON,
        ending=ending,
    )
    (line,) = shown_operations([running], [], [], [], [], NOON)
    assert line.words(40).endswith(": applying Old branch")
    assert cell_len(line.words(40)) <= 40
    assert line.words(400) == line.what
