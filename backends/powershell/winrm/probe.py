"""Checks the connection to a host up to its WinRM service, step by step. Sends nothing but a TLS handshake."""

from __future__ import annotations

import ipaddress
import logging
import socket
from functools import partial
from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.powershell.winrm import certificates
from hvtui.backends.powershell.winrm import errors as winrm_errors
from hvtui.backends.worker_thread import WorkerThread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.errors import BackendError
    from hvtui.backends.powershell.winrm.target import WinRmTarget

_log = logging.getLogger(__name__)

EXPIRES_SOON = 30
"""A certificate that expires in fewer days than this is a warning."""


async def checks(target: WinRmTarget) -> AsyncIterator[Check]:
    """Yield each check; stop after the first that failed."""
    thread = WorkerThread("hvtui-probe")
    endpoint = target.endpoint
    yield ok("address", f"The host is {endpoint.host}, its WinRM service {endpoint.url}.")
    for step in (_name, _port, _certificate) if endpoint.scheme == "https" else (_name, _port):
        check = await thread.run(partial(step, target))
        yield check
        if check.verdict is Verdict.FAILED:
            return


def approach(target: WinRmTarget) -> BackendError | None:
    """Connect to the host up to its certificate, without signing in. Return what is wrong; None if nothing is."""
    if error := _unreachable(target):
        return error
    if target.endpoint.scheme != "https":
        return None
    presented = certificates.fetch(target.endpoint, target.connect_timeout)
    return certificates.verify(target, presented) if presented else winrm_errors.no_tls(target)


def ok(name: str, words: str) -> Check:
    return Check(name=name, verdict=Verdict.OK, words=words)


def skipped(name: str, words: str) -> Check:
    return Check(name=name, verdict=Verdict.SKIPPED, words=words)


def failed(name: str, error: BackendError) -> Check:
    return Check(name=name, verdict=Verdict.FAILED, words=error.message, remedy=error.hint or error.detail)


def _name(target: WinRmTarget) -> Check:
    host = target.endpoint.host
    if _is_address(host):
        return ok("name", f"{host} is an address: there is no name to resolve.")
    try:
        found = socket.getaddrinfo(host, target.endpoint.port, type=socket.SOCK_STREAM)
    except OSError as error:
        _log.debug("Resolving %s failed", host, exc_info=True)
        return failed("name", winrm_errors.from_connecting(error, target))
    addresses = dict.fromkeys(str(each[4][0]) for each in found)
    return ok("name", f"{host} resolves to {' and '.join(addresses)}.")


def _port(target: WinRmTarget) -> Check:
    if error := _unreachable(target):
        return failed("port", error)
    return ok("port", f"Port {target.endpoint.port} at {target.endpoint.host} is open.")


def _unreachable(target: WinRmTarget) -> BackendError | None:
    """Return why the port cannot be connected to; None if it can."""
    endpoint = target.endpoint
    try:
        socket.create_connection((endpoint.host, endpoint.port), timeout=target.connect_timeout).close()
    except TimeoutError:
        _log.debug("Connecting to %s timed out", endpoint.netloc, exc_info=True)
        return winrm_errors.no_answer(target)
    except OSError as error:
        _log.debug("Connecting to %s failed", endpoint.netloc, exc_info=True)
        return winrm_errors.from_connecting(error, target)
    return None


def _certificate(target: WinRmTarget) -> Check:
    presented = certificates.fetch(target.endpoint, target.connect_timeout)
    if presented is None:
        return failed("certificate", winrm_errors.no_tls(target))
    sha256 = f"Its SHA-256 is {certificates.fingerprint(presented)}."
    days = certificates.days_until_expiry(presented)
    if days is None:
        return Check(
            name="certificate",
            verdict=Verdict.FAILED,
            words=f"The certificate of {target.endpoint.netloc} is malformed. {sha256}",
            remedy="Ask the host's owner for another one: hvtui cannot sign in with this one.",
        )
    if error := certificates.verify(target, presented):
        expired = " It has expired." if days < 0 else ""
        return Check(
            name="certificate",
            verdict=Verdict.FAILED,
            words=f"{error.message}{expired} {sha256}",
            remedy=error.hint,
        )
    trust = "is the one that you trusted" if target.pin else "validates"
    if days < EXPIRES_SOON:
        when = f"expires in {days} days" if days >= 0 else "has expired"
        return Check(
            name="certificate",
            verdict=Verdict.WARNING,
            words=f"The certificate {trust}, but {when}. {sha256}",
            remedy="Ask the host's owner to renew it in time. The new one has to be trusted again.",
        )
    return ok("certificate", f"The certificate {trust} and expires in {days} days. {sha256}")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
