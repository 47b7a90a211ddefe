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
from hvtui.backends.worker_thread import WorkerThread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.powershell.winrm.endpoint import Endpoint
    from hvtui.backends.powershell.winrm.target import WinRmTarget

SOON = 30
"""Days that a certificate should have left."""


async def checks(target: WinRmTarget) -> AsyncIterator[Check]:
    """The last one is the first that failed, if any did."""
    lane = WorkerThread("hvtui-approach")
    endpoint = target.endpoint
    yield ok("address", f"The host is {endpoint.host}, its WinRM {endpoint.url}.")
    for step in (_name, _port, _certificate) if endpoint.scheme == "https" else (_name, _port):
        check = await lane.run(partial(step, target))
        yield check
        if check.verdict is Verdict.FAILED:
            return


def ok(name: str, words: str) -> Check:
    return Check(name=name, verdict=Verdict.OK, words=words)


def failed(name: str, error: BackendError) -> Check:
    return Check(name=name, verdict=Verdict.FAILED, words=error.message, remedy=error.hint or error.detail)


def _name(target: WinRmTarget) -> Check:
    host = target.endpoint.host
    try:
        found = socket.getaddrinfo(host, target.endpoint.port, type=socket.SOCK_STREAM)
    except OSError as error:
        return failed("name", winrm_faults.of_connecting(error, target))
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if _is_address(host):
        return ok("name", f"{host} is an address already: no name to look up.")
    return ok("name", f"{host} is {' and '.join(addresses)}.")


def _port(target: WinRmTarget) -> Check:
    endpoint = target.endpoint
    try:
        with socket.create_connection(
            (endpoint.host, endpoint.port), timeout=target.connect_timeout
        ) as plain:
            return ok("port", f"Port {endpoint.port} at {plain.getpeername()[0]} is open.")
    except TimeoutError:
        return failed("port", _silent(endpoint))
    except OSError as error:
        return failed("port", winrm_faults.of_connecting(error, target))


def _certificate(target: WinRmTarget) -> Check:
    netloc = target.endpoint.netloc
    shown = certificates.shown_at(target.endpoint, target.connect_timeout)
    if shown is None:
        return Check(
            name="certificate",
            verdict=Verdict.FAILED,
            words=f"{netloc} cannot be spoken to in TLS.",
            remedy="Is it the port of https? For a host without a certificate, choose http with NTLM.",
        )
    fingerprint, days = certificates.fingerprint(shown), certificates.days_left(shown)
    if days is None:
        return Check(
            name="certificate",
            verdict=Verdict.FAILED,
            words=f"The certificate of {netloc} is malformed. Its SHA-256 is {fingerprint}.",
            remedy="Ask the host's owner for another one: a sign-in that is bound to it cannot be made.",
        )
    error = certificates.untrusted_one(target, shown)
    if error:
        ended = " It has ended." if days < 0 else ""
        return Check(
            name="certificate",
            verdict=Verdict.FAILED,
            words=f"{error.message}{ended} Its SHA-256 is {fingerprint}.",
            remedy=error.hint,
        )
    how = "is the one that you trusted" if target.pin else "validates"
    if days < SOON:
        when = f"ends in {days} days" if days >= 0 else "has ended"
        return Check(
            name="certificate",
            verdict=Verdict.WARNING,
            words=f"The certificate {how}, but {when}. Its SHA-256 is {fingerprint}.",
            remedy="Ask the host's owner to renew it in time; a new one has to be trusted anew.",
        )
    return ok("certificate", f"The certificate {how}, for {days} days more. Its SHA-256 is {fingerprint}.")


def _silent(endpoint: Endpoint) -> ConnectTimeout:
    return ConnectTimeout(
        f"{endpoint.netloc} does not answer.",
        hint="Check that the host is up and that no firewall stands in between.",
    )


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
