"""Asks whether to trust a certificate that this machine does not trust, or shows that a trusted one has changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.hosts.certificates import certificate_lines, comparison, fingerprint_lines
from hvtui.tui.text.problems import problem
from hvtui.tui.text.safe import SafeText, compose, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.widget import Widget

    from hvtui.backends.errors import CertificateUntrusted


_EFFECT = SafeText("hvtui then accepts this certificate of the host and no other.")


class TrustDialog(QuestionDialog[bool]):
    heading = SafeText("Certificate not trusted")

    def __init__(self, error: CertificateUntrusted) -> None:
        super().__init__()
        self._error = error

    @property
    def answers(self) -> Mapping[str, bool]:
        return {"Trust": True}

    def body(self) -> Iterable[Widget]:
        yield paragraph(safe(self._error.message), "strong joined" if self._error.detail else "strong")
        if self._error.detail:
            yield paragraph(compose("Why: {reason}", reason=self._error.detail))
        yield paragraph(certificate_lines(self._error.facts, datetime.now(UTC)))
        yield paragraph(fingerprint_lines(self._error.fingerprint), "strong")
        yield paragraph(compose("{hint} {effect}", hint=self._error.hint, effect=_EFFECT))


class CertificateChangedDialog(ErrorDialog):
    """Nothing here trusts the new certificate: the old one has to be forgotten first."""

    def __init__(self, error: CertificateUntrusted) -> None:
        super().__init__(problem(error))
        self.heading = SafeText("Certificate changed")
        self._error = error

    def body(self) -> Iterable[Widget]:
        yield paragraph(safe(self._error.message), "strong")
        yield paragraph(safe(self._error.hint))
        compared = "\n".join(comparison(self._error.trusted, self._error.fingerprint))
        yield paragraph(SafeText(f"SHA-256 (^^ marks what differs):\n{compared}"), "strong")
        yield paragraph(certificate_lines(self._error.facts, datetime.now(UTC)))
