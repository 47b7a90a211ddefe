"""Creates certificates like those of real hosts: self-signed, or signed by a private authority."""

from __future__ import annotations

import hashlib
import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

LOOPBACK = ("localhost", "127.0.0.1")


@dataclass(frozen=True, slots=True)
class Certificate:
    pem: bytes
    """The certificate and its key. The server sends no certificate of its authority."""

    der: bytes
    trusted_by: bytes
    """What a client has to trust, as PEM: the certificate itself, or its authority's."""

    @property
    def fingerprint(self) -> str:
        """The SHA-256 as hex digits without separators."""
        return hashlib.sha256(self.der).hexdigest()


def self_signed(*names: str, expired: bool = False) -> Certificate:
    """Create one for these names and addresses; by default for `LOOPBACK`."""
    key = _key()
    certificate = _signed(names or LOOPBACK, key, None, key, expired=expired)
    return _packed(certificate, key, certificate)


def of_private_authority(*names: str, expired: bool = False) -> Certificate:
    authority_key, key = _key(), _key()
    authority = _signed((), authority_key, None, authority_key, expired=False)
    certificate = _signed(names or LOOPBACK, key, authority, authority_key, expired=expired)
    return _packed(certificate, key, authority)


def malformed(certificate: Certificate) -> Certificate:
    """Return the certificate with an X.509 version that does not exist: OpenSSL accepts it, strict parsers do not."""
    der = certificate.der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07")
    pem = ssl.DER_cert_to_PEM_cert(der).encode()
    return Certificate(pem + certificate.pem.partition(b"-----END CERTIFICATE-----\n")[2], der, pem)


def _key() -> EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _packed(
    certificate: x509.Certificate, key: EllipticCurvePrivateKey, trusted_by: x509.Certificate
) -> Certificate:
    written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Certificate(
        certificate.public_bytes(Encoding.PEM) + written,
        certificate.public_bytes(Encoding.DER),
        trusted_by.public_bytes(Encoding.PEM),
    )


def _signed(
    names: tuple[str, ...],
    key: EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: EllipticCurvePrivateKey,
    *,
    expired: bool,
) -> x509.Certificate:
    """Create a certificate. Without names it is an authority's; without an issuer it is self-signed."""
    subject = _name(names[0] if names else "Private authority")
    now = datetime.now(UTC)
    authority = not names or issuer is None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now - timedelta(days=1) if expired else now + timedelta(days=60))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
        .add_extension(_usage(signs_others=authority), critical=True)
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False
        )
    return builder.sign(issuer_key, hashes.SHA256())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        encipher_only=False,
        decipher_only=False,
    )
