"""Where a host is, from what a person types. Our own: pywinrm's builder sends credentials to wrong hosts."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from hvtui.backends.errors import SettingsError

PORTS = {"https": 5986, "http": 5985}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
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
        """``hv01:5986``, for people and for files."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def split_user(text: str) -> tuple[str, str]:
    """``user@host`` to user and host; the user may have an ``@`` in it. Without one, the user is "".

    ``http://user@host`` is the user and ``http://host``. Raises `SettingsError` where no host is named.
    """
    scheme, separator, rest = text.strip().rpartition("://")
    if "@" in scheme:  # user@http://host
        scheme, separator, rest = "", "", text.strip()
    user, at, host = rest.rpartition("@")
    if at and not host:
        raise _bad(text, "no host is named")
    return user, f"{scheme}{separator}{host}"


def parse(text: str, *, scheme: str = "", port: int | None = None) -> Endpoint:
    """A name, an address or a URL, with or without a port. Raises `SettingsError`."""
    rest = text.strip()
    given_scheme, separator, after = rest.partition("://")
    if separator:
        given_scheme = given_scheme.lower()
        if scheme and given_scheme != scheme:
            raise _bad(text, f"it says {given_scheme}, and {scheme} was asked for")
        scheme, rest = given_scheme, after
        rest, _, path = rest.partition("/")
        if path.rstrip("/") not in ("", "wsman"):
            raise _bad(text, "WinRM is at /wsman, and nothing else is understood")
    else:
        scheme = scheme or "https"
    if scheme not in PORTS:
        raise _bad(text, "only https and http are spoken")
    host, given_port = _split_port(text, rest)
    if given_port is not None and port is not None and given_port != port:
        raise _bad(text, f"it says port {given_port}, and {port} was asked for")
    chosen = next(one for one in (given_port, port, PORTS[scheme]) if one is not None)
    if not 0 < chosen < 65536:
        raise _bad(text, f"{chosen} is no port")
    return Endpoint(host=_host(text, host), scheme=scheme, port=chosen)


def _split_port(text: str, rest: str) -> tuple[str, int | None]:
    if rest.startswith("["):
        host, bracket, tail = rest[1:].partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise _bad(text, "its brackets do not fit")
        return host, _port(text, tail[1:]) if tail else None
    if rest.count(":") > 1:
        return rest, None
    host, colon, tail = rest.partition(":")
    return host, _port(text, tail) if colon else None


def _port(text: str, digits: str) -> int:
    if not (digits.isascii() and digits.isdigit()):
        raise _bad(text, f"“{digits}” is no port")
    return int(digits)


def _host(text: str, host: str) -> str:
    if not host:
        raise _bad(text, "no host is named")
    if "%" in host:
        raise _bad(text, "zones of this machine are not supported")
    if ":" in host or re.fullmatch(r"[0-9.]+", host):
        try:
            return str(ipaddress.ip_address(host))
        except ValueError:
            raise _bad(text, f"“{host}” is no IP address") from None
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise _bad(text, "that cannot be the name of a host") from None
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.removesuffix(".").split(".")):
        raise _bad(text, "that cannot be the name of a host")
    return name


def _bad(text: str, why: str) -> SettingsError:
    return SettingsError(
        f"“{text.strip()}” is not understood: {why}.",
        hint="Write hv01, hv01.example.com:5986 or [2001:db8::1].",
    )
