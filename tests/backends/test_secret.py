"""What is taken out of text that is told, and what is left of it."""

from __future__ import annotations

import pytest

from hvtui.backends import secret
from hvtui.backends.secret import Secret, redact


@pytest.fixture(autouse=True)
def _nothing_else_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "_known", set())


def test_a_password_is_taken_out_also_from_the_middle_of_a_word() -> None:
    Secret("horse")
    Secret("horses")
    assert redact("xhorsesx horse") == "x***x ***"


@pytest.mark.parametrize("short", ["e", "not", "a.b", "!"])
def test_a_very_short_one_is_not_printed_as_the_password_and_leaves_words_alone(short: str) -> None:
    Secret(short)
    assert redact(f"hv01 does refuse “{short}”, login(you, {short}): notes!x") == (
        "hv01 does refuse “***”, login(you, ***): notes!x"
    )
