"""Writes to standard output and standard error, even if one of them is closed."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import FileError, HyperVUnavailable
from hvtui.backends.secret import redact
from hvtui.tui.cli.subcommands import SUBCOMMANDS

if TYPE_CHECKING:
    from typing import TextIO, TypeGuard

    from hvtui.backends.errors import BackendError


_ESCAPES = "hvtui-escapes"
_COMMAND = re.compile(rf"(?<=: )(hvtui ({'|'.join(SUBCOMMANDS)})|chmod)\b.*$")


def prepare() -> None:
    """Make the streams write other characters for those that their encoding does not have."""
    codecs.register_error(_ESCAPES, _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_ESCAPES)


def _escaped(error: UnicodeError) -> tuple[str | bytes, int]:
    """Replace our glyphs by their ASCII forms, and write escapes for other characters."""
    from hvtui.tui.terminal.glyphs import ASCII

    if isinstance(error, UnicodeEncodeError):
        if glyph := ASCII.get(error.object[error.start]):
            return glyph, error.start + 1
        error.end = error.start + 1  # the next one may be a glyph
    return codecs.backslashreplace_errors(error)


def terminal_width() -> int | None:
    """Return the width of the terminal, or ``COLUMNS``; None if standard output is no terminal."""
    return width_of(sys.stdout)


def say(sentences: str) -> bool:
    """Write sentences to standard output: on a terminal they are broken between words."""
    return write(f"{_broken_between_words(sentences, sys.stdout)}\n")


def write(text: str) -> bool:
    """Write to standard output, and return whether that was possible. No error ends a command that was carried out."""
    if sys.stdout is None:
        return False
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        return True  # its reader has all that it wants
    except (OSError, ValueError) as error:
        _drop_output()
        words = getattr(error, "strerror", None) or error
        warn(f"hvtui: Standard output cannot be written: {words}.")
        return False
    return True


def _drop_output() -> None:
    """Let what is still buffered be dropped at the end, in place of an error then."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_json(value: Any) -> bool:
    import json  # the screen does not need it

    return write(f"{json.dumps(value, indent=2)}\n")


def warn(sentences: str) -> None:
    """Write sentences to standard error: on a terminal they are broken between words."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{_broken_between_words(sentences, sys.stderr)}\n")
            sys.stderr.flush()


def _broken_between_words(text: str, stream: TextIO | None) -> str:
    """Return the text in lines that fit the terminal. A command line at the end of a line is kept whole, to copy it."""
    width = width_of(stream)
    if width is None:
        return text
    from hvtui.tui.text.safe import SafeText, wrapped

    lines: list[str] = []
    for line in text.splitlines():
        if len(line) < width or line[:1].isspace():
            lines.append(line)
            continue
        found = _COMMAND.search(line)
        lines += wrapped(SafeText(line[: found.start()].rstrip() if found else line), width - 1)
        lines += [f"  {found[0]}"] if found else []
    return "\n".join(lines)


def is_terminal(stream: TextIO | None) -> TypeGuard[TextIO]:
    return stream is not None and stream.isatty()


def width_of(stream: TextIO | None) -> int | None:
    """Return the width of the terminal, or ``COLUMNS``; None if the stream is no terminal."""
    if not is_terminal(stream):
        return None
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return None


def error_text(error: BackendError) -> str:
    """Return the error: its message, its hint, and what was reported, in the host's own words.

    It is one line, or two where the hint ends with a command.
    """
    return f"hvtui: {error_words(error)}"


def error_words(error: BackendError, *, seen: str = "", way_out: str = "") -> str:
    """Return the error as `error_text` does, without the name of the program.

    What is seen of the host is said before a command at the end, and that may be the hint or the way out.
    """
    from hvtui.tui.text.problems import problem
    from hvtui.tui.text.safe import safe

    shown = problem(error)
    way_out = f"A way out: {way_out}" if way_out else ""
    advice = (seen, shown.hint) if _COMMAND.search(shown.hint) else (shown.hint, seen)
    words = safe(_one_line(" ".join([shown.message, *advice, way_out])))
    reported = safe(_one_line(shown.detail))
    if not reported or reported in words:
        return words
    gap = "\n" if _COMMAND.search(words) else " "
    return f"{words}{gap}Reported: {reported}"


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
