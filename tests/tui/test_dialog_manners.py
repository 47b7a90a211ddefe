"""What all dialogs have in common: their own key bar, messages on the border, and how hvtui is quit from them."""

from __future__ import annotations

from typing import Literal

import pytest
from textual import events

from hvtui.backends.errors import BackendError
from hvtui.tui.dialogs import dialog
from hvtui.tui.dialogs.commands.delete import DeleteDialog
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.quit import QuitDialog
from hvtui.tui.text.safe import SafeText
from hvtui.tui.widgets.checkbox import Checkbox
from hvtui.tui.widgets.key_bar import KeyBar
from tests.tui.journey import Journey, journey
from tests.tui.painting import shown

SIZES = ((40, 12), (60, 20), (80, 24))


def last_line(trip: Journey) -> str:
    return trip.said().splitlines()[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_a_dialog_shows_its_own_keys_and_none_of_the_screen_below(size: tuple[int, int]) -> None:
    async with journey("one", size) as trip:
        await trip.go_to("Old branch")
        await trip.open("d")
        await trip.until(lambda: "Choose" in last_line(trip))
        assert "Cancel" in last_line(trip)
        assert "Create" not in last_line(trip)
        await trip.press("escape")
        await trip.until(lambda: "Create" in last_line(trip))


@pytest.mark.parametrize("size", SIZES)
async def test_the_key_bar_of_a_dialog_names_the_page_keys_only_where_something_is_out_of_view(
    size: tuple[int, int],
) -> None:
    async with journey("one", size) as trip:
        await trip.go_to("Old branch")
        asked = await trip.open("a")
        scrolls = asked.query_one("#box").max_scroll_y > 0
        assert scrolls == (size == (40, 12))
        await trip.until(lambda: ("Scroll" in last_line(trip)) == scrolls)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["a", "c", "d", "D", "e", "S", "v"])
async def test_the_buttons_of_every_dialog_are_in_view_at_every_size(size: tuple[int, int], key: str) -> None:
    async with journey("one", size) as trip:
        await trip.go_to("Before CU-11")
        asked = await trip.open(key)
        await trip.pilot.pause()
        for button in asked.query("Button"):
            assert asked.region.contains_region(button.region), button.id
            assert str(getattr(button, "label", "")) in trip.said()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["a", "D", "question_mark", "ctrl+p"])
async def test_no_dialog_covers_the_title_that_names_the_host(size: tuple[int, int], key: str) -> None:
    async with journey("one", size) as trip:
        await trip.go_to("Before CU-11")
        title = trip.said().splitlines()[0]
        assert "DEMO" in title
        await trip.press(key)
        await trip.until(lambda: trip.app.screen is not trip.main)
        top, *_ = await trip.cells()
        assert "".join(cell.text for cell in top) == title


async def test_the_button_that_loses_something_is_red_and_the_others_are_not() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        for key, red in (("d", {"delete"}), ("a", {"apply"}), ("S", {"turn-off"}), ("v", set())):
            asked = await trip.open(key)
            error = asked.app.theme_variables["error"]
            assert {b.id for b in asked.query("Button") if b.styles.color.hex == error.upper()} == red
            await trip.press("escape")
            await trip.until(lambda: trip.app.screen is trip.main)


async def test_what_is_copied_from_an_error_is_said_on_the_border_of_its_dialog() -> None:
    async with journey() as trip:
        assert trip.app.connection is not None
        trip.app.connection.report(BackendError("The shelf fell over."))
        await trip.sees_dialog(ErrorDialog)
        await trip.press("y")
        await trip.until(lambda: "─ Copied. ─" in trip.said())
        assert "The shelf fell over." in trip.app.clipboard
        assert trip.toasts() == []


async def test_a_message_that_comes_while_a_dialog_is_open_is_shown_once_it_is_closed() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        await trip.open("d")
        trip.main.warn(SafeText("The host is low on memory."))
        await trip.pilot.pause()
        assert trip.toasts() == []
        await trip.press("escape")
        await trip.until(lambda: trip.toasts() == ["The host is low on memory."])


async def test_a_message_is_not_over_a_dialog_that_is_opened_and_is_shown_again_after_it() -> None:
    async with journey() as trip:
        trip.main.warn(SafeText("The host is low on memory."))
        await trip.until(lambda: "low on memory" in trip.said())
        await trip.open("question_mark")
        assert "low on memory" not in trip.said()
        await trip.press("escape")
        await trip.until(lambda: "low on memory" in trip.said())


async def test_a_message_is_not_over_the_palette_that_is_opened_and_is_shown_again_after_it() -> None:
    async with journey(size=(60, 20)) as trip:
        trip.main.warn(SafeText("The host is low on memory."))
        await trip.until(lambda: "low on memory" in trip.said())
        await trip.press("ctrl+p")
        await trip.until(lambda: "Sort the VMs" in trip.said())
        assert "low on memory" not in trip.said()
        await trip.press("escape")
        await trip.until(lambda: "low on memory" in trip.said())


async def test_the_key_bar_names_the_key_of_a_checkbox() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        dialog = await trip.open("a")
        bar = dialog.query_one(KeyBar)
        assert "Space" not in shown(bar)[0]
        dialog.set_focus(dialog.query_one(Checkbox))
        await trip.until(lambda: shown(bar)[0].startswith(" Space Check  Esc Cancel"))


async def test_a_message_covers_neither_the_key_bar_nor_the_first_lines_of_the_details() -> None:
    async with journey() as trip:
        before = trip.said().splitlines()
        trip.main.warn(SafeText("A word of warning. " * 10))
        await trip.until(lambda: "A word of warning." in trip.said())
        now = trip.said().splitlines()
        changed = [index for index, line in enumerate(now) if line != before[index]]
        first = next(index for index, line in enumerate(before) if "Now  web-01" in line)
        assert min(changed) > first + 2
        assert max(changed) < len(now) - 1


async def test_ctrl_c_says_once_how_to_quit_and_quits_when_it_is_repeated() -> None:
    async with journey() as trip:
        await trip.press("ctrl+c")
        await trip.until(lambda: trip.toasts() == ["To quit, press q, or Ctrl+C again."])
        assert trip.app.is_running
        await trip.press("ctrl+c")
        await trip.until(lambda: trip.app._exit)


async def test_ctrl_c_in_a_dialog_is_answered_on_its_border_and_ctrl_q_quits_from_there() -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        await trip.open("d")
        await trip.press("ctrl+c")
        await trip.until(lambda: "To quit, press Ctrl+Q, or Ctrl+C again." in trip.said())
        await trip.press("ctrl+q")
        await trip.until(lambda: trip.app._exit)
        assert "Old branch" in trip.names()


@pytest.mark.parametrize("keys", [["ctrl+q"], ["ctrl+c", "ctrl+c"]])
async def test_while_a_write_runs_no_dialog_lets_hvtui_quit_without_a_question(keys: list[str]) -> None:
    async with journey() as trip:
        await trip.go_to("Old branch")
        release = await trip.start_held_save()
        await trip.open("question_mark")
        await trip.press(*keys)
        await trip.sees_dialog(QuitDialog)
        assert not trip.app._exit
        await trip.press("ctrl+q", "escape")
        await trip.until(lambda: not isinstance(trip.app.screen, QuitDialog))
        assert not trip.app._exit
        release.set()


async def test_the_question_whether_to_quit_says_when_the_command_has_ended_and_quits_only_when_answered() -> (
    None
):
    async with journey() as trip:
        release = await trip.start_held_save()
        await trip.press("q")
        await trip.sees_dialog(QuitDialog)
        assert "The host finishes the current step" in trip.said()
        release.set()
        await trip.until(lambda: "The command has ended." in trip.said())
        assert "saving web-01 (ended)" in trip.said()
        assert "The host finishes the current step" not in trip.said()
        assert isinstance(trip.app.screen, QuitDialog)
        assert not trip.app._exit
        await trip.press("enter")
        await trip.until(lambda: trip.app.screen is trip.main)


async def test_a_paste_that_the_terminal_sends_as_keys_answers_no_dialog_that_its_first_letter_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dialog, "BURST_SECONDS", 60.0)
    async with journey() as trip:
        await trip.go_to("Old branch")
        for key in ("d", "left"):
            trip.app.post_message(events.Key(key, None))
        await trip.sees_dialog(DeleteDialog)
        await trip.press("left", "enter", "enter")
        assert isinstance(trip.app.screen, DeleteDialog)
        await trip.press("escape")
        await trip.until(lambda: trip.app.screen is trip.main)
        assert "Old branch" in trip.names()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36), (200, 60)])
async def test_no_notification_covers_the_title_the_operations_or_the_keys(size: tuple[int, int]) -> None:
    async with journey("one", size) as trip:
        await trip.start_held_save()
        await trip.until(lambda: "saving" in trip.said().splitlines()[-3])
        before = trip.said().splitlines()
        for number in range(12):
            trip.app.notify(f"Message {number}: {'something that a person should read. ' * 3}", markup=False)
        await trip.until(lambda: "Message 11" in trip.said())
        after = trip.said().splitlines()
        assert "DEMO" in after[0]
        assert (after[0], after[-3:]) == (before[0], before[-3:])


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
@pytest.mark.parametrize("severity", ["information", "warning"])
async def test_a_notification_of_any_length_is_shown_to_its_last_word(
    size: tuple[int, int], severity: Literal["information", "warning"]
) -> None:
    async with journey("one", size) as trip:
        for length in range(size[0] - 6, size[0] + 3):
            text = f"{'x' * (length - 4)} END"
            trip.app.clear_notifications()
            await trip.until(lambda: "END" not in trip.said())
            trip.app.notify(text, severity=severity, markup=False)
            await trip.until(lambda: "END" in trip.said())


async def test_no_single_key_leads_to_the_button_that_applies_without_a_safety_checkpoint() -> None:
    async with journey() as trip:
        await trip.go_to("Before CU-11")
        asked = await trip.open("a")
        for start in ("start", "name", "create-and-apply"):
            for key in ("shift+tab", "tab"):
                before = asked.query_one(f"#{start}").focus()
                await trip.until(lambda before=before: trip.app.focused is before)  # type: ignore[misc]
                await trip.press(key)
                assert asked.focused is not before
                assert asked.focused is not asked.query_one("#apply")
        await trip.click("apply")
        await trip.until(lambda: trip.app.screen is trip.main)


async def test_a_notification_that_is_shown_when_a_dialog_opens_does_not_cover_its_buttons() -> None:
    async with journey("one") as trip:
        await trip.go_to("Before CU-11")
        trip.app.notify("It is a standard checkpoint. " * 9, markup=False)
        await trip.until(lambda: "It is a standard" in trip.said())
        await trip.open("a")
        await trip.cells()
        assert "It is a standard" not in trip.said()
        assert "Create Checkpoint and Apply" in trip.said()
        await trip.press("escape")
        await trip.until(lambda: "It is a standard" in trip.said())
