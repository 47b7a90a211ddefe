"""``hvtui trust``: trusts the certificate of a host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from hvtui.backends.contract import Trusting
from hvtui.backends.errors import CertificateUntrusted, SettingsError
from hvtui.tui.cli import output
from hvtui.tui.cli.arguments import parse
from hvtui.tui.cli.connection import require_target
from hvtui.tui.cli.exit_codes import DONE
from hvtui.tui.cli.syntax import Syntax
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.hosts.target import Target
    from hvtui.tui.cli.syntax import LoadBackend


def run(argv: Sequence[str], load: LoadBackend) -> int:
    arguments = parse(argv, load, SYNTAX)
    (fingerprint,) = arguments.words
    target = require_target(arguments, load)
    error = CertificateUntrusted("", fingerprint=_pairs(fingerprint))
    trusting(target).trust(target.settings, error)
    output.say(f"From now on this certificate of {safe(target.name)} is trusted, and no other.")
    return DONE


def trusting(target: Target) -> Trusting[object]:
    """Return the backend of the target. Raises `SettingsError` if its hosts present no certificates."""
    if not isinstance(target.backend, Trusting):
        raise SettingsError(f"Hosts of “{target.backend.name}” present no certificates.")
    return target.backend


def _pairs(fingerprint: str) -> str:
    digits = fingerprint.replace(":", "").upper()
    if not re.fullmatch(r"[0-9A-F]{64}", digits):
        raise SettingsError(
            "That is not a SHA-256 fingerprint.",
            hint="It has 32 pairs of hex digits, as hvtui or the host shows it.",
        )
    return ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))


SYNTAX = Syntax(
    name="trust",
    target="HOST",
    words=("FINGERPRINT",),
    description="Accept this certificate of the host from now on, and no other. The fingerprint is its SHA-256, as hvtui and the host show it.",
    examples=("trust hv01 5E:0C:…:9B",),
)
