"""What is installed: only `hvtui`, whatever else is called `backends` or `tui` on the same machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the wheel was unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def python(installed: Path, *args: str, first: Path | None = None) -> str:
    path = os.pathsep.join(str(each) for each in (first, installed) if each)
    environment = os.environ | {"PYTHONPATH": path}
    ran = subprocess.run(
        [sys.executable, *args], cwd=installed, env=environment, capture_output=True, text=True, check=True
    )
    return ran.stdout


def test_the_wheel_has_every_module_and_nothing_outside_of_hvtui(installed: Path) -> None:
    tops = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"hvtui"}
    for folder in ("backends", "tui"):
        ours = {path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file()}
        ours = {path for path in ours if "__pycache__" not in path.parts}
        found = {
            path.relative_to(installed / "hvtui")
            for path in (installed / "hvtui").rglob("*")
            if path.is_file()
        }
        assert ours - found == set()


def test_another_package_called_backends_does_not_disturb_it(installed: Path, tmp_path: Path) -> None:
    for name in ("backends", "tui"):
        rival = tmp_path / name
        rival.mkdir()
        (rival / "__init__.py").write_text("")
        (rival / "errors.py").write_text("raise SystemExit(9)")
    out = python(installed, "-m", "hvtui", "list", "--demo=one", first=tmp_path)
    assert out.split()[-1] == "web-01"


def test_python_m_hvtui_runs_it_from_the_wheel(installed: Path) -> None:
    assert python(installed, "-m", "hvtui", "--version").startswith("hvtui ")
    where = python(installed, "-c", "import hvtui.backends.model as m; print(m.__file__)")
    assert where.startswith(str(installed))


def test_the_description_points_to_nothing_that_only_a_checkout_has(installed: Path) -> None:
    (metadata,) = installed.glob("*.dist-info/METADATA")
    headers, _, description = metadata.read_text(encoding="utf-8").partition("\n\n")
    assert "Description-Content-Type: text/markdown" in headers
    assert description.startswith("# hvtui")
    assert "*The demo host in hvtui: ten VMs" in description
    assert "<img" not in description
    assert re.findall(r"\]\((?!https?://).*", description) == []
    assert "```toml\n[hosts.hv01]" in description
