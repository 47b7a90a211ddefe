"""How PowerShell is started: its arguments, and the first words of what it then runs."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import ReplyError
from hvtui.backends.hyperv import errors as faults

if TYPE_CHECKING:
    from hvtui.backends.powershell.frames import Reply

SCRIPT = Path(__file__).parent / "bootstrap.ps1"
FLAGS = ["-NoLogo", "-NoProfile", "-NonInteractive", "-InputFormat", "None", "-OutputFormat", "Text"]


def arguments() -> list[str]:
    lines = (line for line in SCRIPT.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return [*FLAGS, "-EncodedCommand", base64.b64encode("\n".join(lines).encode("utf-16-le")).decode("ascii")]


def greeting(reply: Reply, where: str) -> dict[str, Any]:
    """What the agent says of itself. Raises the error that it could not begin with."""
    try:
        if reply.kind == "H":
            return {**reply.value, "Process": int(reply.value["Process"])}
        refusal = faults.at_start(reply.value, where)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ReplyError(
            f"PowerShell on {where} begins with something unreadable.", detail=repr(error)
        ) from error
    raise refusal
