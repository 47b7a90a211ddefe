"""The PowerShell program of the VMM agents, read from the .ps1 files of this package."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

from hvtui.backends.powershell.program import TRY_LINE, Program
from hvtui.backends.scvmm import errors

HERE = Path(__file__).parent


def program(prelude: str = "", *, server: str = "localhost", role: str = "") -> Program:
    """Return the program that signs in at the VMM server of this name, in this user role if one is given."""
    names = f"$vmmServer = {_data(server)}\n$vmmRole = {_data(role)}\n"
    return Program(
        prelude=prelude,
        prepare=(HERE / "prepare.ps1").read_text("utf-8"),
        functions=names + "".join((HERE / name).read_text("utf-8") for name in ("rows.ps1", "rights.ps1")),
        operations={
            path.stem: path.read_text("utf-8") for path in (*sorted((HERE / "ops").glob("*.ps1")), TRY_LINE)
        },
        operation_failed=errors.from_record,
        start_failed=errors.at_start,
    )


def _data(text: str) -> str:
    """Return an expression whose value is the text. No character of the text is in the script.

    What was no UTF-8 on the command line becomes a question mark, which no server has in its name.
    """
    encoded = b64encode(text.encode("utf-8", "replace")).decode("ascii")
    return f"[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{encoded}'))"
