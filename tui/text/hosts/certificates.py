"""A certificate that a person is asked to trust, in lines to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.text.safe import SafeText, compose, safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hvtui.backends.errors import CertificateFacts

_PAIRS = 8
"""How many pairs of a fingerprint are in a line of a comparison: as many as fit a narrow terminal."""


def certificate_lines(facts: CertificateFacts | None, now: datetime) -> SafeText:
    """Return who the certificate is from, until when it is valid, and its thumbprint (a SHA-1) as Windows shows it."""
    if facts is None:
        return SafeText("The certificate is malformed: only its fingerprint can be shown.")
    issuer = "itself" if facts.issuer == facts.subject else facts.issuer
    valid = f"{facts.not_before.astimezone():%Y-%m-%d} to {facts.not_after.astimezone():%Y-%m-%d}"
    if now > facts.not_after:
        valid += " (expired)"
    elif now < facts.not_before:
        valid += " (not valid yet)"
    lines = (
        compose("Issued to   {subject}", subject=facts.subject),
        compose("Issued by   {issuer}", issuer=issuer),
        SafeText(f"Valid from  {valid}"),
        compose("Thumbprint  {sha1}", sha1=facts.sha1),
    )
    return SafeText("\n".join(lines))


def fingerprint_lines(fingerprint: str) -> SafeText:
    """Return a SHA-256 fingerprint in two lines."""
    half = 16 * 3  # sixteen pairs with their colons
    shown = safe(fingerprint)
    return SafeText(f"SHA-256:\n{shown[:half].rstrip(':')}\n{shown[half:]}")


def comparison(trusted: str, presented: str) -> Iterator[SafeText]:
    """Yield both fingerprints below each other in short lines, and under each pair that differs a mark."""
    old, new = safe(trusted).split(":"), safe(presented).split(":")
    for start in range(0, max(len(old), len(new)), _PAIRS):
        before, after = old[start : start + _PAIRS], new[start : start + _PAIRS]
        yield SafeText(f"trusted  {':'.join(before)}")
        yield SafeText(f"now      {':'.join(after)}")
        marks = " ".join("  " if one == other else "^^" for one, other in zip(before, after, strict=False))
        yield SafeText(f"         {marks}".rstrip())
