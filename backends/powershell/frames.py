"""The framing of the protocol between hvtui and its agents: pure functions from bytes to replies.

A frame is ``LF nonce id kind coding length base64 LF``. All other output is noise, and so is all of standard error. Its
last few kilobytes are kept: they are the only explanation if PowerShell does not start.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from msgspec import Struct

NOISE_BYTES = 4_000
MAX_REPLY = 64 * 2**20
"""The largest reply in bytes, before and after decompression."""


class Reply(Struct, frozen=True):
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
        if b"\n" not in data:  # not searched again with each piece: a large reply may come in very many
            self._pending += data
            return [] if len(self._pending) <= MAX_REPLY else self._overflow()
        first, *lines, rest = data.split(b"\n")
        lines = [bytes(self._pending + first), *lines]
        self._pending = bytearray(rest)
        return [found for line in lines if (found := self._read(line)) is not None]

    @property
    def in_reply(self) -> bool:
        """Whether a part of a reply has come that is not complete yet."""
        pending, nonce = self._pending, self._nonce
        return bool(pending) and (pending.startswith(nonce) or nonce.startswith(pending))

    def _overflow(self) -> list[Reply | Garbled]:
        """Drop a line that is too long. If it is a reply, it is garbled."""
        parts = bytes(self._pending[:200]).split(b" ")
        found = (
            Garbled(parts[1].decode("ascii", "replace"), "the reply is too long") if self.in_reply else None
        )
        self._pending.clear()
        return [found] if found else []

    def add_noise(self, data: bytes) -> None:
        """Keep output that is not part of the stream of frames."""
        if data.strip():
            self._noise = (self._noise + data)[-NOISE_BYTES:]

    def _read(self, line: bytes) -> Reply | Garbled | None:
        parts = line.rstrip(b"\r").split(b" ")
        if len(parts) != 6 or parts[0] != self._nonce:
            self.add_noise(line + b"\n")
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


def repeat_line(id: str) -> bytes:
    """Return the line that asks once more for the reply to a request. It never runs the request."""
    return base64.b64encode(json.dumps({"id": id}).encode()) + b"\n"


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
