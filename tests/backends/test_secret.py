"""Redaction of secrets in text."""

from __future__ import annotations

import pytest

from hvtui.backends import secret
from hvtui.backends.secret import Secret, redact


@pytest.fixture(autouse=True)
def _no_other_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret, "_known", set())


def test_a_password_is_redacted_also_within_a_word() -> None:
    Secret("horse")
    Secret("horses")
    assert redact("xhorsesx horse") == "x***x ***"


@pytest.mark.parametrize("short", ["e", "not", "a.b", "!"])
def test_a_very_short_password_is_redacted_only_as_a_separate_word(short: str) -> None:
    Secret(short)
    assert redact(f"hv01 does refuse “{short}”, login(you, {short}): notes!x") == (
        "hv01 does refuse “***”, login(you, ***): notes!x"
    )
