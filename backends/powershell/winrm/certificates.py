"""TLS certificates: fetches the one that a host presents, and checks whether it is trusted."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hvtui.backends import atomic
from hvtui.backends.errors import BackendError, CertificateFacts, CertificateUntrusted, SettingsError

if TYPE_CHECKING:
    from hvtui.backends.powershell.winrm.endpoint import Endpoint
    from hvtui.backends.powershell.winrm.target import WinRmTarget

_log = logging.getLogger(__name__)


def fetch(endpoint: Endpoint, timeout: float) -> bytes | None:
    """Return the certificate that the host presents, as DER, or None where there is no TLS.

    Nothing but the TLS handshake is sent to the host.
    """
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    try:
        return _handshake(endpoint, timeout, unverified)
    except OSError:
        _log.debug("No TLS handshake with %s", endpoint.netloc, exc_info=True)
        return None


def fingerprint(certificate: bytes) -> str:
    """Return the SHA-256 of a DER certificate, as upper-case hex pairs."""
    return _hex_pairs(hashlib.sha256(certificate).hexdigest())


def facts_of(certificate: bytes) -> CertificateFacts | None:
    """Return what a person can compare of a DER certificate; None if it is malformed."""
    from cryptography.x509 import InvalidVersion, load_der_x509_certificate

    try:
        parsed = load_der_x509_certificate(certificate)
        return CertificateFacts(
            subject=parsed.subject.rfc4514_string(),
            issuer=parsed.issuer.rfc4514_string(),
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            sha1=hashlib.sha1(certificate, usedforsecurity=False).hexdigest().upper(),
        )
    except (ValueError, InvalidVersion):
        _log.debug("Malformed certificate", exc_info=True)
        return None


def days_until_expiry(certificate: bytes) -> int | None:
    """Return the whole days until the certificate expires: negative if it has expired, None if it is malformed."""
    facts = facts_of(certificate)
    return (facts.not_after - datetime.now(UTC)).days if facts else None


def fetch_and_verify(target: WinRmTarget) -> CertificateUntrusted | None:
    """Return the error if the host presents a certificate that is not trusted. Raises `SettingsError`."""
    certificate = fetch(target.endpoint, target.connect_timeout)
    return verify(target, certificate) if certificate else None


def verify(target: WinRmTarget, certificate: bytes) -> CertificateUntrusted | None:
    """Return the error if this certificate of the host is not trusted. Raises `SettingsError`."""
    presented = fingerprint(certificate)
    pinned = _hex_pairs(target.pin)
    if pinned == presented:
        return None
    netloc = target.endpoint.netloc
    if pinned:
        return CertificateUntrusted(
            f"The certificate of {netloc} is not the one that you trusted. Nothing was sent to it.",
            fingerprint=presented,
            facts=facts_of(certificate),
            trusted=pinned,
            hint="Ask the host's owner whether it was renewed. If so, forget the old one and connect again.",
            detail=f"trusted {pinned}",
        )
    reason = _validation_failure(target)
    if not reason:
        return None
    return CertificateUntrusted(
        f"The certificate of {netloc} is not trusted by this machine. Nothing was sent to it.",
        fingerprint=presented,
        facts=facts_of(certificate),
        hint="Trust it only if the host's owner gives you the same fingerprint.",
        detail=reason,
    )


def context(target: WinRmTarget) -> ssl.SSLContext:
    """Return a context that validates certificates against the CA file, or the system's authorities if none is set.

    Raises `SettingsError` if the CA file cannot be used.
    """
    return _context_with(target.ca_file) if target.ca_file else ssl.create_default_context()


def check_ca_file(path: str) -> None:
    """Raise `SettingsError` unless the file can be read and contains certificates as PEM."""
    _context_with(path)


def _context_with(ca_file: str) -> ssl.SSLContext:
    try:
        content = Path(ca_file).read_bytes()
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as error:
        _log.debug("CA file %s cannot be used", ca_file, exc_info=True)
        problem = _ca_file_error(ca_file, content, str(error))
    except (OSError, ValueError) as error:  # ValueError: there is a null character in the path
        _log.debug("CA file %s cannot be read", ca_file, exc_info=True)
        problem = SettingsError(
            f"The CA file {ca_file} cannot be read: {getattr(error, 'strerror', None) or error}.",
            hint="It should contain the certificates of authorities as PEM.",
        )
    # Raised here, outside of the handlers: with an OSError in its context it would be taken for a connection error.
    raise problem


def _ca_file_error(path: str, content: bytes, detail: str) -> SettingsError:
    if b"-----BEGIN " not in content:
        return SettingsError(
            f"The CA file {path} is not PEM.",
            hint="Export the certificate as Base-64, or convert it: certutil -encode, or openssl x509 -inform der.",
            detail=detail,
        )
    if b"CERTIFICATE-----" not in content:
        return SettingsError(
            f"The CA file {path} contains no certificate.",
            hint="It should contain the certificates of authorities: -----BEGIN CERTIFICATE-----.",
            detail=detail,
        )
    return SettingsError(
        f"The CA file {path} contains a malformed certificate.",
        hint="Export the certificates again, as Base-64 (PEM).",
        detail=detail,
    )


class Pins:
    """The certificates that the user trusts, one for each host and port, in one file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, endpoint: Endpoint) -> str:
        """Return the trusted fingerprint, or "". Raises `BackendError` if the file cannot be read."""
        return self._load().get(endpoint.netloc, "")

    def trust(self, endpoint: Endpoint, fingerprint: str) -> None:
        """Trust this certificate and no other. Raises `BackendError`."""
        self._save(self._load() | {endpoint.netloc: fingerprint})

    def forget(self, endpoint: Endpoint) -> bool:
        """Trust no certificate of this endpoint any more. Returns whether one was trusted. Raises `BackendError`."""
        pins = self._load()
        known = pins.pop(endpoint.netloc, None) is not None
        if known:
            self._save(pins)
        return known

    def _load(self) -> dict[str, str]:
        try:
            text = self._file.read_text("utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeError) as error:
            raise self._unreadable() from error
        with contextlib.suppress(ValueError):
            pins = json.loads(text)
            if isinstance(pins, dict) and all(isinstance(pin, str) for pin in pins.values()):
                return pins
        raise self._unreadable()

    def _save(self, pins: dict[str, str]) -> None:
        try:
            atomic.write_text(self._file, json.dumps(pins, indent=2, sort_keys=True) + "\n")
        except OSError as error:
            raise BackendError(
                f"{self._file} cannot be written ({error.strerror}): the certificate is not remembered.",
                hint="Free some disk space, or set HVTUI_STATE_DIR.",
            ) from error

    def _unreadable(self) -> BackendError:
        return BackendError(
            f"{self._file}, which lists the certificates that you trust, cannot be read.",
            hint="Repair it, or delete it and compare the fingerprints again.",
        )


def _validation_failure(target: WinRmTarget) -> str:
    """Return why the host's certificate does not validate, or "" if it does."""
    validating = context(target)
    try:
        _handshake(target.endpoint, target.connect_timeout, validating)
    except OSError as error:
        _log.debug("The certificate of %s does not validate", target.endpoint.netloc, exc_info=True)
        return getattr(error, "verify_message", "") or str(error) or type(error).__name__
    return ""


def _handshake(endpoint: Endpoint, timeout: float, context: ssl.SSLContext) -> bytes | None:
    with (
        socket.create_connection((endpoint.host, endpoint.port), timeout=timeout) as plain,
        context.wrap_socket(plain, server_hostname=endpoint.host) as wrapped,
    ):
        return wrapped.getpeercert(binary_form=True)


def _hex_pairs(hex_digits: str) -> str:
    digits = hex_digits.replace(":", "").upper()
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))
