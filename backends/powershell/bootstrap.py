"""How PowerShell is started: its arguments, its handshake, and the error if it does not reach the handshake."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hvtui.backends.errors import BackendError, ConnectError, ConnectTimeout, ReplyError

if TYPE_CHECKING:
    from hvtui.backends.powershell.frames import Reply
    from hvtui.backends.powershell.program import Program

SCRIPT = Path(__file__).parent / "bootstrap.ps1"
LANGUAGE_MODE = "hvtui-mode "
FLAGS = ["-NoLogo", "-NoProfile", "-NonInteractive", "-InputFormat", "None", "-OutputFormat", "Text"]


def arguments() -> list[str]:
    """Return the arguments with which PowerShell runs bootstrap.ps1."""
    lines = (line for line in SCRIPT.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return [*FLAGS, "-EncodedCommand", base64.b64encode("\n".join(lines).encode("utf-16-le")).decode("ascii")]


def stage(nonce: str, program: Program) -> bytes:
    """Return the two lines that bootstrap.ps1 reads: the nonce and the program."""
    return nonce.encode() + b"\n" + base64.b64encode(program.text().encode()) + b"\n"


def handshake(reply: Reply, program: Program, where: str) -> dict[str, Any]:
    """Return the data of the agent's handshake. Raises the error that kept the agent from starting."""
    try:
        if reply.kind == "H":
            return {**reply.value, "Process": int(reply.value["Process"])}
        refusal = program.start_failed(reply.value, where)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ReplyError(
            f"The handshake of PowerShell on {where} is unreadable.", detail=repr(error)
        ) from error
    raise refusal


def language_mode(output: str) -> str:
    """Return the language mode that bootstrap.ps1 printed; "" if it has not printed one."""
    lines = output.splitlines()
    return next((line.split()[-1] for line in lines if line.startswith(LANGUAGE_MODE)), "")


def _messages(output: str) -> str:
    """Return what PowerShell itself printed: the line of bootstrap.ps1 comes before, between or after it."""
    return "\n".join(line for line in output.splitlines() if not line.startswith(LANGUAGE_MODE))


def start_error(error: Exception, output: str, where: str) -> BackendError:
    """Return the error for a PowerShell that did not reach its handshake; `output` is what it printed."""
    for found in (error, error.__cause__):
        if isinstance(found, BackendError):
            return found
    mode, messages = language_mode(output), _messages(output)
    if mode and mode != "FullLanguage":
        return ConnectError(
            f"PowerShell on {where} runs in {mode} mode, which hvtui cannot work in.",
            hint="Ask the host's owner to allow Full Language mode for your account (AppLocker or WDAC).",
            detail=messages,
        )
    if isinstance(error, TimeoutError):
        return ConnectTimeout(f"PowerShell on {where} did not start in time.", detail=messages)
    reason = f"{error.__cause__ or error}\n{messages}".strip()
    return ConnectError(f"PowerShell on {where} did not start.", hint=messages[-300:], detail=reason)
