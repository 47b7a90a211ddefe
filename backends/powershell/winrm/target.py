"""How a host is reached over WinRM, and who asks."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.powershell.winrm.endpoint import Endpoint
    from hvtui.backends.secret import Secret

Auth = Literal["ntlm", "kerberos", "credssp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WinRmTarget:
    """Times are seconds."""

    endpoint: Endpoint
    user: str
    password: Secret
    auth: Auth = "ntlm"
    pin: str = ""
    """The SHA-256 of the one certificate to accept, in hex; "" to validate it."""
    ca_file: str = ""
    """Certificates of authorities, as PEM; "" for those of this machine."""
    connect_timeout: float = 6
    operation_timeout: int = 20
    """How long a Receive waits on the host for output."""
    answer_timeout: int = 10
    """How much longer than that an answer may be under way before the line counts as broken."""
    clock: Callable[[], float] = field(default=time.monotonic)

    @property
    def sealed(self) -> bool:
        """Over plain http every message is encrypted by the login's own keys, always."""
        return self.endpoint.scheme == "http"
