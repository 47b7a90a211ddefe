"""The list of virtual machines."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from textual.app import App, ComposeResult

from hvtui.backends.model import Activity, CheckpointKind, Job, Unread, UnreadPart, VmId, VmState
from hvtui.tui.text.safe import safe
from hvtui.tui.widgets.vm_list import VmList
from tests.tui.painting import heading, lines_painted, shown, title
from tests.tui.samples import HOSTILE_NAMES, NOON, checkpoint, inventory, vm

WEB, DB, DC = vm("web-01"), vm("db-01", VmState.SAVED), vm("dc-01", VmState.OFF)
HOST = inventory(
    WEB,
    DB,
    DC,
    checkpoints=(
        checkpoint("a", WEB, 2),
        checkpoint("b", WEB, 1),
        checkpoint("c", DB, 41),
    ),
)


class ListApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.vms = VmList()
        self.vms.REST_SECONDS = 0  # type: ignore[misc]
        self.heard: list[tuple[str, VmId | None]] = []

    def compose(self) -> ComposeResult:
        yield self.vms

    def on_vm_list_highlighted(self, event: VmList.Highlighted) -> None:
        self.heard.append(("highlighted", event.vm_id))

    def on_vm_list_chosen(self, event: VmList.Chosen) -> None:
        self.heard.append(("chosen", VmId(event.row_id or "")))


@pytest.fixture
def app() -> ListApp:
    return ListApp()


async def test_a_line_shows_state_name_count_age_and_concern(app: ListApp) -> None:
    async with app.run_test(size=(32, 8)) as pilot:
        assert shown(app.vms)[0] == " Reading…"
        app.vms.inventory = HOST
        await pilot.pause()
        assert shown(app.vms)[:3] == [
            "▌● web-01          2    2 d",
            " ◐ db-01           1   41 d !",
            " ○ dc-01           –",
        ]
        assert title(app.vms) == "VMs  3"


async def test_on_a_node_of_a_cluster_it_says_that_only_this_nodes_are_listed(app: ListApp) -> None:
    async with app.run_test(size=(100, 8)) as pilot:
        node = replace(HOST.host, cluster="CL1")
        app.vms.inventory = replace(HOST, host=node)
        await pilot.pause()
        assert title(app.vms) == "VMs of this node  3"
        app.vms.inventory = replace(HOST, host=node, vms=())
        await pilot.pause()
        assert "This node of the cluster has no virtual machines." in shown(app.vms)[0]


async def test_the_title_gives_way_to_the_headings_and_then_those_on_the_left_to_the_others(
    app: ListApp,
) -> None:
    async with app.run_test(size=(100, 8)) as pilot:
        app.vms.inventory = HOST
        every = "state, uptime, memory, count, newest, oldest"
        seen = []
        for width in (100, 53, 32, 25, 15):
            await pilot.resize_terminal(width, 8)
            await pilot.pause()
            seen.append((title(app.vms), heading(app.vms)))
        assert seen == [
            ("Virtual machines  3", every),
            ("Virtual machines  3", "state, count, oldest"),
            ("VMs  3", "count, oldest"),
            ("VMs  3", "count"),
            ("VMs  3", ""),
        ]
        await pilot.resize_terminal(25, 8)
        app.vms.action_sort()
        await pilot.pause()
        assert heading(app.vms) == "by state"


async def test_the_column_of_states_shows_that_a_vm_is_critical(app: ListApp) -> None:
    async with app.run_test(size=(80, 8)) as pilot:
        paused = replace(WEB, state=VmState.PAUSED)
        app.vms.inventory = replace(HOST, vms=(paused, replace(DB, state=VmState.PAUSED, critical=True)))
        await pilot.pause()
        assert "paused" in shown(app.vms)[0]
        assert "critical" in shown(app.vms)[1]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (80, "▌● web-01           running                        2    1 d    2 d"),
        (50, "▌● web-01           running    2    2 d"),
        (24, "▌● web-01         2"),
        (14, "▌● web-01"),
    ],
)
async def test_narrow_lists_drop_columns(app: ListApp, width: int, line: str) -> None:
    async with app.run_test(size=(width, 8)) as pilot:
        app.vms.inventory = HOST
        await pilot.pause()
        assert shown(app.vms)[0] == line


async def test_a_running_operation_replaces_the_columns(app: ListApp) -> None:
    merging = replace(WEB, activity=Activity.CREATING)
    async with app.run_test(size=(32, 8)) as pilot:
        app.vms.inventory = inventory(merging, DB)
        app.vms.operations = {DB.id: "applying"}
        await pilot.pause()
        assert shown(app.vms)[0].endswith("  creating checkpoint")
        assert shown(app.vms)[1].endswith(" applying")
        with lines_painted(app.vms) as painted:
            app.vms.operations = {}
            await pilot.pause()
        assert painted == [1]


@pytest.mark.parametrize(
    ("verb", "word"),
    [
        ("deleting subtree", " deleting"),
        ("shutting down", " stopping"),
        ("turning off", " turning off"),
        ("deleting", " deleting"),
    ],
)
async def test_the_word_for_a_running_operation_is_never_cut(app: ListApp, verb: str, word: str) -> None:
    async with app.run_test(size=(24, 8)) as pilot:
        app.vms.inventory = HOST
        app.vms.operations = {WEB.id: verb}
        await pilot.pause()
        assert shown(app.vms)[0].endswith(word)


async def test_filter_is_of_any_case_and_anywhere(app: ListApp) -> None:
    async with app.run_test(size=(40, 8)) as pilot:
        app.vms.inventory = HOST
        await pilot.press("end")
        app.vms.filter_text = "WEB"
        await pilot.pause()
        assert app.vms.cursor == WEB.id
        assert title(app.vms) == "VMs  1 of 3"
        app.vms.filter_text = '"-0"'
        assert app.vms.cursor == WEB.id
        app.vms.filter_text = "[nothing]"
        await pilot.pause()
        assert app.vms.cursor is None
        assert shown(app.vms)[0] == " No name contains “[nothing]”."
        app.vms.filter_text = ""
        await pilot.pause()
        assert title(app.vms) == "VMs  3"
        assert app.vms.cursor is not None


async def test_a_filter_that_loses_the_cursors_row_puts_it_on_the_first_match(app: ListApp) -> None:
    async with app.run_test(size=(40, 8)) as pilot:
        app.vms.inventory = inventory(*(vm(f"a{number}") for number in range(5)), vm("z"))
        await pilot.press("end", "up")
        app.vms.filter_text = "a"
        assert app.vms.cursor == "vm-a4"
        app.vms.filter_text = ""
        await pilot.press("end")
        app.vms.filter_text = "a"
        assert app.vms.cursor == "vm-a0"


async def test_messages_carry_the_id_of_the_vm(app: ListApp) -> None:
    async with app.run_test(size=(40, 8)) as pilot:
        app.vms.inventory = HOST
        await pilot.press("down")
        await pilot.click(app.vms, offset=(3, 2), times=2)
        await pilot.pause()
        assert app.heard == [("highlighted", WEB.id), ("highlighted", DB.id), ("chosen", DB.id)]


async def test_an_update_keeps_the_cursor_and_paints_what_changed(app: ListApp) -> None:
    async with app.run_test(size=(40, 8)) as pilot:
        app.vms.inventory = HOST
        await pilot.press("down")
        await pilot.pause()
        with lines_painted(app.vms) as painted:
            app.vms.inventory = replace(HOST, taken=NOON + timedelta(minutes=1))
            await pilot.pause()
            assert painted == []
            off = replace(WEB, state=VmState.OFF)
            app.vms.inventory = replace(HOST, vms=(off, DB, DC))
            await pilot.pause()
            assert painted == [0]
            app.vms.now = NOON + timedelta(days=1)
            await pilot.pause()
            assert painted == [0, 0, 1]
        app.vms.inventory = replace(HOST, vms=(vm("aa"), WEB, DB, DC))
        assert app.vms.cursor == DB.id


async def test_no_vms_is_said(app: ListApp) -> None:
    async with app.run_test(size=(40, 8)) as pilot:
        app.vms.inventory = inventory()
        await pilot.pause()
        assert shown(app.vms)[0] == " This host has no virtual machines."


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_hostile_names_are_only_names(app: ListApp, name: str) -> None:
    async with app.run_test(size=(150, 8)) as pilot:
        app.vms.inventory = inventory(vm(name, id="1"), vm(name, id="2"))
        app.vms.filter_text = name
        await pilot.press("down")
        await pilot.click(VmList, offset=(6, 1))
        assert safe(name).rstrip() in shown(app.vms)[0]
        assert app.is_running


async def test_ten_thousand_are_filtered_in_milliseconds(app: ListApp) -> None:
    many = inventory(*(vm(f"server-{number:05}") for number in range(10_000)))
    async with app.run_test(size=(40, 20)) as pilot:
        app.vms.inventory = many
        app.vms.filter_text = "warm"
        await pilot.pause()
        started = time.perf_counter()
        for typed in ("9", "99", "999", "9999"):
            app.vms.filter_text = typed
        taken = time.perf_counter() - started
        assert title(app.vms) == "VMs  1 of 10000"
        assert taken < 0.4, "a hundred milliseconds a key, on the slowest of machines"


async def test_marks_grow_with_the_concern(app: ListApp) -> None:
    machines = [vm(f"vm{number}") for number in range(5)]
    machines[3] = replace(machines[3], critical=True)
    async with app.run_test(size=(40, 10)) as pilot:
        app.vms.inventory = inventory(
            *machines,
            checkpoints=(
                checkpoint("young", machines[0], 3),
                checkpoint("old", machines[1], 30),
                checkpoint("very old", machines[2], 180),
                checkpoint("left", machines[4], 2, kind=CheckpointKind.RECOVERY),
            ),
        )
        await pilot.pause()
        marks = [line[-2:].strip(" d") for line in (f"{line:<38}" for line in shown(app.vms)[:5])]
        assert marks == ["", "!", "!!", "!!", "!"]
        assert shown(app.vms)[3].startswith(" ▲ vm3"), "critical has a glyph of its own"


async def test_checkpoints_that_could_not_be_read_are_no_number_and_marked(app: ListApp) -> None:
    sick = Unread(vm_id=WEB.id, part=UnreadPart.CHECKPOINTS, words="Generic failure")
    async with app.run_test(size=(32, 8)) as pilot:
        app.vms.inventory = replace(HOST, unread=(sick,))
        await pilot.pause()
        assert shown(app.vms)[0].split() == ["▌●", "web-01", "?", "2", "d", "!"]
        assert shown(app.vms)[1].split() == ["◐", "db-01", "1", "41", "d", "!"]


@pytest.mark.parametrize("width", [20, 32, 50, 70])
async def test_a_vm_at_work_keeps_its_mark(app: ListApp, width: int) -> None:
    busy = replace(WEB, activity=Activity.BACKING_UP)
    async with app.run_test(size=(width, 8)) as pilot:
        app.vms.inventory = inventory(busy, DB, checkpoints=(checkpoint("very old", busy, 200),))
        await pilot.pause()
        assert "backup" in shown(app.vms)[0] or "backing up" in shown(app.vms)[0] or width < 26
        assert shown(app.vms)[0].endswith("!!")


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (24, "▌● web-01      43 % !!"),
        (32, "▌● web-01      merging 43 % !!"),
        (80, f"▌● web-01           {'merging 43 %':47}!!"),
    ],
)
async def test_what_is_done_to_a_vm_stands_beside_its_name_and_leaves_it_whole(
    app: ListApp, width: int, line: str
) -> None:
    merging = replace(WEB, activity=Activity.MERGING)
    job = Job(id="j", vm_id=WEB.id, activity=Activity.MERGING, percent=43)
    async with app.run_test(size=(width, 8)) as pilot:
        old = checkpoint("very old", merging, 200)
        app.vms.inventory = replace(inventory(merging, DB, checkpoints=(old,)), jobs=(job,))
        await pilot.pause()
        assert shown(app.vms)[0] == line


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (40, "VMs  3 count, oldest"),
        (47, "VMs  3 state, count, oldest"),
        (50, "Virtual machines  3 state, count, oldest"),
        (60, "VMs  3 state, memory, count, newest, oldest"),
        (72, "Virtual machines  3 state, uptime, memory, count, newest, oldest"),
    ],
)
async def test_the_columns_are_named_at_every_width(app: ListApp, width: int, words: str) -> None:
    async with app.run_test(size=(width, 8)) as pilot:
        app.vms.inventory = HOST
        await pilot.pause()
        assert f"{title(app.vms)} {heading(app.vms)}" == words


async def test_dates_that_are_none_are_left_out_of_the_ages(app: ListApp) -> None:
    dateless = replace(checkpoint("x", WEB, 1), created=datetime(1601, 1, 1, tzinfo=UTC))
    async with app.run_test(size=(32, 8)) as pilot:
        app.vms.inventory = inventory(WEB, checkpoints=(dateless,))
        await pilot.pause()
        assert shown(app.vms)[0].split() == ["▌●", "web-01", "1", "?"]
        app.vms.inventory = inventory(WEB, checkpoints=(dateless, checkpoint("y", WEB, 3)))
        await pilot.pause()
        assert shown(app.vms)[0].split() == ["▌●", "web-01", "2", "3", "d"]


async def test_a_list_that_may_lack_vms_says_so(app: ListApp) -> None:
    async with app.run_test(size=(40, 8)) as pilot:
        app.vms.inventory = replace(HOST, incomplete="Generic failure")
        await pilot.pause()
        assert heading(app.vms) == "not all are listed !"
        app.vms.inventory = replace(HOST, vms=(), incomplete="Generic failure")
        await pilot.pause()
        assert "No VM is listed: Generic failure" in shown(app.vms)[0]
        app.vms.inventory = HOST
        await pilot.pause()
        assert heading(app.vms) == "count, oldest"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=9), "just now"),
        (timedelta(seconds=14), "10 s ago"),
        (timedelta(seconds=59), "50 s ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(days=400), "400 d ago"),
    ],
)
async def test_in_the_narrowest_usual_list_its_age_is_on_its_border_while_the_host_cannot_be_read(
    app: ListApp, age: timedelta, words: str
) -> None:
    async with app.run_test(size=(32, 8)) as pilot:
        app.vms.inventory = HOST
        app.vms.oldest_reading, app.vms.now = HOST.taken, HOST.taken + age
        app.vms.stale = True
        await pilot.pause()
        assert heading(app.vms) == f"read {words}"


@pytest.mark.parametrize(
    ("total", "missing", "aged"),
    [
        (3, "VMs  3 not all !", "VMs  3 read 59 min ago"),
        (100, "VMs  50 of 100 not all !", "VMs read 59 min ago"),
        (3000, "VMs not all !", "VMs read 59 min ago"),
    ],
)
async def test_no_count_of_vms_is_too_long_for_what_is_wrong_with_the_list(
    app: ListApp, total: int, missing: str, aged: str
) -> None:
    every = tuple(vm(f"{'app' if number % 2 else 'web'}-{number}") for number in range(total))
    async with app.run_test(size=(32, 8)) as pilot:
        app.vms.filter_text = "app" if total > 3 else ""
        app.vms.inventory = replace(HOST, vms=every, checkpoints=(), incomplete="Generic failure")
        await pilot.pause()
        assert f"{title(app.vms)} {heading(app.vms)}" == missing
        app.vms.oldest_reading, app.vms.now = HOST.taken, HOST.taken + timedelta(minutes=59)
        app.vms.stale = True
        await pilot.pause()
        assert f"{title(app.vms)} {heading(app.vms)}" == aged
