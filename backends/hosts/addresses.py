"""The machine and the port in an address."""

from __future__ import annotations


def machine_in(address: str) -> str:
    """Return the host name or IP address in an address, to compare it with others."""
    from urllib.parse import urlsplit

    try:
        return urlsplit(address if "://" in address else f"//{address}").hostname or address.casefold()
    except ValueError:
        return address.casefold()


def port_in(address: str) -> str:
    """Return the port in an address; "" if there is none."""
    from urllib.parse import urlsplit

    try:
        return str(urlsplit(address if "://" in address else f"//{address}").port or "")
    except ValueError:
        return ""


def with_machine(address: str, machine: str) -> str:
    """Return an address of this machine with the scheme, port and path of another address."""
    from urllib.parse import urlsplit

    split = urlsplit(address if "://" in address else f"//{address}")
    return (
        split._replace(netloc=f"{machine}:{split.port}" if split.port else machine)
        .geturl()
        .removeprefix("//")
    )
