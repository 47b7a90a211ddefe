"""The entry point: runs the named subcommand, or else the app. Textual is imported only for the app."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hvtui.backends import registry
from hvtui.backends.errors import BackendError, SettingsError
from hvtui.backends.secret import redact
from hvtui.tui.cli import log_file, output
from hvtui.tui.cli.arguments import split_at_dashes
from hvtui.tui.cli.exit_codes import DONE, FAILED, INTERRUPTED, USAGE
from hvtui.tui.cli.subcommands import SUBCOMMANDS, module_of
from hvtui.tui.cli.usage.option_errors import HelpRequested

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.tui.cli.syntax import LoadBackend

COMPLETE = "__complete"
"""The first argument from a completion script."""


def main(argv: Sequence[str] | None = None, *, load: LoadBackend = registry.load) -> int:
    """Run hvtui and return its exit code."""
    output.prepare()
    words = [_decoded(word) for word in sys.argv[1:]] if argv is None else list(argv)
    if words[:1] == [COMPLETE]:
        from hvtui.tui.cli.completion.reply import reply

        output.write(reply(words[1:], load))
        return DONE
    options, names = split_at_dashes(words)
    try:
        return _main(options, names, load)
    except HelpRequested as requested:
        return DONE if output.write(f"{requested}") else FAILED
    except BackendError as error:
        usage = isinstance(error, SettingsError)
        if "--json" in options:
            outcome = "usage" if usage else "failed"
            output.write_json({"outcome": outcome, "error": output.error_object(error)})
        else:
            output.warn(output.error_text(error))
        return USAGE if usage else FAILED
    except (KeyboardInterrupt, EOFError):
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  a traceback could show secrets
        output.warn(f"hvtui: unexpected error: {redact(f'{type(error).__name__}: {error}')}")
        return FAILED
    finally:
        if failure := log_file.failure():
            output.warn(f"hvtui: {failure}")


def _decoded(word: str) -> str:
    """Return a word of the command line as UTF-8 if it is that, and the encoding of the locale could not decode it."""
    try:
        word.encode("utf-8")
    except UnicodeEncodeError:
        with contextlib.suppress(UnicodeError):
            return os.fsencode(word).decode("utf-8")
    return word


def _main(options: list[str], names: list[str], load: LoadBackend) -> int:
    """Run what the arguments choose. `names` are those after ``--``."""
    log = _log_path(options)
    if log:
        log_file.log_to(Path(log))
    if "--version" in options:
        from hvtui.tui.cli.about.version import version_text

        text = version_text(load, log=log, verbose=bool({"-v", "--verbose"} & {*options}))
        return DONE if output.write(text) else FAILED
    argv = [*options, "--", *names] if names else options
    name = options[0] if options else ""
    if name in SUBCOMMANDS:
        return module_of(name).run(argv[1:], load)
    gc.disable()  # until the first frame, to start faster: imports leave no garbage
    try:
        from hvtui.tui.cli import screen

        return screen.run(argv, load)
    finally:
        gc.enable()


def _log_path(argv: list[str]) -> str:
    """Return the path of the log file. It is needed before the arguments are parsed: their errors are logged."""
    for index, word in enumerate(argv):
        if word == "--log" and index + 1 < len(argv):
            return argv[index + 1]
        if word.startswith("--log="):
            return word.removeprefix("--log=")
    return os.environ.get(log_file.ENVIRONMENT, "")
