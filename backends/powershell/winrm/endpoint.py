"""Parses the address of a host that a person typed.

pywinrm's own parser is not used: it misreads some addresses and would send credentials to the wrong host.
"""

from __future__ import annotations

import ipaddress
import re

from msgspec import Struct

from hvtui.backends.errors import SettingsError

PORTS = {"https": 5986, "http": 5985}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)


class Endpoint(Struct, frozen=True, kw_only=True):
    """The address of a WinRM service."""

    host: str
    """A name, or an IP address without brackets."""
    scheme: str = "https"
    port: int

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}/wsman"

    @property
    def netloc(self) -> str:
        """Host and port, like ``hv01:5986``, for messages and as a key in files."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def split_user(text: str) -> tuple[str, str]:
    """Split ``user@host`` at its last ``@``; without one, the user is "". Raises `SettingsError` if there is no host.

    ``http://user@host`` gives the user and ``http://host``.
    """
    scheme, separator, rest = text.strip().rpartition("://")
    if "@" in scheme:  # user@http://host
        scheme, separator, rest = "", "", text.strip()
    user, at, host = rest.rpartition("@")
    if at and not host:
        raise _invalid(text, "the host is missing")
    return user, f"{scheme}{separator}{host}"


def parse(text: str, *, scheme: str = "", port: int | None = None) -> Endpoint:
    """Parse a name, an address or a URL, with or without a port. Raises `SettingsError`."""
    rest = text.strip()
    given_scheme, separator, after = rest.partition("://")
    if separator:
        given_scheme = given_scheme.lower()
        if scheme and given_scheme != scheme:
            raise _invalid(text, f"it says {given_scheme}, but the transport is set to {scheme}")
        scheme, rest = given_scheme, after
        rest, _, path = rest.partition("/")
        if path.rstrip("/") not in ("", "wsman"):
            raise _invalid(text, "the only path of WinRM is /wsman")
    else:
        scheme = scheme or "https"
    if scheme not in PORTS:
        raise _invalid(text, "only https and http are supported")
    host, given_port = _split_port(text, rest)
    if given_port is not None and port is not None and given_port != port:
        raise _invalid(text, f"it says port {given_port}, but the port is set to {port}")
    chosen = next(each for each in (given_port, port, PORTS[scheme]) if each is not None)
    if not 0 < chosen < 65536:
        raise _invalid(text, f"{chosen} is not a port number")
    return Endpoint(host=_host(text, host), scheme=scheme, port=chosen)


def _split_port(text: str, rest: str) -> tuple[str, int | None]:
    if rest.startswith("["):
        host, bracket, tail = rest[1:].partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise _invalid(text, "its brackets do not match")
        return host, _port(text, tail[1:]) if tail else None
    if rest.count(":") > 1:
        return rest, None
    host, colon, tail = rest.partition(":")
    return host, _port(text, tail) if colon else None


def _port(text: str, digits: str) -> int:
    if not (digits.isascii() and digits.isdigit()):
        raise _invalid(text, f"“{digits}” is not a port number")
    return int(digits)


def _host(text: str, host: str) -> str:
    if not host:
        raise _invalid(text, "the host is missing")
    if "%" in host:
        raise _invalid(text, "a zone (%) is not supported")
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        try:
            return str(ipaddress.ip_address(host))
        except ValueError:
            raise _invalid(text, f"“{host}” is not an IP address") from None
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _invalid(text, "it is not a valid host name") from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.removesuffix(".").split(".")):
        raise _invalid(text, "it is not a valid host name")
    return name


def _invalid(text: str, why: str) -> SettingsError:
    return SettingsError(
        f"“{text.strip()}” is not understood: {why}.",
        hint="Write hv01, hv01.example.com:5986 or [2001:db8::1].",
    )
