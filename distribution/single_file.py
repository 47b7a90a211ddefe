"""Packs hvtui and all that it needs into one file that Python runs: ``make zipapp``."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
import zipapp
from pathlib import Path
from typing import TYPE_CHECKING

from distribution import targets
from distribution.completeness import wheels_for
from distribution.wheelhouse import fill

if TYPE_CHECKING:
    from collections.abc import Collection

    from distribution.targets import Target

START = Path(__file__).parent / "pyz" / "__main__.py"
MADE_FOR = f"CPython {targets.PYTHONS[0]} to {targets.PYTHONS[-1]} on Windows and Linux (x86-64, glibc)"


def main(file: str) -> int:
    chosen = (*targets.windows(), *targets.linux())
    with tempfile.TemporaryDirectory() as scratch:
        fill(Path(scratch, "wheels"), chosen)
        pack(Path(scratch, "wheels"), chosen, Path(file))
    print(f"{file} runs on {MADE_FOR}")
    return 0


def pack(wheelhouse: Path, chosen: Collection[Target], file: Path) -> None:
    """Write the file from a complete folder of wheels."""
    taken = {each.extension_suffix: sorted(wheels_for(wheelhouse, each).values()) for each in chosen}
    content = sorted({wheel for wheels in taken.values() for wheel in wheels})
    build = hashlib.sha256(
        b"".join(hashlib.sha256(wheel.read_bytes()).digest() for wheel in content)
    ).hexdigest()
    names = {suffix: [wheel.name for wheel in wheels] for suffix, wheels in taken.items()}
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copy(START, scratch)
        for wheel in content:
            shutil.copy(wheel, scratch)
        packed = {"build": build[:12], "made_for": MADE_FOR, "wheels": names}
        Path(scratch, "packed.json").write_text(json.dumps(packed), encoding="utf-8")
        file.parent.mkdir(parents=True, exist_ok=True)
        zipapp.create_archive(scratch, file, interpreter="/usr/bin/env python3")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
