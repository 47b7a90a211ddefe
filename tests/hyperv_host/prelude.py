"""What goes in front of an agent's program so that its cmdlets reach a pretend host, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.hyperv_host.facts import PRETENDED
from tests.hyperv_host.generate import modules
from tests.hyperv_host.signatures import quoted

if TYPE_CHECKING:
    from collections.abc import Collection


def prelude(port: int, *, without: Collection[str] = ()) -> str:
    """`without` names modules that this host does not have: FailoverClusters, Hyper-V..."""
    block = (Path(__file__).parent / "prelude.ps1").read_text("utf-8")
    return f"& {{\n{block}}} {port} {quoted(str(modules()))} {_listed(PRETENDED)} {_listed(without)}\n"


def _listed(names: Collection[str]) -> str:
    return f"@({', '.join(map(quoted, names))})"
