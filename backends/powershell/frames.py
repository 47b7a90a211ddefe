"""The framing of the protocol between hvtui and its agents: pure functions from bytes to replies.

A frame is ``LF nonce id kind coding length base64 LF``. All other output is noise. Its last few kilobytes are kept:
they are the only explanation if PowerShell does not start.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from typing import Any

NOISE_BYTES = 4_000
MAX_REPLY = 64 * 2**20
"""The largest reply in bytes, before and after decompression."""


@dataclass(frozen=True, slots=True)
class Reply:
    id: str
    kind: str
    """H for the handshake, R for a result, E for an error."""
    value: Any


class Garbled(Exception):
    """A frame with an unreadable content. `id` is the id of its request."""

    def __init__(self, id: str, reason: str) -> None:
        super().__init__(reason)
        self.id = id


class FrameReader:
    """Finds the frames with one nonce in a stream of output."""

    def __init__(self, nonce: str) -> None:
        self._nonce = nonce.encode()
        self._pending = bytearray()
        self._noise = bytearray()

    @property
    def noise(self) -> str:
        return (self._noise + self._pending).decode("utf-8", "replace")[-NOISE_BYTES:]

    def feed(self, data: bytes) -> list[Reply | Garbled]:
        """Add output, and return the replies that are complete now."""
        self._pending += data
        *lines, rest = self._pending.split(b"\n")
        self._pending = bytearray(rest)
        if len(self._pending) > MAX_REPLY:
            self._pending.clear()
        return [found for line in lines if (found := self._read(bytes(line))) is not None]

    def _read(self, line: bytes) -> Reply | Garbled | None:
        parts = line.rstrip(b"\r").split(b" ")
        if len(parts) != 6 or parts[0] != self._nonce:
            if line.strip():
                self._noise = (self._noise + line + b"\n")[-NOISE_BYTES:]
            return None
        id, kind, coding = (part.decode("ascii", "replace") for part in parts[1:4])
        try:
            if int(parts[4]) != len(parts[5]):
                return Garbled(id, "the reply is not as long as it says")
            return Reply(id, kind, _value(coding, parts[5]))
        except (ValueError, binascii.Error, zlib.error, RecursionError) as error:
            return Garbled(id, f"the reply cannot be read: {error}")


def request_line(id: str, op: str, arguments: dict[str, Any]) -> bytes:
    """Return the line of a request. Strings are prefixed with ``=``, so that no JSON parser takes one for a date."""
    body = json.dumps({"id": id, "op": op, "args": {k: _prefixed(v) for k, v in arguments.items()}})
    return base64.b64encode(body.encode()) + b"\n"


def _prefixed(value: Any) -> Any:
    if isinstance(value, str):
        return f"={value}"
    if isinstance(value, list | tuple):
        return [_prefixed(item) for item in value]
    return value


def _value(coding: str, text: bytes) -> Any:
    data = base64.b64decode(text, validate=True)
    if coding == "z":
        unpacker = zlib.decompressobj(wbits=31)
        data = unpacker.decompress(data, MAX_REPLY)
        if unpacker.unconsumed_tail:
            raise ValueError("it is too long")
    return json.loads(data)
