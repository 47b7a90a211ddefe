"""Writes to standard output and standard error, even if one of them is closed."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import FileError, HyperVUnavailable
from hvtui.backends.secret import redact

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError

DONE, FAILED, USAGE, REFUSED, UNKNOWN, PARTLY = 0, 1, 2, 3, 4, 5
INTERRUPTED = 130
EXIT_CODES = """\
exit codes:
  0    done, perhaps with an error that the host reported afterwards: see the message
  1    failed: nothing was changed, as far as the host shows it
  2    wrong usage: nothing was sent
  3    refused by a rule, or by you: nothing was sent
  4    the outcome is not known: look at the VM
  5    partly done, as the message says
  130  interrupted by Ctrl+C before anything was sent"""


def prepare() -> None:
    """Make the streams write escapes for characters that their encoding does not have."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write(text: str) -> None:
    """Write to standard output. If it is closed, the text is dropped: the command has been carried out in any case."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError) as error:
        warn(f"hvtui: standard output cannot be written: {error}")


def write_json(value: Any) -> None:
    import json  # the screen does not need it

    write(f"{json.dumps(value, indent=2)}\n")


def warn(line: str) -> None:
    """Write a line to standard error."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


def error_text(error: BackendError) -> str:
    """Return the error as one line: its message, its hint, and what was reported, in the host's own words."""
    return f"hvtui: {error_line(error)}"


def error_line(error: BackendError) -> str:
    """Return the error as one safe line without the name of the program."""
    from hvtui.tui.text.problems import problem
    from hvtui.tui.text.safe import safe

    shown = problem(error)
    words = _one_line(f"{shown.message} {shown.hint}")
    reported = _one_line(shown.detail)
    if reported and reported not in words:
        words = f"{words} Reported: {reported}"
    return str(safe(words))


def error_object(error: BackendError) -> dict[str, str]:
    """Return the error as an object for JSON."""
    fields = {
        "type": type(error).__name__,
        "message": redact(error.message),
        "hint": redact(error.hint),
        "detail": redact(error.detail),
    }
    if isinstance(error, FileError):
        fields["path"] = redact(error.path)
    if isinstance(error, HyperVUnavailable):
        fields["cause"] = error.cause.value
    return fields


def _one_line(words: str) -> str:
    return " ".join(words.split())
