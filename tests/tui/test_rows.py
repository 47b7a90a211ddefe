"""The list keeps cursor and scroll position by row id, and paints only the lines that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from textual.app import App, ComposeResult

from hvtui.tui.text.safe import SafeText
from hvtui.tui.widgets.rows import Rows
from tests.tui.painting import lines_painted, shown

if TYPE_CHECKING:
    from textual.message import Message

    from hvtui.tui.widgets.lines import Spans

ALPHABET = [chr(letter) for letter in range(ord("a"), ord("z") + 1)]


class Letters(Rows[str]):
    REST_SECONDS = 0.0

    def row_id(self, row: str) -> str:
        return row

    def spans(self, row: str, width: int) -> Spans:
        return ((SafeText(f"letter {row}"[:width]), ""),)


class LettersApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.letters = Letters()
        self.heard: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield self.letters

    def on_rows_highlighted(self, event: Rows.Highlighted) -> None:
        self.heard.append(event.row_id)


@pytest.fixture
def app() -> LettersApp:
    return LettersApp()


@pytest.mark.parametrize(
    ("keys", "cursor"),
    [
        ("down", "b"),
        ("j j k", "b"),
        ("up", "a"),
        ("end", "z"),
        ("G g", "a"),
        ("pagedown", "h"),
        ("end pageup home down", "b"),
        ("end down", "z"),
    ],
)
async def test_keys_move_the_cursor(app: LettersApp, keys: str, cursor: str) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.press(*keys.split())
        assert app.letters.cursor == cursor
        top = app.letters.scroll_offset.y
        assert top <= ALPHABET.index(cursor) < top + 8, "the cursor is in view"


async def test_the_cursor_and_the_scroll_stay_with_their_row(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.press("pagedown", "pagedown", "up")
        before = ALPHABET.index("n") - app.letters.scroll_offset.y
        app.letters.show_rows(["1", "2", "3", *ALPHABET])
        await pilot.pause()
        assert app.letters.cursor == "n"
        assert 3 + ALPHABET.index("n") - app.letters.scroll_offset.y == before


async def test_a_view_that_was_scrolled_away_from_the_cursor_stays_too(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.pause()
        app.letters.scroll_to(y=12, animate=False)
        await pilot.pause()
        app.letters.show_rows(["1", "2", "3", *ALPHABET])
        await pilot.pause()
        assert app.letters.cursor == "a"
        assert shown(app.letters)[0].strip() == "letter m"


async def test_when_its_row_goes_the_cursor_stays_about_there(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.press("j", "j")
        app.letters.show_rows([letter for letter in ALPHABET if letter != "c"])
        assert app.letters.cursor == "d"
        app.letters.show_rows(["a"])
        assert app.letters.cursor == "a"
        app.letters.show_rows([])
        assert app.letters.cursor is None


async def test_highlighted_comes_when_the_cursor_rests_and_only_for_another_row(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.pause()
        assert app.heard == ["a"]
        app.letters.show_rows(ALPHABET[:])
        await pilot.pause()
        assert app.heard == ["a"]
        app.letters.REST_SECONDS = 3600  # type: ignore[misc]
        await pilot.press("j", "j")
        assert app.heard == ["a"], "it does not rest yet"
        app.letters.REST_SECONDS = 0  # type: ignore[misc]
        await pilot.press("j")
        await pilot.pause()
        assert app.heard == ["a", "d"]


async def test_a_step_paints_two_lines(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.pause()
        with lines_painted(app.letters) as painted:
            await pilot.press("j")
            await pilot.pause()
        assert sorted(painted) == [0, 1]


async def test_equal_rows_paint_nothing(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.pause()
        with lines_painted(app.letters) as painted:
            app.letters.show_rows(ALPHABET[:])
            await pilot.pause()
        assert painted == []


async def test_a_changed_row_paints_itself_alone(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.pause()
        with lines_painted(app.letters) as painted:
            app.letters.show_rows([*ALPHABET[:3], "D", *ALPHABET[4:]])
            await pilot.pause()
        assert painted == [3]


async def test_the_cursor_is_seen_without_focus_but_fainter(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        app.letters.focus()
        await pilot.pause()
        focused = shown(app.letters)[0]
        app.set_focus(None)
        await pilot.pause()
        assert focused == "▌letter a"
        assert shown(app.letters)[0] == "▏letter a"


async def test_an_empty_list_says_so_at_any_width(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.empty = SafeText("Nothing matches what you typed.")
        app.letters.show_rows([])
        await pilot.pause()
        assert shown(app.letters)[:2] == [" Nothing matches what you", " typed."]
        await pilot.press("down", "end", "pageup", "enter")
        for width in (8, 3, 1):
            await pilot.resize_terminal(width, 5)
            app.letters.show_rows(ALPHABET)
            app.letters.show_rows([])
            await pilot.pause()


async def test_the_mouse_moves_chooses_and_scrolls(app: LettersApp) -> None:
    chosen: list[str | None] = []

    def note(message: Message) -> None:
        if isinstance(message, Rows.Chosen):
            chosen.append(message.row_id)

    async with app.run_test(size=(30, 10), message_hook=note) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.pause()
        await pilot.click(Letters, offset=(5, 3))
        assert app.letters.cursor == "c"
        assert chosen == []
        await pilot.double_click(Letters, offset=(5, 4))
        assert app.letters.cursor == "d"
        assert set(chosen) == {"d"}
        await pilot.click(Letters, offset=(5, 0))
        assert app.letters.cursor == "d", "the border is no row"


async def test_ten_thousand_rows_cost_no_more_than_what_is_seen(app: LettersApp) -> None:
    asked: list[str] = []

    class Asking(Letters):
        def spans(self, row: str, width: int) -> Spans:
            asked.append(row)
            return super().spans(row, width)

        def row_id(self, row: str) -> str:
            asked.append(row)
            return row

    app.letters = Asking()
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows([str(number) for number in range(10_000)])
        await pilot.pause()
        asked.clear()
        await pilot.press("end", "home", "j", "pagedown")
        assert len(asked) < 300


async def test_it_survives_being_made_larger_and_smaller(app: LettersApp) -> None:
    async with app.run_test(size=(30, 10)) as pilot:
        app.letters.show_rows(ALPHABET)
        await pilot.press("end")
        for width, height in ((30, 4), (80, 40), (10, 3), (30, 10)):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            top = app.letters.scroll_offset.y
            assert top <= 25 < top + app.letters.size.height
