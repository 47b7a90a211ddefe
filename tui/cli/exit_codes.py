"""The exit codes. The README and `hvtui help exit-codes` have the same table."""

from __future__ import annotations

DONE, FAILED, USAGE, REFUSED, UNKNOWN, PARTLY = 0, 1, 2, 3, 4, 5
INTERRUPTED = 130
EXIT_CODES = {
    DONE: "done; an error that the host reported afterwards is on standard error",
    FAILED: "failed: nothing was changed, as far as the host shows it",
    USAGE: "wrong usage: nothing was sent",
    REFUSED: "refused by a rule, or by you: nothing was sent",
    UNKNOWN: "the outcome is not known: look at the VM",
    PARTLY: "partly done, as the message says",
    INTERRUPTED: "interrupted by Ctrl+C before anything was sent",
}


def exit_codes_text() -> str:
    """Return a line for each exit code."""
    return "\n".join(f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES.items())
