"""What `hvtui diagnose` prints: a line a check as it comes, fit to be pasted into a report; or JSON at the end."""

from __future__ import annotations

import json
import platform
import sys
from collections import Counter
from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.secret import redact

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REPORT = "hvtui has met few hosts: please send this to its authors, good or bad. Names of hosts and users are in it."


async def report(checks: AsyncIterator[Check], *, version: str, as_json: bool) -> int:
    """The exit code: 1 where a check failed, else 0."""
    done = [_program(version)]
    if not as_json:
        _print(_lines(done[0]))
    async for check in checks:
        done.append(check)
        if not as_json:
            _print(_lines(check))
    counted = Counter(check.verdict for check in done)
    if as_json:
        _print(json.dumps([_object(check) for check in done], indent=2))
    else:
        _print(f"\n{', '.join(f'{verdict.value}: {counted[verdict]}' for verdict in Verdict)}.\n{REPORT}")
    return 1 if counted[Verdict.FAILED] else 0


def _program(version: str) -> Check:
    words = f"hvtui {version}, Python {platform.python_version()}, {platform.platform()}"
    return Check(name="program", verdict=Verdict.OK, words=words)


def _lines(check: Check) -> str:
    from hvtui.tui.text.safe import safe

    words, remedy = (safe(" ".join(redact(text).split())) for text in (check.words, check.remedy))
    first = f"{check.verdict.value:8} {check.name:22} {words}"
    return f"{first}\n{'':31} {remedy}" if check.remedy else first


def _object(check: Check) -> dict[str, str]:
    return {
        "name": check.name,
        "verdict": check.verdict.value,
        "words": redact(check.words),
        "remedy": redact(check.remedy),
    }


def _print(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
