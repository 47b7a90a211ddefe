"""pywinrm's conversation with an endpoint, held to what a hostile or broken endpoint must not do to us.

Answers are bounded in size and time, redirects are refused, plain http is sealed both ways or not spoken at all, and
a pinned certificate is the only one accepted. The password is not kept as a string but in what pywinrm builds of it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as BrokenConnection
from winrm.exceptions import WinRMOperationTimeoutError
from winrm.protocol import Protocol
from winrm.transport import Transport

from hvtui.backends.powershell.winrm import certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import requests

    from hvtui.backends.powershell.winrm.target import WinRmTarget

ENVELOPE = 512_000
"""Bytes of one answer that we ask for: today's MaxEnvelopeSizekb of 500."""
SOAP = b"http://www.w3.org/2003/05/soap-envelope"
MOST_BYTES = 8 * ENVELOPE
"""Of an answer that is read at all: sealing and base64 do not come near it."""


class TooMuch(BrokenConnection):
    """An answer that no WinRM service gives: too long, or too long under way."""


class NotWinRm(Exception):
    """An answer that is no SOAP envelope."""


class NotSealed(Exception):
    """An answer in plain text where all has to be sealed."""


class BoundedAdapter(HTTPAdapter):
    def __init__(self, target: WinRmTarget) -> None:
        self._trust: dict[str, Any] = (
            {"assert_fingerprint": target.pin, "assert_hostname": False}
            if target.pin
            else {"ssl_context": certificates.context(target)}
        )
        self._answer: requests.Response | None = None
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **(kwargs | self._trust))

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        response = self._answer = super().send(*args, **kwargs)
        _, seconds = kwargs["timeout"]
        response.raw.stream = _bounded(response.raw, seconds)
        return response

    def close(self) -> None:
        if self._answer is not None:
            self._answer.close()  # one that nobody has read to its end holds its connection
        super().close()


def _bounded(raw: Any, seconds: float) -> Callable[..., Iterator[bytes]]:
    """The body as it comes in, as long as it is no longer under way than a whole answer may be."""

    def stream(amount: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        ends, taken = time.monotonic() + seconds, 0
        while chunk := raw.read1(amount, decode_content=decode_content):
            taken += len(chunk)
            if taken > MOST_BYTES or time.monotonic() > ends:
                raw.close()
                raise TooMuch(f"The answer has more than {MOST_BYTES} bytes, or takes too long.")
            yield chunk
        raw.release_conn()

    return stream


class WinRmTransport(Transport):
    def __init__(self, target: WinRmTarget) -> None:
        self._target = target
        super().__init__(
            endpoint=target.endpoint.url,
            username=target.user,
            ca_trust_path=target.ca_file or None,  # type: ignore[arg-type]
            auth_method=target.auth,
            service="HTTP",  # of whom Kerberos asks a ticket for; every member of a domain has it
            message_encryption="always" if target.sealed else "auto",
            proxy=None,
        )

    @property
    def password(self) -> str:
        return self._target.password.reveal()

    @password.setter
    def password(self, value: str | None) -> None:
        """Not kept: it is asked of the way each time."""

    def build_session(self) -> requests.Session:
        if self.session is not None:
            return self.session
        session = super().build_session()
        if self.encryption is None:
            self._guard(session)
        return session

    def setup_encryption(self, session: requests.Session) -> None:
        self._guard(session)
        super().setup_encryption(session)

    def send_message(self, message: str | bytes) -> bytes:
        if self._target.sealed and self.encryption is None:
            self.close_session()  # one whose login failed would be used as it is, in plain text
        return super().send_message(message)

    def forget_connection(self) -> None:
        """A new connection and a new login at the next message: the old one's seal is of no use on it."""
        self.close_session()
        self.encryption = None

    def _guard(self, session: requests.Session) -> None:
        session.max_redirects = 0
        session.mount(f"{self._target.endpoint.scheme}://", BoundedAdapter(self._target))
        if self._target.pin:
            session.verify = False  # the fingerprint is what is checked

    def _get_message_response_text(self, response: requests.Response) -> bytes:
        sealed = "encrypted" in response.headers.get("Content-Type", "")
        if self._target.sealed and not sealed:
            if response.ok:
                raise NotSealed
            return (
                b""  # whoever stands in between may have said it: only that something went wrong is believed
            )
        if not sealed:
            return response.content
        return super()._get_message_response_text(response)


class WinRmProtocol(Protocol):
    def __init__(self, target: WinRmTarget) -> None:
        # Its own __init__ would make a transport of its own, with the password as a string.
        self._target = target
        self.transport: WinRmTransport = WinRmTransport(target)
        self.within(target.operation_timeout)

    def within(self, seconds: int) -> None:
        """How long the host may take for the messages that follow."""
        self.operation_timeout_sec = seconds
        patience = (self._target.connect_timeout, seconds + self._target.answer_timeout)
        self.transport.read_timeout_sec = patience  # type: ignore[assignment]

    def build_wsman_header(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        message = super().build_wsman_header(*args, **kwargs)
        message["env:Header"]["w:MaxEnvelopeSize"]["#text"] = str(ENVELOPE)
        return message

    def send_message(self, message: str) -> bytes:
        answer = super().send_message(message)
        if SOAP not in answer:
            raise NotWinRm  # a Send is answered with nothing to read: a web page would pass for it
        return answer

    def output(self, shell: str, process: str) -> tuple[bytes, bool] | None:
        """What PowerShell wrote, and whether it has ended; None when there was nothing in that time."""
        try:
            out, err, _, ended = self.get_command_output_raw(shell, process)
        except WinRMOperationTimeoutError:
            return None
        return out + err, ended

    def end_input(self, shell: str, process: str) -> None:
        self.send_command_input(shell, process, b"", end=True)
