"""The sentences of the status line about the connection to the host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.operations.readings.polling import PollingStopped
from hvtui.backends.secret import redact
from hvtui.tui.text.safe import EMPTY, SafeText, compose
from hvtui.tui.text.words import elapsed

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError


def failure_text(
    error: BackendError | None, *, retries: bool, refresh_key: str, sign_in_key: str = ""
) -> SafeText:
    """Return why the screen is not refreshed; "" if it is. `refresh_key` is the name of the key that refreshes it.

    `sign_in_key` is that of the key that signs in to one of several hosts; "" if it is of one.
    """
    if error is None:
        return EMPTY
    if isinstance(error, PollingStopped):
        return compose("hvtui has stopped trying to read the host. {key} tries again.", key=refresh_key)
    way_on = f"{sign_in_key} signs in." if sign_in_key else f"{refresh_key} tries again."
    after = "Retrying…" if retries else way_on
    return compose("Refresh failed: {error} {after}", error=redact(error.message), after=after)


def waiting_text(*, reconnecting: bool, seconds: float) -> SafeText:
    """Return what the current reading is waiting for; "" if it is not slow."""
    if reconnecting:
        return SafeText("Connection lost. Reconnecting…")
    return no_answer_text(seconds)


def no_answer_text(seconds: float) -> SafeText:
    return SafeText(f"No answer for {elapsed(seconds)}") if seconds else EMPTY
