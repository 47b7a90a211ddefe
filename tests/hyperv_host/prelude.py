"""The script that runs before an agent's program and connects its cmdlets to a fake host only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.hyperv_host.facts import FAKE_MODULES
from tests.hyperv_host.generate import commands, modules
from tests.hyperv_host.signatures import quoted

if TYPE_CHECKING:
    from collections.abc import Collection

FAKE_TOKEN = "Set-Alias -Name Get-Token -Value Get-FakeToken"
"""An alias comes before the function of that name in an agent's program."""


def prelude(port: int, *, without: Collection[str] = ()) -> str:
    """Return the script. `without` are modules that this host does not have, such as FailoverClusters."""
    script = (Path(__file__).parent / "prelude.ps1").read_text("utf-8")
    expected = "; ".join(f"{quoted(module)} = {_array(commands(module))}" for module in FAKE_MODULES)
    return (
        f"& {{\n{script}}} {port} {quoted(str(modules()))} ([ordered]@{{{expected}}}) {_array(without)}\n"
        f"{FAKE_TOKEN}\n"
    )


def _array(names: Collection[str]) -> str:
    return f"@({', '.join(map(quoted, names))})"
