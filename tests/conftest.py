"""Every run says how much of it met a real PowerShell, and can be told to leave nothing out."""

from __future__ import annotations

import gc
import os
from collections import Counter
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

import pytest
from textual.css.stylesheet import Stylesheet

from tests.hyperv_host import engine
from tests.hyperv_host.warm import pool
from tests.hyperv_host.warm.launcher import OWN_PROCESS

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from textual.css.model import RuleSet
    from textual.css.types import CSSLocation

TOOLS = ("engine", "terminal", "kerberos")
"""Marks of tests that are skipped where the machine lacks what they need."""

# Each app leaves cycles of objects behind. To look for them as often as Python does is a sixth of the time of its test.
gc.set_threshold(50_000, 20, 20)
# Most code of an engine runs once: to optimize it costs more than it saves. It is also compiled faster into memory that is
# both writable and executable, and started faster without a port for debuggers.
os.environ |= {"DOTNET_JITMinOpts": "1", "DOTNET_EnableWriteXorExecute": "0", "DOTNET_EnableDiagnostics": "0"}


@pytest.fixture(autouse=True, scope="session")
def styles_parsed_once() -> Iterator[None]:
    """Keep parsed CSS for all apps of a run: an app parses the same text with the same variables as the one before."""
    parse_rules = Stylesheet._parse_rules
    parsed: dict[object, list[RuleSet]] = {}

    def parse_once(
        self: Stylesheet,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        key = css, read_from, is_default_rules, tie_breaker, scope, tuple(self._variables.items())
        if key not in parsed:
            parsed[key] = parse_rules(self, css, read_from, is_default_rules, tie_breaker, scope)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(scope="session")
def warm() -> Iterator[Callable[[str], str]]:
    """A function that returns the executable with which agents are started in warm processes of an engine."""
    with ExitStack() as opened:

        @cache
        def launcher(engine: str) -> str:
            return opened.enter_context(pool.launcher(engine)) if pool.POSSIBLE else engine

        yield launcher


@pytest.fixture(autouse=True)
def own_process(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give the agents of a test marked `own_process` processes that were started for them, and that end with them."""
    with pytest.MonkeyPatch.context() as patch:
        if request.node.get_closest_marker("own_process"):
            patch.setenv(OWN_PROCESS, "1")
        yield


def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = _reporter(session.config)
    if reporter is None or not _nothing_may_be_left_out():
        return  # a worker of xdist has no reporter: the one who started it judges
    if session.exitstatus == pytest.ExitCode.OK and (_left_out(reporter) or not _on_engine(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(wrapper=True, tryfirst=True)  # so that it stands below the list of what was skipped
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    yield
    ran = _on_engine(terminalreporter)
    found = ran or engine.find("Core") or engine.find("Desktop")
    hint = "" if found else ": set HVTUI_PWSH or put pwsh on PATH"
    terminalreporter.write_line(f"{ran} tests ran on a real PowerShell engine{hint}")
    if outcomes := _outcomes(terminalreporter):
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        terminalreporter.write_line(f"faults on the line to a host, held against its own count: {told}")
    if _nothing_may_be_left_out() and (count := _left_out(terminalreporter)):
        terminalreporter.write_line(f"{count} tests were skipped that HVTUI_REQUIRE_TOOLS does not let off")


def _on_engine(reporter: pytest.TerminalReporter) -> int:
    return _marked(reporter, "passed", ["engine"])


def _outcomes(reporter: pytest.TerminalReporter) -> Counter[object]:
    """What tests of faults noted as the outcome of their call."""
    passed = reporter.stats.get("passed", ())
    return Counter(value for report in passed for name, value in report.user_properties if name == "outcome")


def _left_out(reporter: pytest.TerminalReporter) -> int:
    return _marked(reporter, "skipped", TOOLS)


def _marked(reporter: pytest.TerminalReporter, outcome: str, marks: Sequence[str]) -> int:
    return sum(any(mark in report.keywords for mark in marks) for report in reporter.stats.get(outcome, ()))


def _nothing_may_be_left_out() -> bool:
    return os.environ.get("HVTUI_REQUIRE_TOOLS") == "1"


def _reporter(config: pytest.Config) -> pytest.TerminalReporter | None:
    if hasattr(config, "workerinput"):
        return None
    found: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    return found
