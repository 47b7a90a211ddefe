"""The PowerShell program that an agent runs, and how its error records become errors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from msgspec import Struct, field

from hvtui.backends.errors import ConnectError, OperationFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hvtui.backends.errors import BackendError

AGENT = Path(__file__).parent / "agent.ps1"
OBJECTS = Path(__file__).parent / "host" / "objects.ps1"
TRY_LINE = Path(__file__).parent / "diagnose" / "try_line.ps1"


class ErrorRecord(TypedDict):
    """A PowerShell error record, as `Get-Failure` in agent.ps1 sends it."""

    Id: str
    """FullyQualifiedErrorId: the same in every language."""
    Category: str
    Message: str
    Type: str
    Codes: list[str]
    """The HRESULT of the exception and of each inner exception, as signed decimal numbers."""
    Effect: NotRequired[str]
    """How far a write got, as its script saw after the error; "" if it did not look."""


class Request(Struct, frozen=True, kw_only=True):
    """What a host was asked for."""

    op: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    where: str = "this machine"
    """The name of the host."""


def hresults(record: ErrorRecord) -> list[int]:
    return [int(code) & 0xFFFFFFFF for code in record["Codes"]]


def operation_failed(record: ErrorRecord, _: Request) -> BackendError:
    """Return the error for a failed operation, from its error record only."""
    message, codes = record["Message"], hresults(record)
    return OperationFailed(
        message.splitlines()[0] if message else "The operation failed on the host.",
        error_id=record["Id"],
        category=record["Category"],
        hresult=codes[0] if codes else None,
        hint="See the host's own message below.",
        detail=f"{message}\n{record['Id']}\n{record['Category']}",
    )


def start_failed(record: ErrorRecord, where: str) -> BackendError:
    """Return the error for an agent on the host `where` that could not run its `prepare` script."""
    return ConnectError(
        f"PowerShell on {where} could not be initialized: {record['Message']}", detail=record["Id"]
    )


class Program(Struct, frozen=True, kw_only=True):
    """The scripts of an agent, and the functions that turn its error records into errors.

    `prelude`, objects.ps1 and `functions` run first, then `prepare`, whose result is part of the handshake.
    """

    operations: dict[str, str]
    """The script of each operation, by its name."""
    functions: str = ""
    prepare: str = ""
    prelude: str = ""
    operation_failed: Callable[[ErrorRecord, Request], BackendError] = operation_failed
    start_failed: Callable[[ErrorRecord, str], BackendError] = start_failed
    """Its second argument is the name of the host."""

    def text(self) -> str:
        table = "".join(f"$operations['{name}'] = {{\n{body}\n}}\n" for name, body in self.operations.items())
        return (
            f"{self.prelude}\n{OBJECTS.read_text('utf-8')}\n{self.functions}\n$operations = @{{}}\n$prepare = {{\n{self.prepare}\n}}\n"
            f"{table}{AGENT.read_text('utf-8')}"
        )
