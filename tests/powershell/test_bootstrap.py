"""What a PowerShell that did not start has printed is told in the same words whatever came first."""

from __future__ import annotations

import pytest

from hvtui.backends.errors import ConnectError
from hvtui.backends.powershell.bootstrap import start_error

REFUSED = "Cannot invoke method.\nOnly core types are supported in this language mode."


@pytest.mark.parametrize(
    "output",
    [f"hvtui-mode ConstrainedLanguage\n{REFUSED}", f"{REFUSED}\nhvtui-mode ConstrainedLanguage"],
    ids=["standard output first", "standard error first"],
)
def test_a_language_mode_is_told_with_the_words_of_powershell_alone(output: str) -> None:
    error = start_error(EOFError(), output, "hv01")
    assert isinstance(error, ConnectError)
    assert "ConstrainedLanguage mode" in error.message
    assert error.detail == REFUSED


def test_the_hint_of_a_powershell_that_did_not_start_is_what_it_printed() -> None:
    error = start_error(EOFError("ended"), "hvtui-mode FullLanguage\nThe disk is full.", "hv01")
    assert error.hint == "The disk is full."
