"""The machine and the port in an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from urllib.parse import SplitResult


def machine_in(address: str) -> str:
    """Return the host name or IP address in an address, to compare it with others."""
    try:
        return _split(address).hostname or address.casefold()
    except ValueError:
        return address.casefold()


def port_in(address: str) -> str:
    """Return the port in an address; "" if there is none."""
    try:
        return str(_split(address).port or "")
    except ValueError:
        return ""


def with_machine(address: str, machine: str) -> str:
    """Return an address of this machine with the scheme, port and path of another address."""
    split = _split(address)
    return (
        split._replace(netloc=f"{machine}:{split.port}" if split.port else machine)
        .geturl()
        .removeprefix("//")
    )


def _split(address: str) -> SplitResult:
    """Split an address, with or without a scheme. Raises `ValueError`."""
    from urllib.parse import urlsplit

    return urlsplit(address if "://" in address else f"//{address}")
