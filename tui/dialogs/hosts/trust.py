"""Asks whether to trust a certificate that this machine does not trust."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.dialogs.question import QuestionDialog
from hvtui.tui.text.safe import SafeText, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.widget import Widget

    from hvtui.backends.errors import CertificateUntrusted

_HALF = 16 * 3
"""The length of half a fingerprint: sixteen pairs with their colons."""


class TrustDialog(QuestionDialog[bool]):
    heading = SafeText("Certificate not trusted")

    def __init__(self, error: CertificateUntrusted) -> None:
        super().__init__()
        self._error = error

    @property
    def answers(self) -> Mapping[str, bool]:
        return {"Trust": True}

    def body(self) -> Iterable[Widget]:
        shown = safe(self._error.fingerprint)
        yield paragraph(safe(self._error.message), "strong")
        yield paragraph(safe(self._error.hint))
        yield paragraph(SafeText(f"SHA-256\n{shown[:_HALF].rstrip(':')}\n{shown[_HALF:]}"), "strong")
        yield paragraph(
            SafeText(
                "If you trust it, this certificate is accepted from this host from now on, and no other."
            )
        )
