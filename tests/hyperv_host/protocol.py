"""The protocol between the fake cmdlets and the server.

It is plain ASCII, because the two editions of PowerShell parse JSON differently. A request is a line of words, each
the base64 of UTF-16. A reply is a header line and rows. The cells of a row are separated by U+001F and escaped as in
JSON strings, which .NET's Regex.Unescape can read.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hvtui.backends.mock.state.records import Refused

CELL_SEPARATOR = "\x1f"
ITEM_SEPARATOR = "\x1e"
NET_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
TICKS_PER_MICROSECOND = 10

Cell = str | int | bool | datetime | timedelta | list[str] | list[int] | None


def parse_request(line: bytes) -> list[str]:
    text = line.decode("ascii").removesuffix("\n").removesuffix("\r")
    return [base64.b64decode(word).decode("utf-16-le", "surrogatepass") for word in text.split(" ")]


def format_reply(rows: Iterable[Iterable[Cell]]) -> bytes:
    lines = [CELL_SEPARATOR.join(_format_cell(value) for value in row) for row in rows]
    return "\n".join([f"ok {len(lines)}", *lines, ""]).encode("ascii")


def format_refusal(refusal: Refused) -> bytes:
    lines = [_escape(line) for line in refusal.lines]
    header = f"refused {len(lines)} {refusal.code} {refusal.hresult or 0}"
    return "\n".join([header, *lines, ""]).encode("ascii")


def _format_cell(value: Cell) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "1"
        case datetime():
            return _format_cell(value - NET_EPOCH)
        case timedelta():
            return str(value // timedelta(microseconds=1) * TICKS_PER_MICROSECOND)
        case list():
            return ITEM_SEPARATOR.join(_escape(str(item)) for item in value)
        case _:
            return _escape(str(value))


def _escape(text: str) -> str:
    return json.dumps(text)[1:-1]
