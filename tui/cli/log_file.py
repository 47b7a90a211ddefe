"""The log file: the requests to a host, their durations and results, and the traceback of every error.

Nothing is logged unless a file is named. Secrets are removed from every record and traceback: known secrets by their
value, others by the word before them.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING

from hvtui.backends.errors import SettingsError
from hvtui.backends.secret import redact

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = "HVTUI_LOG"
logging.getLogger("hvtui").addHandler(logging.NullHandler())  # without it, Python prints warnings
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


_SECRET_KIND = re.compile(
    r"""(?i)\b(password|passwd|pwd|secret|token|authorization)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^;,\n]+)"""
)


class _LogFile(logging.FileHandler):
    """Stops at the first record that cannot be written. `logging` would print a traceback for each."""

    failure = ""

    def emit(self, record: logging.LogRecord) -> None:
        if not self.failure:
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        error = sys.exception()
        words = error.strerror if isinstance(error, OSError) else error
        self.failure = f"The log file {self.baseFilename} is incomplete: {words}."


def failure() -> str:
    """Return why the log is incomplete, as a sentence; "" if it is complete, or off."""
    files = (each for each in logging.getLogger("hvtui").handlers if isinstance(each, _LogFile))
    return next((file.failure for file in files if file.failure), "")


class RedactingFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return _SECRET_KIND.sub(r"\1\2***", redact(super().format(record)))


def log_to(file: Path) -> None:
    """Append everything that hvtui logs to this file, which only its owner may read. Raises `SettingsError`."""
    try:
        file.touch(mode=0o600)
        handler = _LogFile(file, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise SettingsError(
            f"The log file {file} cannot be written: {error.strerror}.", hint="Name another file."
        ) from error
    handler.setFormatter(RedactingFormatter(_FORMAT))
    logger = logging.getLogger("hvtui")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
