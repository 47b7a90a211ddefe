"""The rules of CONTRIBUTING.md that a test can hold."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SAYS_NOTHING = {"utils", "helpers", "common", "manager", "service", "base", "misc"}
NOT_CONCRETE = {f"hvtui.backends.{name}" for name in ("testing", "operations", "hosts", "model")}
CONCRETE = {
    f"hvtui.backends.{found.name}" for found in pkgutil.iter_modules([str(ROOT / "backends")]) if found.ispkg
} - NOT_CONCRETE


def modules(package: str) -> list[str]:
    found = (ROOT / package).rglob("*.py")
    parts = (path.relative_to(ROOT).with_suffix("").parts for path in found if path.name != "__main__.py")
    return sorted(".".join(["hvtui", *(part for part in each if part != "__init__")]) for each in parts)


def loaded_by(names: list[str]) -> set[str]:
    """All modules that a fresh interpreter holds after it has imported these."""
    script = (
        "import importlib, json, sys\n"
        "for name in json.loads(sys.argv[1]): importlib.import_module(name)\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    command = [sys.executable, "-c", script, json.dumps(names)]
    return set(json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout))


def of(packages: set[str], loaded: set[str]) -> set[str]:
    return {name for name in loaded if any(name == each or name.startswith(f"{each}.") for each in packages)}


def test_the_rules_load_no_front_end() -> None:
    assert of({"textual", "rich", "hvtui.tui"}, loaded_by(["hvtui.backends.operations"])) == set()
    names = [name for name in modules("backends") if of({"hvtui.backends.operations"}, {name})]
    assert len(names) > 8
    assert of({"textual", "rich", "hvtui.tui", *CONCRETE}, loaded_by(names)) == set()


def test_backends_load_no_screens() -> None:
    assert of({"textual", "rich", "hvtui.tui"}, loaded_by(modules("backends"))) == set()


def test_backends_load_no_test_tool_unless_the_suite_is_asked_for() -> None:
    names = [name for name in modules("backends") if not of({"hvtui.backends.testing"}, {name})]
    assert of({"pytest", "_pytest"}, loaded_by(names)) == set()


def test_screens_load_no_concrete_backend() -> None:
    assert of({*CONCRETE, "winrm"}, loaded_by(modules("tui"))) == set()


def test_the_import_rules_name_every_concrete_backend() -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (rule,) = (c for c in contracts if "hvtui.tui" in c.get("source_modules", ()))
    assert set(rule["forbidden_modules"]) >= CONCRETE


def test_every_file_says_what_it_is() -> None:
    files = [
        path for top in ("backends", "tui", "tests", "screenshots") for path in (ROOT / top).rglob("*.p*")
    ]
    assert len(files) > 50
    assert [path for path in files if path.stem.lower() in SAYS_NOTHING] == []


def test_the_map_is_the_tree() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    block = page.split("## The house")[1].split("```")[1]
    drawn, folder = set(), {0: ROOT}
    for line in block.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        for name in _names(line):
            path = folder[depth] / name
            drawn.add(path)
            if name.endswith("/"):
                folder[depth + 1] = path
    assert [str(path) for path in drawn if not path.exists()] == []
    files = {path for top in ("backends", "tui") for path in (ROOT / top).rglob("*.py")}
    files = {path for path in files if not path.name.startswith("__")}
    assert sorted(str(path.relative_to(ROOT)) for path in files - drawn) == []


def _names(line: str) -> list[str]:
    """The files and folders that a line of the map begins with: up to the first two spaces."""
    words = line.strip().split("  ")[0].split()
    return [word for word in words if word.endswith((".py", ".ps1", ".tcss", "/"))]


@pytest.mark.parametrize("folder", ["backends", "tui"])
def test_at_most_a_dozen_files_lie_loose_in_a_folder(folder: str) -> None:
    for each in [ROOT / folder, *(path for path in (ROOT / folder).rglob("*") if path.is_dir())]:
        loose = [path.name for path in each.glob("*.py") if not path.name.startswith("__")]
        assert len(loose) <= 12, f"{each}: {loose}"


def test_one_version() -> None:
    assert version("hvtui") == PROJECT["project"]["version"]


def test_the_command_says_the_version() -> None:
    command = [
        sys.executable,
        "-c",
        "from hvtui.tui.cli.main import main; raise SystemExit(main())",
        "--version",
    ]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.split()[-1] == PROJECT["project"]["version"]
