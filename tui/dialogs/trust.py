"""Trust a certificate that this machine does not know?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hvtui.tui.dialogs.dialog import said
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from hvtui.backends.errors import CertificateUntrusted

_HALF = 16 * 3
"""Sixteen pairs and their colons."""


class TrustDialog(QuestionDialog[bool]):
    heading = "Certificate not trusted"
    answers: ClassVar = {"Trust": True}

    def __init__(self, error: CertificateUntrusted) -> None:
        super().__init__()
        self._error = error

    def body(self) -> Iterable[Widget]:
        shown = safe(self._error.fingerprint)
        yield said(safe(self._error.message), "strong")
        yield said(safe(self._error.hint))
        yield said(f"SHA-256\n{shown[:_HALF].rstrip(':')}\n{shown[_HALF:]}", "strong")
        yield said("If you trust it, this certificate is accepted from this host from now on, and no other.")
