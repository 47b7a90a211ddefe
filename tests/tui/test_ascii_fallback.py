"""A character that the terminal cannot show is replaced by another of the same width."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from hvtui.backends.model import VmState
from hvtui.tui.terminal import glyphs
from hvtui.tui.terminal.ascii_fallback import AsciiFallback, ascii_fallback
from hvtui.tui.text.safe import safe
from tests.tui.samples import HOSTILE_NAMES, vm


def written(text: str, encoding: str) -> str:
    return "".join(s.text for s in AsciiFallback(encoding).apply([Segment(text)], Color(0, 0, 0)))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp437", "cp1252"])
@pytest.mark.parametrize("text", [*HOSTILE_NAMES, "".join(glyphs.ASCII)])
def test_everything_can_be_written_and_keeps_its_width(text: str, encoding: str) -> None:
    shown = written(safe(text), encoding)
    shown.encode(encoding)
    assert cell_len(shown) == cell_len(safe(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("👨\u200d👩\u200d👧\u200d👦 family", "?? family"), ("🇩🇪 ❤\ufe0f🏳\ufe0f\u200d🌈!", "?? ????!")],
)
def test_in_an_input_field_characters_that_are_drawn_together_keep_their_width(text: str, shown: str) -> None:
    assert written(text, "ascii") == shown
    assert cell_len(shown) == cell_len(text)


def test_what_can_be_written_is_left_alone() -> None:
    assert written("Zürich ● 日本", "latin-1") == "Zürich @ ????"
    assert written("a‹202E›b…", "ascii") == "a<202E>b~"


@pytest.mark.parametrize(
    ("encoding", "term", "needed"),
    [
        ("utf-8", "xterm-256color", False),
        ("UTF-8", "tmux", False),
        ("utf-8", "linux", True),
        ("ascii", "xterm", True),
        ("iso-8859-1", "xterm", True),
        ("no-such-thing", "xterm", True),
        (None, "xterm", True),
    ],
)
def test_only_poor_terminals_get_it(encoding: str | None, term: str, needed: bool) -> None:
    assert (ascii_fallback(encoding, term) is not None) is needed


def test_each_of_our_glyphs_is_one_cell_and_has_one_cell_of_ascii() -> None:
    ours = {value for name, value in vars(glyphs).items() if name.isupper() and isinstance(value, str)}
    ours |= {glyphs.state_glyph(vm("x", state)) for state in VmState}
    for character in set("".join(ours)):
        assert cell_len(character) == 1
        assert character.isascii() or glyphs.ASCII[character].isascii()


def test_states_and_kinds_can_be_told_apart_in_ascii_too() -> None:
    states = {glyphs.state_glyph(vm("x", state)) for state in VmState} | {glyphs.CRITICAL}
    assert len({written(glyph, "ascii") for glyph in states}) == len(states)
    kinds = {*glyphs._KINDS.values(), glyphs._AUTOMATIC}
    assert len({written(glyph, "ascii") for glyph in kinds}) == len(kinds)
