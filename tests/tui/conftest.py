from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.mock.clock import ManualClock
from hvtui.tui.dialogs import dialog
from tests.keyrings import MemoryKeyring, used
from tests.tui.far import FarBackend

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def many_colors(monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal has 256 colours, wherever the tests run."""
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def far() -> FarBackend:
    return FarBackend(ManualClock())


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    with used(MemoryKeyring()) as ring:
        yield ring


@pytest.fixture
def slow_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key counts as held down even where the test needs longer between two of its repeats than a keyboard does."""
    monkeypatch.setattr(dialog, "_REPEAT_SECONDS", 60.0)
