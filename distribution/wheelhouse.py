"""Fills a folder with hvtui and all that it needs, as wheels: ``make wheelhouse`` and ``make wheelhouse-windows``."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement

from distribution import targets
from distribution.completeness import missing

if TYPE_CHECKING:
    from collections.abc import Collection

    from distribution.targets import Target

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.txt"


def main(folder: str, kind: str) -> int:
    chosen = {"this": (targets.this_one(),), "windows": targets.windows()}[kind]
    fill(Path(folder), chosen)
    print(f"{folder} is complete for {', '.join(target.title for target in chosen)}")
    return 0


def fill(folder: Path, chosen: Collection[Target]) -> None:
    """Replace what is in the folder. Ends the program where something is missing afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    build_wheel(folder)
    for target in chosen:
        _download(folder, target)
    (folder / "requirements.txt").write_text(
        LOCK.read_text(encoding="utf-8") + _hashed(folder), encoding="utf-8"
    )
    if lacking := [sentence for target in chosen for sentence in missing(folder, target)]:
        sys.exit("\n".join(lacking))


def build_wheel(folder: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.resolve())]
    subprocess.run(command, cwd=ROOT, check=True)


def _download(folder: Path, target: Target) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        wanted = Path(scratch, "requirements.txt")
        wanted.write_text("\n".join(locked_for(target, LOCK.read_text(encoding="utf-8"))), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--dest",
            str(folder),
            "--only-binary=:all:",
        ]
        command += ["--no-deps", "--require-hashes", "--requirement", str(wanted), *target.pip_options]
        subprocess.run(command, check=True)


def locked_for(target: Target, lock: str) -> list[str]:
    """Return what the lock file has for the target, with hashes and without markers: pip would take them for itself."""
    entries: list[str] = []
    for line in lock.replace("\\\n", " ").splitlines():
        wanted, *hashes = line.split("--hash=")
        requirement = Requirement(wanted)
        if requirement.marker is None or requirement.marker.evaluate(target.environment):
            hashed = "".join(f" --hash={each.strip()}" for each in hashes)
            entries.append(f"{requirement.name}{requirement.specifier}{hashed}")
    return entries


def _hashed(folder: Path) -> str:
    (wheel,) = folder.glob("hvtui-*.whl")
    version = wheel.name.split("-")[1]
    return f"hvtui=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
