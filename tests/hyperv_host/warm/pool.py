"""The warm engines of a test run. A script gets one that is idle, or a new one."""

from __future__ import annotations

import atexit
import base64
import subprocess
import sys
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.hyperv_host.warm.process import Run, WarmEngine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RUNS = 50
"""After so many an engine ends, with all the memory that it has not released."""
Started = subprocess.Popen[bytes] | Run

_idle: dict[tuple[str, str], list[WarmEngine]] = defaultdict(list)
_all: set[WarmEngine] = set()


def start(command: Sequence[str], *, env: Mapping[str, str], unseen: bool = False, **options: Any) -> Started:
    """Do what `subprocess.Popen` does with this command of PowerShell, if possible in a warm engine (see `Run`)."""
    path = command[0]
    if "-EncodedCommand" not in command or not _can_be_warm(path):
        return subprocess.Popen(command, env=env, **options)
    script = base64.b64decode(command[command.index("-EncodedCommand") + 1]).decode("utf-16-le")
    key = (path, env.get("PWSH_EDITION", ""))

    def ended(engine: WarmEngine) -> None:
        if engine.process.poll() is None and engine.runs < RUNS:
            _idle[key].append(engine)
        else:
            engine.close()
            _all.discard(engine)

    try:
        engine = _idle[key].pop()
    except IndexError:
        engine = WarmEngine(path, env)
        _all.add(engine)
    return Run(engine, script, env, ended, unseen=unseen)


@cache
def _can_be_warm(path: str) -> bool:
    """Return whether this is the console host whose way of running a script loop.ps1 repeats, on a system with /proc."""
    if sys.platform != "linux":
        return False
    known = [path, "-NoProfile", "-Command", "[bool]('PwshHost.TextHost' -as [type])"]
    return subprocess.run(known, capture_output=True, check=False).stdout.strip() == b"True"


def _close() -> None:
    for engine in list(_all):
        engine.close()


atexit.register(_close)
