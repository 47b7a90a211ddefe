"""Writes an executable for ``HVTUI_PWSH`` that runs a script in PowerShell before the one that it is started with.

The executable prepends the script to its ``-EncodedCommand`` and then becomes the PowerShell engine, so that hvtui
runs unchanged.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hyperv_host.engine import Engine

_SCRIPT = """\
#!{python} -IS
import base64, os, sys

arguments = sys.argv[1:]
index = arguments.index("-EncodedCommand") + 1
script = {first!r} + base64.b64decode(arguments[index]).decode("utf-16-le")
arguments[index] = base64.b64encode(script.encode("utf-16-le")).decode("ascii")
os.environ["PWSH_EDITION"] = {engine.edition!r}
os.execv({engine.agents!r}, [{engine.agents!r}, *arguments])
"""


def write_wrapper(path: Path, engine: Engine, first: str) -> Path:
    """Write the executable. `first` is the script that it runs first, usually a prelude."""
    path.write_text(_SCRIPT.format(python=sys.executable, engine=engine, first=first), "utf-8")
    path.chmod(0o755)
    return path
