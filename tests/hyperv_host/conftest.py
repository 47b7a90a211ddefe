from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host import engine
from tests.hyperv_host.host import Host
from tests.hyperv_host.runner import Runner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hyperv_host.engine import Engine, Result


@pytest.fixture(scope="session", params=["Core", "Desktop"])
def powershell(request: pytest.FixtureRequest, warm: Callable[[str], str]) -> Engine:
    """A PowerShell engine of each edition. It has reported that edition. Agents are started in warm processes."""
    found = engine.find(request.param)
    if found is None:
        pytest.skip(f"no PowerShell engine for {request.param}: set HVTUI_PWSH, or put pwsh on PATH")
    editions = _editions(found)
    if editions != [request.param]:
        pytest.skip(f"{found.path} reports {editions}, not {request.param}")
    return replace(found, agents=warm(found.path))


@cache  # the fixture is set up again each time that a test needs another edition than the one before
def _editions(engine: Engine) -> list[str]:
    return engine.run("$PSVersionTable.PSEdition").lines


@pytest.fixture(scope="session")
def runners() -> Iterator[Callable[[Engine], Runner]]:
    """A function that returns the runner of an engine, for all tests that need no process of their own."""
    with ExitStack() as opened:

        @cache
        def runner(engine: Engine) -> Runner:
            found = Runner(engine)
            opened.callback(found.close)
            return found

        yield runner


@pytest.fixture
def runner(runners: Callable[[Engine], Runner], powershell: Engine) -> Runner:
    return runners(powershell)


@pytest.fixture
def host(request: pytest.FixtureRequest) -> Iterator[Host]:
    """A fake host with one running VM, web-01, a small tree of checkpoints and a manual clock.

    With `run` it is the runner's.
    """
    if "run" in request.fixturenames:
        yield request.getfixturevalue("runner").new_host()
        return
    with Host.started("one") as started:
        yield started


@pytest.fixture
def run(runner: Runner, host: Host) -> Callable[[str], Result]:
    """A function that runs a script with cmdlets that are connected to the host."""
    return runner.run
