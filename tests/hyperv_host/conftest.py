from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host import engine
from tests.hyperv_host.host import Host
from tests.hyperv_host.prelude import prelude

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.hyperv_host.engine import Engine, Result


@pytest.fixture(scope="session", params=["Core", "Desktop"])
def powershell(request: pytest.FixtureRequest) -> Engine:
    """A PowerShell engine of each edition. It has reported that edition."""
    found = engine.find(request.param)
    if found is None:
        pytest.skip(f"no PowerShell engine for {request.param}: set HVTUI_PWSH, or put pwsh on PATH")
    editions = found.run("$PSVersionTable.PSEdition").lines
    if editions != [request.param]:
        pytest.skip(f"{found.path} reports {editions}, not {request.param}")
    return found


@pytest.fixture
def host() -> Iterator[Host]:
    """A fake host with one running VM, web-01, a small tree of checkpoints and a manual clock."""
    with Host.started("one") as started:
        yield started


@pytest.fixture
def run(powershell: Engine, host: Host) -> Callable[[str], Result]:
    """A function that runs a script with cmdlets that are connected to the host."""
    return lambda script: powershell.run(prelude(host.port) + script)
