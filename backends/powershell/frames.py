"""The framing between hvtui and its agent: pure bytes to replies.

A frame is ``LF nonce id kind coding length base64 LF``. Anything else on the line is noise, kept for its last
few kilobytes only, since it may be all that a PowerShell that did not start has to say.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from typing import Any

NOISE_KEPT = 4_000
LARGEST = 64 * 2**20
"""Bytes of one reply, packed or not: more than any host has to say."""


@dataclass(frozen=True, slots=True)
class Reply:
    id: str
    kind: str
    """H for the handshake, R for a result, E for an error."""
    value: Any


class Garbled(Exception):
    """A frame of ours whose content cannot be read; `id` says which request it was meant to answer."""

    def __init__(self, id: str, why: str) -> None:
        super().__init__(why)
        self.id = id


class FrameReader:
    def __init__(self, nonce: str) -> None:
        self._mark = nonce.encode()
        self._pending = bytearray()
        self._noise = bytearray()

    @property
    def noise(self) -> str:
        return (self._noise + self._pending).decode("utf-8", "replace")[-NOISE_KEPT:]

    def feed(self, data: bytes) -> list[Reply | Garbled]:
        """The replies that are complete with these bytes."""
        self._pending += data
        *lines, rest = self._pending.split(b"\n")
        self._pending = bytearray(rest)
        if len(self._pending) > LARGEST:
            self._pending.clear()
        return [found for line in lines if (found := self._read(bytes(line))) is not None]

    def _read(self, line: bytes) -> Reply | Garbled | None:
        parts = line.rstrip(b"\r").split(b" ")
        if len(parts) != 6 or parts[0] != self._mark:
            if line.strip():
                self._noise = (self._noise + line + b"\n")[-NOISE_KEPT:]
            return None
        id, kind, coding = (part.decode("ascii", "replace") for part in parts[1:4])
        try:
            if int(parts[4]) != len(parts[5]):
                return Garbled(id, "the reply is not as long as it says")
            return Reply(id, kind, _value(coding, parts[5]))
        except (ValueError, binascii.Error, zlib.error, RecursionError) as error:
            return Garbled(id, f"the reply cannot be read: {error}")


def request_line(id: str, op: str, arguments: dict[str, Any]) -> bytes:
    """One request. Strings get a ``=`` in front, so that no JSON reader takes one for a date."""
    body = json.dumps({"id": id, "op": op, "args": {k: _marked(v) for k, v in arguments.items()}})
    return base64.b64encode(body.encode()) + b"\n"


def _marked(value: Any) -> Any:
    if isinstance(value, str):
        return f"={value}"
    if isinstance(value, list | tuple):
        return [_marked(item) for item in value]
    return value


def _value(coding: str, text: bytes) -> Any:
    data = base64.b64decode(text, validate=True)
    if coding == "z":
        unpacker = zlib.decompressobj(wbits=31)
        data = unpacker.decompress(data, LARGEST)
        if unpacker.unconsumed_tail:
            raise ValueError("it is too long")
    return json.loads(data)
