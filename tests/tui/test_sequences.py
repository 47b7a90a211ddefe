"""What a terminal sends is cut into whole sequences, and its answers are no keys."""

from __future__ import annotations

import pytest

from hvtui.tui.terminal.sequences import Sequences

KEYS = (
    "d", "日本", "\x1b[D", "\x1b[1;5D", "\x1bOP", "\x1b[[A", "\x1b[3~", "\x1b[97;5u", "\x1bd",
    "\x1b[<35;10;5M", "\x1b[200~a paste\x1b[201~", "\x1b[I", "\x1b[?2026;2$y", "\x1b[48;24;80;480;800t", "\x1b[12;40R",
)  # fmt: skip
ANSWERS = (
    "\x1b[?1;2c", "\x1b[>0;276;0c", "\x1b[?31u", "\x1b[0n", "\x1b[4;600;800t", "\x1b[>1;10;0q",
    "\x1b]11;rgb:dddd/cccc/eeee\x1b\\", "\x1b]11;rgb:dddd/cccc/eeee\x07", "\x1b]52;c;ZGQgcXE=\x07",
    "\x1bP>|xterm(390) dDq\x1b\\", "\x1bP1+r544e=787465726d\x1b\\",
)  # fmt: skip


def taken(pieces: list[str]) -> str:
    sequences = Sequences()
    return "".join([sequences.take(piece) for piece in pieces] + [sequences.give_up()])


def cuts(text: str) -> list[list[str]]:
    """The text in two pieces, cut at each place, and letter by letter."""
    return [[text[:at], text[at:]] for at in range(len(text) + 1)] + [list(text)]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_arrives_whole_in_whatever_pieces_it_comes(key: str) -> None:
    sequences = Sequences()
    for pieces in cuts(key):
        arrived = [text for piece in pieces if (text := sequences.take(piece))]
        assert "".join(arrived) == key
        assert not any(text.endswith(("\x1b", "\x1b[", "\x1b[1;5")) for text in arrived)
        assert sequences.begun == ""


@pytest.mark.parametrize("answer", ANSWERS)
def test_of_an_answer_nothing_arrives_and_of_the_keys_round_it_everything(answer: str) -> None:
    for pieces in cuts(answer):
        assert taken(pieces) == ""
    assert taken(["k" + answer + "\x1b[D" + answer + "j"]) == "k\x1b[Dj"


@pytest.mark.parametrize("answer", [answer for answer in ANSWERS if answer.endswith("\x1b\\")])
def test_an_answer_without_its_end_takes_no_key_with_it(answer: str) -> None:
    assert taken([answer[:-2], "\x1b[D"]) == "\x1b[D"
    assert taken([answer[:-2]]) == ""


@pytest.mark.parametrize("typed", ["\x1b[", "\x1b]", "\x1bP", "\x1bO"])
def test_a_letter_typed_with_alt_is_not_lost(typed: str) -> None:
    assert taken([typed]) == typed
