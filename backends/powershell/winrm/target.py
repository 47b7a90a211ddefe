"""The settings of a connection over WinRM: the host, the user and the time limits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.powershell.winrm.endpoint import Endpoint
    from hvtui.backends.secret import Secret

Auth = Literal["ntlm", "kerberos", "credssp"]


class WinRmTarget(Struct, frozen=True, kw_only=True):
    """A host and how to connect to it. All links to the host share one. Times are seconds."""

    endpoint: Endpoint
    user: str
    password: Secret
    auth: Auth = "ntlm"
    pin: str = ""
    """The SHA-256 of the only certificate to accept, in hex; "" to validate the certificate."""
    ca_file: str = ""
    """A PEM file with the certificates of authorities; "" for the system's own."""
    connect_timeout: float = 6
    operation_timeout: float = 20
    """How long the host waits for output before it answers a Receive."""
    answer_timeout: float = 10
    """How much longer than `operation_timeout` an answer may take before the connection counts as lost."""
    clock: Callable[[], float] = field(default=time.monotonic)

    @property
    def encrypts_messages(self) -> bool:
        """Whether each message is encrypted with the session key of the sign-in: always over http, never over https."""
        return self.endpoint.scheme == "http"
