from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.mock.backend import MockBackend
from hvtui.backends.mock.clock import ManualClock, RealClock
from hvtui.tui.cli.main import main
from tests.terminal.conftest import host, powershell, winrm
from tests.tui.group.far_hosts import FarHosts
from tests.tui.group.test_cluster import Cluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hvtui.backends.contract import Backend

__all__ = ["host", "powershell", "winrm"]


@pytest.fixture
def far() -> FarHosts:
    """Hosts that have VMs with the same IDs and names."""
    return FarHosts(ManualClock())


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def use_config(text: str, folder: Path, environment: pytest.MonkeyPatch) -> None:
    """Write a config file to this folder, and make it the one that is read."""
    config = folder / "config.toml"
    config.touch(0o600)
    config.write_text(text, "utf-8")
    environment.setenv("HVTUI_CONFIG", str(config))


class DemoCli:
    """Runs hvtui on one simulated host, which stays as it is from one command to the next. Its time passes fast."""

    def __init__(self, capsys: pytest.CaptureFixture[str], scenario: str = "one") -> None:
        self.backend = MockBackend(RealClock(speed=10_000))
        self._capsys, self._scenario = capsys, scenario

    @property
    def world(self) -> Any:
        return self.backend.host(self._scenario).world

    def run(self, name: str, *words: str, target: str = "--demo=") -> tuple[int, str, str]:
        """Returns the exit code, standard output and standard error."""

        def load(name: str) -> Backend[Any]:
            return self.backend

        code = main([name, f"{target}{self._scenario}", *words], load=load)
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, name: str, *words: str) -> tuple[int, Any]:
        code, out, err = self.run(name, "--json", *words)
        assert err == ""
        return code, json.loads(out)

    def names(self) -> list[str]:
        return [checkpoint.name for checkpoint in self.world.checkpoints.values()]


@pytest.fixture
def demo(capsys: pytest.CaptureFixture[str]) -> DemoCli:
    return DemoCli(capsys)


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Undo what ``--log`` does to the logging of this process."""
    logger = logging.getLogger("hvtui")
    before = [*logger.handlers], logger.level, logger.propagate
    yield
    for handler in set(logger.handlers) - set(before[0]):
        handler.close()
    logger.handlers, logger.level, logger.propagate = before
