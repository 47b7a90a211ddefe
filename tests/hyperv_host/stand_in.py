"""An executable that stands in for a host's PowerShell, for ``HVTUI_PWSH``: a real engine, told something first.

It puts that in front of what it is told by ``-EncodedCommand`` and becomes the engine: hvtui itself knows of nothing.
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

words = sys.argv[1:]
at = words.index("-EncodedCommand") + 1
told = {first!r} + base64.b64decode(words[at]).decode("utf-16-le")
words[at] = base64.b64encode(told.encode("utf-16-le")).decode("ascii")
os.environ["PWSH_EDITION"] = {engine.edition!r}
os.execv({engine.path!r}, [{engine.path!r}, *words])
"""


def stand_in(path: Path, engine: Engine, first: str) -> Path:
    """Write it there. `first` is PowerShell: a prelude, say, that puts a pretend host behind the cmdlets."""
    path.write_text(_SCRIPT.format(python=sys.executable, engine=engine, first=first), "utf-8")
    path.chmod(0o755)
    return path
