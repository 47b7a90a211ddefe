"""Cells are painted with few bytes, and never with what a terminal may not know."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from hvtui.tui.terminal.changed_cells import TerminalCells
from hvtui.tui.terminal.painting import Look, Run, paint, runs
from tests.tui.test_changed_cells import TwoTerminals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH, HEIGHT = 60, 16
RED, BLUE = Look("", "38;2;200;0;0", "40"), Look("", "38;2;0;0;200", "40")
KNOWN_EVERYWHERE = re.compile(r"\x1b\[(?:\d+;\d+H|\d*[HBCD]|[\d;]*m)|[^\x1b]")
COLORS = ("default", "red", "bright_blue", "#123456", "#fedcba", "color(123)")
ATTRIBUTES = ("bold", "dim", "italic", "underline", "underline2", "reverse", "strike", "blink", "overline")
WORDS = ("web-01", "  ", "          ", "▾ ", "│", "● on", "2 d", "a", "Größe", "- ")
WIDE, COMBINED, JOINED = "日本", "e\u0301", "👩‍💻"


def console_of(colors: str) -> Console:
    return Console(color_system=colors, force_terminal=True)  # type: ignore[arg-type]


def random_frames(
    colors: str, *, seed: int, number: int, hard_words: Sequence[str] = (WIDE, COMBINED, JOINED)
) -> Iterator[LayoutUpdate]:
    """Yield frames that each differ in some rows from the one before. Now and then a row has hard words.

    The styles are equal only to others for these colors: Rich keeps the sequences of equal ones.
    """
    chance = random.Random(seed)
    styles = [random_style(chance) + Style(meta={"colors": colors}) for _ in range(12)]
    rows = [random_row(chance, styles, hard_words) for _ in range(HEIGHT)]
    for _ in range(number):
        for y in chance.sample(range(HEIGHT), chance.randrange(HEIGHT + 1)):
            rows[y] = changed_row(rows[y], chance, styles, hard_words)
        yield LayoutUpdate([[row] for row in rows], Region(0, 0, WIDTH, HEIGHT))


def random_style(chance: random.Random) -> Style:
    attributes = " ".join(name for name in ATTRIBUTES if chance.random() < 0.15)
    return Style.parse(f"{attributes} {chance.choice(COLORS)} on {chance.choice(COLORS)}")


def random_row(chance: random.Random, styles: Sequence[Style], hard_words: Sequence[str]) -> Strip:
    words = (*WORDS, *hard_words) if chance.random() < 0.2 else WORDS
    segments = [Segment(chance.choice(words), chance.choice(styles)) for _ in range(WIDTH)]
    return Strip(segments).crop(0, WIDTH)


def changed_row(
    row: Strip, chance: random.Random, styles: Sequence[Style], hard_words: Sequence[str]
) -> Strip:
    """Return another row, or the row with another part."""
    start, end = sorted(chance.sample(range(WIDTH + 1), 2))
    other = random_row(chance, styles, hard_words)
    if chance.random() < 0.2:
        return other
    return Strip.join((row.crop(0, start), other.crop(start, end), row.crop(end, WIDTH)))


@pytest.mark.parametrize("colors", ["truecolor", "256", "standard"])
def test_random_frames_look_the_same_as_when_all_is_painted(colors: str) -> None:
    console = console_of(colors)
    terminals, cells = TwoTerminals(WIDTH, HEIGHT), TerminalCells()
    for update in random_frames(colors, seed=1, number=150):
        terminals.show(update, cells, console)
        assert terminals.difference() == []
    assert terminals.changes_bytes < terminals.whole_bytes * 0.6


def test_only_moves_and_styles_that_every_terminal_knows_are_sent() -> None:
    console, cells = console_of("truecolor"), TerminalCells()
    for update in random_frames("truecolor", seed=2, number=100):
        sent = cells.changes(update).render_segments(console)
        assert KNOWN_EVERYWHERE.sub("", sent) == ""


@pytest.mark.parametrize(
    ("painted", "sent"),
    [
        pytest.param([Run(3, 0, "a", Look())], "\x1b[4Ha", id="the first column needs no number"),
        pytest.param([Run(0, 1, "a", Look()), Run(0, 9, "b", Look())], "\x1b[1;2Ha\x1b[7Cb", id="in a row"),
        pytest.param([Run(10, 10, "a", Look()), Run(11, 10, "b", Look())], "\x1b[11;11Ha\x1b[B\bb", id="down"),
        pytest.param([Run(10, 10, "●", Look()), Run(11, 10, "b", Look())], "\x1b[11;11H●\x1b[12;11Hb",
                     id="after what may be wide"),
        pytest.param([Run(10, 19, "a", Look()), Run(11, 19, "b", Look())], "\x1b[11;20Ha\x1b[12;20Hb",
                     id="after the last column"),
        pytest.param([Run(0, 0, "a", RED), Run(0, 1, "b", BLUE)],
                     "\x1b[1H\x1b[38;2;200;0;0;40ma\x1b[38;2;0;0;200mb\x1b[m", id="only the colour that changes"),
        pytest.param([Run(y, 0, text, look) for y in range(2) for text, look in (("a", RED), ("b", BLUE))],
                     "\x1b[1H\x1b[38;2;0;0;200;40mb\x1b[B\bb\x1b[1H\x1b[38;2;200;0;0ma\x1b[B\ba\x1b[m",
                     id="one style after the other"),
        pytest.param([Run(y, x, "▾", Look("", color)) for y in range(2) for x, color in enumerate(("31", "32", "31"))],
                     "\x1b[1H\x1b[31m▾\x1b[32m▾\x1b[31m▾\x1b[2H▾\x1b[32m▾\x1b[31m▾\x1b[m",
                     id="row by row if that is shorter"),
        pytest.param([Run(0, 0, "a", RED._replace(attributes="1")), Run(0, 1, "b", RED)],
                     "\x1b[1H\x1b[1;38;2;200;0;0;40ma\x1b[22mb\x1b[m", id="an attribute ends"),
        pytest.param([Run(0, 0, "a", Look("1;4", "38;5;100")), Run(0, 1, "b", Look("2", "38;5;100"))],
                     "\x1b[1H\x1b[1;4;38;5;100ma\x1b[22;24;2mb\x1b[m", id="bold and dim end together"),
        pytest.param([Run(0, 0, "a", Look("1;2", "38;5;100")), Run(0, 1, "b", Look("2", "38;5;100"))],
                     "\x1b[1H\x1b[1;2;38;5;100ma\x1b[22;2mb\x1b[m", id="bold ends and dim begins again"),
        pytest.param([Run(0, 0, "a", Look("5", "31")), Run(0, 1, "b", Look("", "31")), Run(0, 2, "c", Look("5"))],
                     "\x1b[1H\x1b[5;31ma\x1b[0;31mb\x1b[0;5mc\x1b[m", id="blinking can only be reset"),
    ],
)  # fmt: skip
def test_moves_and_styles_are_as_short_as_is_safe(painted: list[Run], sent: str) -> None:
    assert paint(painted, 20) == sent


def test_cells_between_are_sent_again_if_a_move_over_them_costs_more() -> None:
    shown = {x: (character, RED) for x, character in enumerate("abcd   efgh        ij")}
    assert [run.text for run in runs(0, (0, 4, 20), shown)] == ["abcd ", "j"]
    assert [run.text for run in runs(0, (0, 4, 20), shown | {2: ("c", BLUE)})] == ["a", " ", "j"]
    assert [run.text for run in runs(0, (4, 6), {4: ("a", RED), 6: ("b", RED)})] == ["a", "b"]


def test_what_stands_lower_is_sent_later_whatever_its_style() -> None:
    both = (("a", RED), ("b", BLUE))
    painted = [Run(y, 0, text * (y + 1), look) for y in (0, 20) for text, look in both]
    letters = re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", paint(painted, WIDTH)).replace("\b", "")
    assert sorted(letters[:2]) == ["a", "b"]


def test_an_unchanged_cell_keeps_its_colour_between_two_that_changed() -> None:
    shown = {0: (" ", Look()), 1: ("a", Look()), 2: ("b", Look("", "31"))}

    assert all(run.look == Look("", "31") for run in runs(0, [0, 2], shown) if "b" in run.text)
    assert all(run.look == Look() for run in runs(0, [0, 2], shown) if "a" in run.text)
