"""How cmdlets and the server speak: lines of plain ASCII, because JSON reads differently in the two editions.

A request is a line of words, each the base64 of UTF-16. A reply is a head and rows; a row's cells are escaped
as in JSON strings (which is how .NET's Regex.Unescape reads them) and stand between U+001F.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hvtui.backends.mock.records import Refused

CELL_END = "\x1f"
ITEM_END = "\x1e"
NET_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
TICKS_PER_MICROSECOND = 10

Cell = str | int | bool | datetime | timedelta | list[str] | list[int] | None


def words(request: bytes) -> list[str]:
    text = request.decode("ascii").removesuffix("\n").removesuffix("\r")
    return [base64.b64decode(word).decode("utf-16-le", "surrogatepass") for word in text.split(" ")]


def answered(rows: Iterable[Iterable[Cell]]) -> bytes:
    lines = [CELL_END.join(cell(value) for value in row) for row in rows]
    return "\n".join([f"ok {len(lines)}", *lines, ""]).encode("ascii")


def refused(refusal: Refused) -> bytes:
    lines = [_escaped(line) for line in refusal.lines]
    return "\n".join([f"refused {len(lines)} {refusal.code} {refusal.hresult or 0}", *lines, ""]).encode(
        "ascii"
    )


def cell(value: Cell) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "1"
        case datetime():
            return cell(value - NET_EPOCH)
        case timedelta():
            return str(value // timedelta(microseconds=1) * TICKS_PER_MICROSECOND)
        case list():
            return ITEM_END.join(_escaped(str(item)) for item in value)
        case _:
            return _escaped(str(value))


def _escaped(text: str) -> str:
    return json.dumps(text)[1:-1]
