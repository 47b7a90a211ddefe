"""Wheels for tests, made without an index: small ones, and those of what is installed here."""

from __future__ import annotations

import zipfile
from importlib.metadata import distribution
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from distribution.targets import this_one
from distribution.wheelhouse import LOCK, build_wheel, locked_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_wheel(
    folder: Path,
    name: str,
    tag: str = "py3-none-any",
    *,
    version: str = "1.0",
    requires: tuple[str, ...] = (),
    files: Mapping[str, str] | None = None,
) -> None:
    metadata = "".join(f"Requires-Dist: {each}\n" for each in requires)
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}"
    stem = f"{name}-{version}"
    with zipfile.ZipFile(folder / f"{stem}-{tag}.whl", "w") as wheel:
        wheel.writestr(f"{stem}.dist-info/METADATA", metadata)
        for path, text in (files or {}).items():
            wheel.writestr(path, text)


def what_is_installed_here(folder: Path) -> None:
    """Fill the folder with hvtui and all that it needs on this Python, in the versions of the lock file."""
    build_wheel(folder)
    for line in locked_for(this_one(), LOCK.read_text(encoding="utf-8")):
        _as_wheel(folder, Requirement(line.split(" --hash=")[0]).name)


def _as_wheel(folder: Path, name: str) -> None:
    found = distribution(name)
    lines = (found.read_text("WHEEL") or "").splitlines()
    tag = next(line.removeprefix("Tag: ") for line in lines if line.startswith("Tag: "))
    stem = f"{name.replace('-', '_').replace('.', '_')}-{found.version}"
    with zipfile.ZipFile(folder / f"{stem}-{tag}.whl", "w") as wheel:
        for path in found.files or ():
            if path.parts[0] != ".." and "__pycache__" not in path.parts:
                wheel.write(str(path.locate()), str(path))
