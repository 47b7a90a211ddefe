"""hvtui runs where it was installed without an index, from wheels alone."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from distribution.completeness import missing
from distribution.single_file import pack
from distribution.targets import this_one
from tests.install.wheels import what_is_installed_here

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.rare, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheelhouse")
    what_is_installed_here(folder)
    return folder


@pytest.fixture
def clean(tmp_path: Path) -> dict[str, str]:
    """An environment in which nothing of this one shows: no settings of pip, a home of its own."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "HVTUI_"))
    }
    folders = dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CACHE_HOME"), str(tmp_path / "home"))
    return kept | folders | {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1"}


def run(*command: str | Path, env: dict[str, str]) -> str:
    ran = subprocess.run([str(word) for word in command], env=env, capture_output=True, text=True, check=True)
    return ran.stdout


def test_nothing_is_missing_for_this_python(wheelhouse: Path) -> None:
    assert missing(wheelhouse, this_one()) == []


def test_installed_upgraded_and_removed_without_an_index(
    wheelhouse: Path, clean: dict[str, str], tmp_path: Path
) -> None:
    run(sys.executable, "-m", "venv", tmp_path / "venv", env=clean)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    python, hvtui = scripts / "python", scripts / ("hvtui.exe" if os.name == "nt" else "hvtui")
    pip = (python, "-m", "pip")
    for upgrade in ((), ("--upgrade", "--force-reinstall", "--no-deps")):
        run(*pip, "install", *upgrade, "--find-links", wheelhouse, "hvtui", env=clean)
        assert run(hvtui, "--version", env=clean).startswith("hvtui ")
        assert "web-01" in run(hvtui, "list", "--demo", env=clean)
    assert "No broken requirements" in run(*pip, "check", env=clean)
    run(*pip, "uninstall", "--yes", "hvtui", env=clean)
    assert not hvtui.exists()


def test_the_single_file_needs_nothing_but_python(
    wheelhouse: Path, clean: dict[str, str], tmp_path: Path
) -> None:
    pack(wheelhouse, [this_one()], tmp_path / "hvtui.pyz")
    alone = (sys.executable, "-S", "-E", tmp_path / "hvtui.pyz")
    assert "web-01" in run(*alone, "list", "--demo", env=clean)
    assert "No module named" not in refused_by_a_closed_port(alone, clean)


def refused_by_a_closed_port(command: tuple[str | Path, ...], env: dict[str, str]) -> str:
    """What it says of a host that is not there: to try, it has to import all of WinRM, compiled modules too."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        words = [*(str(word) for word in command), "list", "admin@127.0.0.1", "--port", str(port)]
        ran = subprocess.run(
            words, env=env | {"HVTUI_PASSWORD": "x"}, capture_output=True, text=True, check=False
        )
    assert ran.returncode == 1
    assert "127.0.0.1" in ran.stderr
    return ran.stderr
