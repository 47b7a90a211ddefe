"""The server side of a Kerberos sign-in, with the system's GSSAPI: on Windows this is part of SSPI.

It uses ctypes, because the Python packages that can accept tickets take minutes to compile.
"""

from __future__ import annotations

import ctypes
from ctypes import byref, c_size_t, c_uint32, c_void_p
from typing import Any

from tests.winrm.seal import BadSeal, NotProved, channel

LIBRARY = "libgssapi_krb5.so.2"
_KERBEROS = bytes.fromhex("06092a864886f712010202")
"""The object identifier of Kerberos, which is near the start of each first token."""
_CHANNEL_BOUND = 2048
_DATA, _HEADER, _PADDING, _STREAM, _ALLOCATE = 1, 2, 9, 10, 0x10000


class _Buffer(ctypes.Structure):
    _fields_ = (("length", c_size_t), ("value", c_void_p))

    def text(self) -> bytes:
        return ctypes.string_at(self.value, self.length) if self.value else b""


class _Bindings(ctypes.Structure):
    _fields_ = (
        ("initiator_type", c_uint32),
        ("initiator", _Buffer),
        ("acceptor_type", c_uint32),
        ("acceptor", _Buffer),
        ("application_data", _Buffer),
    )


class _Piece(ctypes.Structure):
    _fields_ = (("type", c_uint32), ("buffer", _Buffer))


def is_kerberos(token: bytes) -> bool:
    return token[:1] == b"\x60" and _KERBEROS in token[:20]


class Kerberos:
    """One sign-in. The service's key is in the file that KRB5_KTNAME names."""

    def __init__(self, certificate: bytes | None) -> None:
        self._library: Any = ctypes.CDLL(LIBRARY)
        self._context = c_void_p()
        self._certificate = certificate
        self.complete = False
        self.user = ""

    def step(self, token: bytes) -> bytes:
        """Accept a token. With a certificate, the sign-in must have a channel binding to it."""
        answer, name, shown, flags = _Buffer(), c_void_p(), _Buffer(), c_uint32()
        bindings = (
            _Bindings(application_data=_buffer(channel(self._certificate))) if self._certificate else None
        )
        self._call(
            NotProved, "gss_accept_sec_context", byref(self._context), None, byref(_buffer(token)),
            byref(bindings) if bindings else None, byref(name), None, byref(answer), byref(flags), None, None,
        )  # fmt: skip
        if bindings and not flags.value & _CHANNEL_BOUND:
            raise NotProved("not bound to this channel")
        self._call(NotProved, "gss_display_name", name, byref(shown), None)
        self.complete = True
        self.user = shown.text().decode().partition("@")[0]
        return answer.text()

    def seal(self, text: bytes) -> tuple[bytes, bytes]:
        pieces = (_Piece * 3)(
            _Piece(_HEADER | _ALLOCATE), _Piece(_DATA, _buffer(text)), _Piece(_PADDING | _ALLOCATE)
        )
        self._call(BadSeal, "gss_wrap_iov", self._context, 1, 0, None, pieces, 3)
        header, data, padding = (piece.buffer.text() for piece in pieces)
        return header, data + padding

    def unseal(self, signature: bytes, sealed: bytes) -> bytes:
        """Decrypt a message. One that is only signed is refused."""
        pieces = (_Piece * 2)(_Piece(_STREAM, _buffer(signature + sealed)), _Piece(_DATA))
        encrypted = ctypes.c_int()
        self._call(BadSeal, "gss_unwrap_iov", self._context, byref(encrypted), None, pieces, 2)
        if not encrypted:
            raise BadSeal
        return bytes(pieces[1].buffer.text())

    def _call(self, refusal: type[Exception], name: str, *arguments: object) -> None:
        minor = c_uint32()
        major = self._library[name](byref(minor), *arguments)
        if major:
            raise refusal(f"{name}: {major & 0xFFFFFFFF:#x}, {ctypes.c_int32(minor.value).value}")


def _buffer(data: bytes) -> _Buffer:
    """Return a copy, because the library may write to it."""
    return _Buffer(len(data), ctypes.cast(ctypes.create_string_buffer(data, len(data)), c_void_p))
