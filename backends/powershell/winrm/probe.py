"""The way to a host up to its WinRM, looked at step by step. Nothing is said to the host but a TLS greeting."""

from __future__ import annotations

import ipaddress
import socket
from functools import partial
from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.errors import BackendError, ConnectTimeout
from hvtui.backends.powershell.winrm import certificates
from hvtui.backends.powershell.winrm import errors as winrm_faults
from hvtui.backends.worker_thread import Lane

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.powershell.winrm.endpoint import Address
    from hvtui.backends.powershell.winrm.target import Way

SOON = 30
"""Days that a certificate should have left."""


async def checks(way: Way) -> AsyncIterator[Check]:
    """The last one is the first that failed, if any did."""
    lane = Lane("hvtui-approach")
    address = way.address
    yield ok("address", f"The host is {address.host}, its WinRM {address.url}.")
    for step in (_name, _port, _certificate) if address.scheme == "https" else (_name, _port):
        check = await lane.run(partial(step, way))
        yield check
        if check.verdict is Verdict.FAILED:
            return


def ok(name: str, words: str) -> Check:
    return Check(name=name, verdict=Verdict.OK, words=words)


def failed(name: str, error: BackendError) -> Check:
    return Check(name=name, verdict=Verdict.FAILED, words=error.message, remedy=error.hint or error.detail)


def _name(way: Way) -> Check:
    host = way.address.host
    try:
        found = socket.getaddrinfo(host, way.address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        return failed("name", winrm_faults.of_connecting(error, way))
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if _is_address(host):
        return ok("name", f"{host} is an address already: no name to look up.")
    return ok("name", f"{host} is {' and '.join(addresses)}.")


def _port(way: Way) -> Check:
    address = way.address
    try:
        with socket.create_connection((address.host, address.port), timeout=way.connect_timeout) as plain:
            return ok("port", f"Port {address.port} at {plain.getpeername()[0]} is open.")
    except TimeoutError:
        return failed("port", _silent(address))
    except OSError as error:
        return failed("port", winrm_faults.of_connecting(error, way))


def _certificate(way: Way) -> Check:
    place = way.address.place
    shown = certificates.shown_at(way.address, way.connect_timeout)
    if shown is None:
        return Check(
            name="certificate",
            verdict=Verdict.FAILED,
            words=f"{place} cannot be spoken to in TLS.",
            remedy="Is it the port of https? For a host without a certificate, choose http with NTLM.",
        )
    fingerprint, days = certificates.fingerprint(shown), certificates.days_left(shown)
    if days is None:
        return Check(
            name="certificate",
            verdict=Verdict.FAILED,
            words=f"The certificate of {place} is malformed. Its SHA-256 is {fingerprint}.",
            remedy="Ask the host's owner for another one: a sign-in that is bound to it cannot be made.",
        )
    error = certificates.untrusted_one(way, shown)
    if error:
        ended = " It has ended." if days < 0 else ""
        return Check(
            name="certificate",
            verdict=Verdict.FAILED,
            words=f"{error.message}{ended} Its SHA-256 is {fingerprint}.",
            remedy=error.hint,
        )
    how = "is the one that you trusted" if way.pin else "validates"
    if days < SOON:
        when = f"ends in {days} days" if days >= 0 else "has ended"
        return Check(
            name="certificate",
            verdict=Verdict.WARNING,
            words=f"The certificate {how}, but {when}. Its SHA-256 is {fingerprint}.",
            remedy="Ask the host's owner to renew it in time; a new one has to be trusted anew.",
        )
    return ok("certificate", f"The certificate {how}, for {days} days more. Its SHA-256 is {fingerprint}.")


def _silent(address: Address) -> ConnectTimeout:
    return ConnectTimeout(
        f"{address.place} does not answer.",
        hint="Check that the host is up and that no firewall stands in between.",
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
