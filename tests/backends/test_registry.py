from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distribution
from typing import TYPE_CHECKING

import pytest

from hvtui.backends import registry
from hvtui.backends.errors import SettingsError
from hvtui.backends.mock.backend import MockBackend
from tests.backends.third_party import ShelfBackend

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Install = Callable[..., None]

STRANGER = "tests.backends.third_party:ShelfBackend"
BUILT_IN = distribution("hvtui").entry_points.select(group=registry.GROUP)


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Install a distribution that has these entry points and nothing else."""

    def install_distribution(name: str, **entry_points: str) -> None:
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        lines = [f"[{registry.GROUP}]", *(f"{key} = {value}" for key, value in entry_points.items())]
        (folder / "entry_points.txt").write_text("\n".join(lines), "utf-8")
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")

    monkeypatch.syspath_prepend(tmp_path)
    return install_distribution


@pytest.mark.parametrize("name", ["hyperv", "mock", "scvmm"])
def test_a_built_in_backend_is_the_one_that_our_entry_points_name(name: str) -> None:
    assert type(registry.load(name)) is BUILT_IN[name].load()


def test_the_backend_of_another_distribution_is_loaded_by_its_entry_point(install: Install) -> None:
    install("shelf", shelf=STRANGER)
    assert isinstance(registry.load("shelf"), ShelfBackend)
    assert registry.names() == sorted([*BUILT_IN.names, "shelf"])


def test_no_other_distribution_replaces_a_built_in_backend(install: Install) -> None:
    install("shelf", mock=STRANGER)
    registry._built_in.cache_clear()
    assert isinstance(registry.load("mock"), MockBackend)


def test_a_name_that_two_distributions_use_is_refused(install: Install) -> None:
    install("shelf", box=STRANGER)
    install("cupboard", box=STRANGER)
    with pytest.raises(
        SettingsError, match="More than one package provides a backend “box”: cupboard, shelf"
    ):
        registry.load("box")


def test_an_unknown_name_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(SettingsError, match="There is no backend “box”") as caught:
        registry.load("box")
    assert caught.value.hint == f"Installed: {', '.join(sorted(BUILT_IN.names))}."


def test_a_backend_that_cannot_be_imported_names_its_entry_point(install: Install) -> None:
    install("shelf", box="no_such_package.backend:Box")
    with pytest.raises(SettingsError, match="“box” cannot be loaded: No module named") as caught:
        registry.load("box")
    assert "no_such_package.backend:Box" in caught.value.hint


def test_a_built_in_backend_is_loaded_without_a_search_through_all_distributions() -> None:
    code = "import sys; from hvtui.backends import registry; registry.load('mock'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "importlib.metadata" not in done.stdout.split()
