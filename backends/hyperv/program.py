"""The PowerShell program of the Hyper-V agents, read from the .ps1 files of this package."""

from __future__ import annotations

from pathlib import Path

from hvtui.backends.hyperv import errors
from hvtui.backends.powershell.program import TRY_LINE, Program

HERE = Path(__file__).parent


def program(prelude: str = "") -> Program:
    return Program(
        prelude=prelude,
        prepare=(HERE / "prepare.ps1").read_text("utf-8"),
        functions="\n".join((HERE / name).read_text("utf-8") for name in ("rows.ps1", "management.ps1")),
        operations={
            path.stem: path.read_text("utf-8") for path in (*sorted((HERE / "ops").glob("*.ps1")), TRY_LINE)
        },
        operation_failed=errors.from_record,
        start_failed=errors.at_start,
    )
