"""Outside text is shown whole, hides nothing, and is as wide as it says."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hvtui.tui.text import safe as text


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("web-01", "web-01"),
        ("a\nb\tc", "a‹0A›b‹09›c"),
        ("a\u202eb", "a‹202E›b"),
        ("a\u200bb\ufeff", "a‹200B›b‹FEFF›"),
        ("\x1b[31m", "‹1B›[31m"),
        ("\ud800", "‹D800›"),
        ("a\u00adb", "a‹AD›b"),
        ("❤\ufe0f", "❤‹FE0F›"),
        ("\u3164", "‹3164›"),
        (" \u00a0", "‹20›‹A0›"),
        (" a ", " a "),
        ("Zürich שלום 日本", "Zürich שלום 日本"),
        ("e\u0301", "e\u0301"),
        ("\u0301", "◌\u0301"),
        ("e" + "\u0301" * 4, "e" + "\u0301" * 3 + "‹0301›"),
    ],
)
def test_what_is_hidden_is_made_visible(outside: str, shown: str) -> None:
    assert text.safe(outside) == shown


@given(st.text(st.characters()))
def test_nothing_unprintable_comes_through(outside: str) -> None:
    for character in text.safe(outside):
        assert unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text(st.characters()), st.integers(0, 40))
def test_fit_is_exactly_as_wide_as_asked(outside: str, width: int) -> None:
    shown = text.safe(outside)
    assert cell_len(text.fit(shown, width)) == width
    assert cell_len(text.shorten(shown, width)) <= width


def test_shorten_says_that_something_is_missing() -> None:
    assert text.shorten(text.SafeText("checkpoint"), 10) == "checkpoint"
    assert text.shorten(text.SafeText("checkpoint"), 6) == "check…"
    assert text.shorten(text.SafeText("日本語"), 4) == "日…"
    assert text.shorten(text.SafeText("ab"), 0) == ""


@given(st.text(st.characters(), max_size=200), st.integers(2, 40))
def test_wrapped_lines_lose_nothing_but_spaces(outside: str, width: int) -> None:
    shown = text.safe(outside)
    wrapped = text.wrapped(shown, width)
    assert "".join(wrapped).replace(" ", "") == shown.replace(" ", "")
    assert all(cell_len(line) <= width for line in wrapped)


def test_notes_keep_their_lines() -> None:
    assert text.lines("\nfirst\r\n\n  second\x07\n\n") == ["first", "", "  second‹07›"]
