"""The PowerShell that the agents of this backend run, put together from its files."""

from __future__ import annotations

from pathlib import Path

from hvtui.backends.powershell.program import Program

HERE = Path(__file__).parent


def program(prelude: str = "") -> Program:
    return Program(
        prelude=prelude,
        prepare=(HERE / "prepare.ps1").read_text("utf-8"),
        functions=(HERE / "rows.ps1").read_text("utf-8"),
        operations={path.stem: path.read_text("utf-8") for path in sorted((HERE / "ops").glob("*.ps1"))},
    )
