"""Converts raw facts to the verdict of a check: OK, skipped with a reason, or a warning with a remedy."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import Check, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    Fact = dict[str, Any]

_log = logging.getLogger(__name__)

REPORT_IT = "Send this whole report to hvtui's authors: they have not seen this on a host yet."


class Warned(Exception):
    """The verdict of the check is a warning. The arguments are the words and the remedy."""


class Skipped(Exception):
    """The check could not be made. The argument is the reason."""


def check(name: str, judge: Callable[[dict[str, Fact]], str], facts: dict[str, Fact]) -> Check:
    """Return the result of applying `judge` to the facts: a warning if the facts have an unexpected structure."""
    try:
        return Check(name=name, verdict=Verdict.OK, words=judge(facts))
    except Skipped as skipped:
        return Check(name=name, verdict=Verdict.SKIPPED, words=str(skipped))
    except Warned as warned:
        words, remedy = warned.args
    except (KeyError, TypeError, ValueError, IndexError) as error:
        _log.debug("The facts for %s cannot be read", name, exc_info=True)
        words, remedy = f"The host's answer cannot be read: {error!r}.", REPORT_IT
    return Check(name=name, verdict=Verdict.WARNING, words=words, remedy=remedy)


def require(fact: Fact, problem: str, remedy: str = REPORT_IT) -> Fact:
    """Return the fact. Raises `Warned` if the host could not read it."""
    if "Failure" in fact:
        raise Warned(f"{problem}: {failure(fact)}", remedy)
    return fact


def failure(fact: Fact) -> str:
    """Return the host's own message and error id."""
    failure = fact["Failure"]
    return f"{' '.join(failure['Message'].split())} ({failure['Id']})"
