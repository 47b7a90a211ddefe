from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host import engine
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hyperv_host.engine import Answer, Engine


@pytest.fixture(scope="session", params=["Core", "Desktop"])
def powershell(request: pytest.FixtureRequest) -> Engine:
    """A PowerShell of either edition, and truly of that edition."""
    found = engine.find(request.param)
    if found is None:
        pytest.skip(f"no PowerShell engine for {request.param}: set HVTUI_PWSH, or put pwsh on PATH")
    said = found.run("$PSVersionTable.PSEdition").lines
    if said != [request.param]:
        pytest.skip(f"{found.path} says that it is {said}, not {request.param}")
    return found


@pytest.fixture
def host() -> Iterator[Host]:
    """One running VM, web-01, with a small tree of checkpoints; a clock that the test moves."""
    with Host.started("one") as started:
        yield started


@pytest.fixture
def run(powershell: Engine, host: Host) -> Callable[[str], Answer]:
    """Run a script in which the cmdlets reach the host."""
    return lambda script: powershell.run(prelude(host.port) + script)
