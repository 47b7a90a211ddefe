"""The tree of one VM's checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.app import App, ComposeResult

from hvtui.backends.model import CheckpointId, CheckpointKind, Disk, DiskFile, DiskReading, VmDisks, VmState
from hvtui.tui.terminal.theme import textual_theme
from hvtui.tui.text.safe import safe
from hvtui.tui.widgets.branches import NOW, branches
from hvtui.tui.widgets.checkpoint_tree import CheckpointTree
from tests.tui.painting import heading, lines_painted, shown, title
from tests.tui.samples import HOSTILE_NAMES, checkpoint, inventory, vm

if TYPE_CHECKING:
    from hvtui.backends.model import Inventory

WEB = vm("web-01", current=CheckpointId("cu"))
CLEAN = checkpoint("Clean install", WEB, 122, id="clean", with_memory=True)
OLD = checkpoint("Old branch", WEB, 100, CLEAN, id="old")
OLDER = checkpoint("Second", WEB, 90, OLD, id="second")
UPDATE = checkpoint("Before CU-11", WEB, 2, CLEAN, id="cu")
DRIVER = checkpoint("Before driver", WEB, 1, UPDATE, id="driver")
DB = vm("db-01", VmState.OFF)
HOST = inventory(WEB, DB, checkpoints=(CLEAN, OLD, OLDER, UPDATE, DRIVER))


class TreeApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.checkpoints = CheckpointTree()
        self.checkpoints.REST_SECONDS = 0  # type: ignore[misc]
        self.heard: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield self.checkpoints

    def on_mount(self) -> None:
        self.show(HOST)

    def show(self, host: Inventory) -> None:
        self.checkpoints.inventory = host
        self.checkpoints.vm_id = self.checkpoints.vm_id or WEB.id

    def on_checkpoint_tree_highlighted(self, event: CheckpointTree.Highlighted) -> None:
        self.heard.append(event.row_id)


@pytest.fixture
def app() -> TreeApp:
    return TreeApp()


async def test_now_is_the_last_child_of_the_checkpoint_that_the_vm_runs_on(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)):
        assert shown(app.checkpoints)[:6] == [
            " ▾ Clean install      2025-11-02  memory",
            " ├─▾ Old branch       2025-11-24  no memory",
            " │ ─ Second           2025-12-04  no memory",
            " └─▾ Before CU-11     Mon 12:00   no memory",
            "   ├── Before driver  Tue 12:00   no memory",
            "▌  └─► Now            running",
        ]
        assert (title(app.checkpoints), heading(app.checkpoints)) == ("web-01  running", "taken, memory")
        assert app.heard == [NOW]


async def test_the_title_of_a_vm_with_a_long_name_leaves_out_its_state_and_then_headings(
    app: TreeApp,
) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        seen = []
        for length in (20, 27, 35):
            app.show(replace(HOST, vms=(replace(WEB, name="n" * length), DB)))
            await pilot.pause()
            seen.append((title(app.checkpoints).partition("  ")[-1], heading(app.checkpoints)))
        assert seen == [("", "taken, memory"), ("", "memory"), ("", "")]


async def test_without_checkpoints_there_is_only_now(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        app.checkpoints.vm_id = DB.id
        await pilot.pause()
        assert shown(app.checkpoints)[:2] == ["▌► Now            off", ""]
        app.checkpoints.vm_id = None
        await pilot.pause()
        assert shown(app.checkpoints)[0] == " No virtual machine is selected."
        app.checkpoints.inventory = None
        await pilot.pause()
        assert shown(app.checkpoints)[0] == "", "nothing is known before the first reading"


async def test_folding_counts_what_it_hides_and_says_when_now_is_in_it(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        app.checkpoints.put_cursor("old")
        await pilot.press("enter")
        assert shown(app.checkpoints)[1].startswith("▌├─▸ Old branch (1) ")
        app.checkpoints.put_cursor("clean")
        await pilot.press("space")
        assert shown(app.checkpoints)[:2] == ["▌▸ Clean install (4 ►) 2025-11-02  memory", ""]
        await pilot.press("space")
        assert shown(app.checkpoints)[1].startswith(" ├─▸ Old branch (1) "), "the inner fold is kept"


async def test_left_and_right_walk_in_and_out(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        cursors = []
        for key in ("left", "left", "left", "right", "right", "left", "h", "l", "l", "p"):
            await pilot.press(key)
            cursors.append((app.checkpoints.cursor, len(branches_shown(app))))
        assert cursors == [
            ("cu", 6),  # from Now to its parent
            ("cu", 4),  # folded
            ("clean", 4),  # a folded one goes out as well
            ("old", 4),  # into the first child
            ("second", 4),
            ("old", 4),
            ("old", 3),
            ("old", 4),
            ("second", 4),
            ("old", 4),
        ]


def branches_shown(app: TreeApp) -> list[str]:
    return [line for line in shown(app.checkpoints) if line]


async def test_folds_and_cursor_are_kept_over_updates_and_over_other_vms(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        app.checkpoints.put_cursor("old")
        await pilot.press("enter")
        fresh = checkpoint("Fresh", WEB, 0.5, DRIVER, id="fresh")
        app.show(replace(HOST, checkpoints=(*HOST.checkpoints, fresh)))
        await pilot.pause()
        assert app.checkpoints.cursor == "old"
        assert "▸ Old branch (1)" in shown(app.checkpoints)[1]
        app.checkpoints.vm_id = DB.id
        await pilot.pause()
        assert app.checkpoints.cursor == NOW
        app.checkpoints.vm_id = WEB.id
        await pilot.pause()
        assert app.checkpoints.cursor == "old"
        assert "▸ Old branch (1)" in shown(app.checkpoints)[1]


async def test_another_vm_is_announced_though_the_cursor_is_on_now_again(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        app.checkpoints.vm_id = DB.id
        await pilot.pause()
        assert app.heard == [NOW, NOW]


async def test_enter_never_does_more_than_fold(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        app.heard.clear()
        await pilot.press("enter", "enter", "space")
        assert app.heard == []


async def test_the_mouse_folds_on_the_glyph_only(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        await pilot.click(CheckpointTree, offset=(8, 2))
        assert app.checkpoints.cursor == "old"
        assert len(branches_shown(app)) == 6
        await pilot.click(CheckpointTree, offset=(4, 2))
        assert len(branches_shown(app)) == 5


async def test_equal_inventory_paints_nothing_and_a_new_state_paints_one_line(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        await pilot.pause()
        with lines_painted(app.checkpoints) as painted:
            app.show(replace(HOST))
            await pilot.pause()
            assert painted == []
            disks = VmDisks(
                vm_id=WEB.id,
                disks=(
                    Disk(vm_id=WEB.id, checkpoint_id=None, path="D:\\a.avhdx", location="SCSI 0:0"),
                    Disk(vm_id=WEB.id, checkpoint_id=WEB.current, path="D:\\a.vhdx", location="SCSI 0:0"),
                ),
                files=(
                    DiskFile(path="D:\\a.avhdx", size=12 * 2**30, differencing=True, parent="D:\\a.vhdx"),
                    DiskFile(path="D:\\a.vhdx", size=40 * 2**30, differencing=False),
                ),
            )
            app.checkpoints.disk_reading = DiskReading(vm_id=WEB.id, disks=disks)
            await pilot.pause()
            assert painted == [5]
        assert shown(app.checkpoints)[5].endswith(" running, 12 GB since")


async def test_a_step_paints_two_lines(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        await pilot.pause()
        with lines_painted(app.checkpoints) as painted:
            await pilot.press("up")
        assert sorted(painted) == [4, 5]


async def test_nothing_on_the_cursors_line_fades_into_it(app: TreeApp) -> None:
    async with app.run_test(size=(46, 10)) as pilot:
        app.register_theme(textual_theme("dark"))
        app.theme = "hvtui-dark"
        app.set_focus(None)
        await pilot.pause()
        faint = app.checkpoints.tone("faint").color
        drawn = [app.checkpoints.render_line(y) for y in (4, 5)]
        assert [any(s.style and s.style.color == faint for s in strip) for strip in drawn] == [True, False]


async def test_what_is_not_yours_is_drawn_apart(app: TreeApp) -> None:
    kinds: dict[str, dict[str, Any]] = {
        "auto": {"automatic": True},
        "backup": {"kind": CheckpointKind.RECOVERY},
        "replica": {"kind": CheckpointKind.REPLICA},
        "missing": {"kind": CheckpointKind.MISSING},
        "odd": {"kind": CheckpointKind.UNKNOWN, "kind_text": "[x]"},
    }
    marked = tuple(checkpoint(name, DB, 1, id=name, **more) for name, more in kinds.items())
    async with app.run_test(size=(46, 10)) as pilot:
        app.checkpoints.vm_id = DB.id
        app.show(inventory(DB, checkpoints=marked))
        await pilot.pause()
        rows = [line.split() for line in shown(app.checkpoints)[:5]]
        assert [(" ".join(row[1:3]), " ".join(row[5:])) for row in rows] == [
            ("◦ auto", "no memory"),
            ("■ backup", "backup"),
            ("✗ missing", "missing"),
            ("? odd", "unknown"),
            ("≡ replica", "replica"),
        ]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
async def test_hostile_names_are_only_names(app: TreeApp, name: str) -> None:
    host = vm(name, id="1", current=CheckpointId("2"))
    async with app.run_test(size=(220, 10)) as pilot:
        app.show(inventory(host, checkpoints=(checkpoint(name, host, id="2"),)))
        app.checkpoints.vm_id = host.id
        await pilot.press("up", "enter")
        assert safe(name).rstrip() in shown(app.checkpoints)[0]


async def test_a_chain_without_branches_is_not_indented(app: TreeApp) -> None:
    chain = [checkpoint("0", WEB, 100, id="0")]
    for number in range(1, 50):
        chain.append(checkpoint(str(number), WEB, 100 - number, chain[-1], id=str(number)))
    async with app.run_test(size=(46, 60)):
        app.show(inventory(replace(WEB, current=chain[-1].id), checkpoints=tuple(chain)))
        assert [line[1:5].strip() for line in shown(app.checkpoints)[:51]] == [
            *(f"▾ {number}" for number in range(50)),
            "► No",
        ]


@pytest.mark.parametrize("width", [1, 3, 8, 14, 26, 30, 44, 62])
async def test_deep_branches_leave_room_for_names(app: TreeApp, width: int) -> None:
    chain = [checkpoint("0", WEB, 100, id="0")]
    for number in range(1, 60):
        chain.append(checkpoint(str(number), WEB, 100 - number, chain[-1], id=str(number)))
    sides = [
        checkpoint("side", WEB, 200, parent, id=f"side {number}") for number, parent in enumerate(chain[:-1])
    ]
    async with app.run_test(size=(width, 10)) as pilot:
        app.show(inventory(replace(WEB, current=chain[-1].id), checkpoints=(*chain, *sides)))
        await pilot.press("end", "up")
        line = next(line for line in shown(app.checkpoints) if line.startswith("▌") or width < 4)
        assert width < 14 or "└─▾ 59" in line


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12),
    st.one_of(st.none(), st.integers(0, 12)),
    st.sets(st.integers(0, 9)),
)
def test_every_checkpoint_and_now_is_once_in_the_unfolded_tree(
    parents: list[tuple[int, int]], current: int | None, folded: set[int]
) -> None:
    checkpoints = [
        replace(checkpoint("x", WEB, age, id=str(number)), parent=CheckpointId(str(parent)))
        for number, (age, parent) in enumerate(parents)
    ]
    at = None if current is None else CheckpointId(str(current))
    rows = branches(checkpoints, at, ())
    assert sorted(row.id for row in rows) == sorted([NOW, *(c.id for c in checkpoints)])
    place = {row.id: index for index, row in enumerate(rows)}
    assert all(place[row.parent] < place[row.id] for row in rows if row.parent)
    some = branches(checkpoints, at, {CheckpointId(str(number)) for number in folded})
    assert {row.id for row in some} <= {row.id for row in rows}
    assert len(some) + sum(row.below for row in some if row.folded) == len(rows)
