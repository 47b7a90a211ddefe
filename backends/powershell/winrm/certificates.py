"""What certificate a host shows, and which ones a person said to trust."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError, CertificateUntrusted

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.backends.powershell.winrm.endpoint import Endpoint
    from hvtui.backends.powershell.winrm.target import WinRmTarget


def shown_at(endpoint: Endpoint, timeout: float) -> bytes | None:
    """The certificate that is shown there, as DER; None where no TLS is. Nothing else is said to the host."""
    anything_goes = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything_goes.check_hostname = False
    anything_goes.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((endpoint.host, endpoint.port), timeout=timeout) as plain,
            anything_goes.wrap_socket(plain, server_hostname=endpoint.host) as wrapped,
        ):
            return wrapped.getpeercert(binary_form=True)
    except OSError:
        return None


def fingerprint(certificate: bytes) -> str:
    """Its SHA-256, as upper-case hex pairs."""
    return _pairs(hashlib.sha256(certificate).hexdigest())


def days_left(certificate: bytes) -> int | None:
    """Whole days until it ends; below 0 where it has ended, None where it is malformed."""
    from cryptography.x509 import InvalidVersion, load_der_x509_certificate

    try:
        return (load_der_x509_certificate(certificate).not_valid_after_utc - datetime.now(UTC)).days
    except (ValueError, InvalidVersion):
        return None


def untrusted(target: WinRmTarget) -> CertificateUntrusted | None:
    """The error that its certificate is, where that is what stands in the way; None where it is not."""
    certificate = shown_at(target.endpoint, target.connect_timeout)
    return untrusted_one(target, certificate) if certificate else None


def untrusted_one(target: WinRmTarget, certificate: bytes) -> CertificateUntrusted | None:
    """The same of a certificate that is at hand."""
    shown = fingerprint(certificate)
    if _pairs(target.pin) == shown:
        return None
    netloc = target.endpoint.netloc
    if target.pin:
        return CertificateUntrusted(
            f"The certificate of {netloc} is not the one that you trusted. Nothing was sent to it.",
            fingerprint=shown,
            changed=True,
            hint="Ask the host's owner whether it was renewed. If it was, forget the old one and connect anew.",
            detail=f"trusted: {_pairs(target.pin)}",
        )
    if _validates(target):
        return None
    return CertificateUntrusted(
        f"The certificate of {netloc} is not one that this machine trusts. Nothing was sent to it.",
        fingerprint=shown,
        hint="Compare its fingerprint with the host's owner before you trust it.",
    )


class Pins:
    """The certificates that a person said to trust, host by host, in one file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, endpoint: Endpoint) -> str:
        """The fingerprint, or "". Raises `BackendError` where the file cannot be read: then nobody is trusted."""
        return self._all().get(endpoint.netloc, "")

    def trust(self, endpoint: Endpoint, fingerprint: str) -> None:
        self._save(self._all() | {endpoint.netloc: fingerprint})

    def forget(self, endpoint: Endpoint) -> bool:
        """Whether there was one."""
        pins = self._all()
        known = pins.pop(endpoint.netloc, None) is not None
        if known:
            self._save(pins)
        return known

    def _all(self) -> dict[str, str]:
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
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = self._file.with_suffix(".new")
            fresh.write_text(json.dumps(pins, indent=2, sort_keys=True) + "\n", "utf-8")
            fresh.replace(self._file)
        except OSError as error:
            raise BackendError(
                f"{self._file} cannot be written ({error.strerror}): the certificate is not remembered.",
                hint="Make room, or set HVTUI_STATE_DIR.",
            ) from error

    def _unreadable(self) -> BackendError:
        return BackendError(
            f"{self._file} cannot be read, and it says which certificates you trust.",
            hint="Mend it, or remove it and compare the fingerprints anew.",
        )


def context(target: WinRmTarget) -> ssl.SSLContext:
    """What validates a host's certificate: the authorities that were named, or else this system's."""
    return ssl.create_default_context(cafile=target.ca_file or None)


def _validates(target: WinRmTarget) -> bool:
    try:
        with (
            socket.create_connection(
                (target.endpoint.host, target.endpoint.port), timeout=target.connect_timeout
            ) as plain,
            context(target).wrap_socket(plain, server_hostname=target.endpoint.host),
        ):
            return True
    except OSError:
        return False


def _pairs(hex_digits: str) -> str:
    digits = hex_digits.replace(":", "").upper()
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))
