"""``hvtui diagnose``: checks a host and the connection to it. Prints each check when it is done, or JSON at the end."""

from __future__ import annotations

import asyncio
import platform
from collections import Counter
from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Diagnosing, Verdict
from hvtui.backends.errors import SettingsError
from hvtui.backends.secret import redact
from hvtui.tui.cli import output
from hvtui.tui.cli.about.version import program_version
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.connection import require_target, signed_in
from hvtui.tui.cli.exit_codes import DONE, FAILED
from hvtui.tui.cli.syntax import Syntax
from hvtui.tui.text.safe import safe, wrapped

if TYPE_CHECKING:
    import argparse
    from collections.abc import AsyncIterator, Sequence

    from hvtui.backends.hosts.target import Target
    from hvtui.tui.cli.syntax import LoadBackend

SKIPPED = "What was skipped could not be checked: it may or may not be as it should be."
_WORDS_AT, _NARROWEST = 32, 24
"""The column in which what is said of a check begins, and how wide it is at least on a terminal."""
REPORT = "hvtui has been tried on no real Windows host yet: please send this report to its authors, good or bad. It contains the names of hosts and users."


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(argv, load, SYNTAX)
    target = require_target(arguments, load)
    return asyncio.run(_diagnose(target, as_json=arguments.options.json))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


async def _diagnose(target: Target, *, as_json: bool) -> int:
    backend = target.backend
    if not isinstance(backend, Diagnosing):
        raise SettingsError(f"The backend “{backend.name}” has no diagnosis.")
    settings = (await signed_in(target)).settings
    return await report(backend.diagnose(settings), version=program_version(), as_json=as_json)


async def report(checks: AsyncIterator[Check], *, version: str, as_json: bool) -> int:
    """Print the checks. Returns the exit code: 1 if a check failed or could not be printed, else 0."""
    done = [_program(version)]
    written = as_json or output.write(_lines(done[0]))
    async for check in checks:
        done.append(check)
        if not as_json:
            written = output.write(_lines(check)) and written
    counted = Counter(check.verdict for check in done)
    if as_json:
        written = output.write_json([_object(check) for check in done])
    else:
        output.write(f"\n{', '.join(f'{verdict.value}: {counted[verdict]}' for verdict in Verdict)}.\n")
        if counted[Verdict.SKIPPED]:
            output.say(SKIPPED)
        output.say(REPORT)
    return DONE if written and not counted[Verdict.FAILED] else FAILED


def _program(version: str) -> Check:
    words = f"hvtui {version}, Python {platform.python_version()}, {platform.platform()}"
    return Check(name="program", verdict=Verdict.OK, words=words)


def _lines(check: Check) -> str:
    """Return the check with what is said of it in a column of its own, which is broken between words on a terminal."""
    texts = [safe(" ".join(redact(text).split())) for text in (check.words, check.remedy) if text]
    if (width := output.terminal_width()) is not None:
        texts = [line for text in texts for line in wrapped(text, max(_NARROWEST, width - _WORDS_AT - 1))]
    first = f"{check.verdict.value:8} {check.name:22} "
    return "\n".join(f"{'' if index else first:{_WORDS_AT}}{text}" for index, text in enumerate(texts)) + "\n"


def _object(check: Check) -> dict[str, str]:
    return {
        "name": check.name,
        "verdict": check.verdict.value,
        "words": redact(check.words),
        "remedy": redact(check.remedy),
    }


SYNTAX = Syntax(
    name="diagnose",
    target="(HOST | --local)",
    optional=1,
    description="Check the connection to a host, and the host. Nothing is changed there.\n\nThe exit code is 1 if a check failed.",
    examples=("diagnose hv01", "diagnose --local --json > report.json"),
    add_options=_add_options,
)
