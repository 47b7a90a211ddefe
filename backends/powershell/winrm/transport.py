"""pywinrm's transport and protocol, hardened against a hostile or broken server.

Answers are limited in size and time, redirects are refused, messages over http are always encrypted in both
directions, and a pinned certificate is the only one that is accepted. The password is read from its `Secret` each time
that it is needed.
"""

from __future__ import annotations

import base64
import logging
import re
import time
from typing import TYPE_CHECKING, Any

import requests
import spnego
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as BrokenConnection
from requests_ntlm.requests_ntlm import ShimSessionSecurity
from winrm.encryption import Encryption
from winrm.exceptions import WinRMOperationTimeoutError
from winrm.protocol import Protocol
from winrm.transport import Transport

from hvtui.backends.powershell.winrm import certificates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hvtui.backends.powershell.winrm.target import WinRmTarget

_log = logging.getLogger(__name__)

ENVELOPE = 512_000
"""The maximum size in bytes of a host's answer by default: MaxEnvelopeSizekb is 500."""
SOAP = b"http://www.w3.org/2003/05/soap-envelope"
MAX_ANSWER = 8 * ENVELOPE
"""The most bytes that are accepted as an answer: far more than `ENVELOPE` with encryption and base64."""


SLOWEST = 500
"""The fewest bytes a second of a long answer that is waited for, however long it is in coming."""


class AnswerTooLong(BrokenConnection):
    """The answer is larger than any answer of a WinRM service."""


class AnswerTooSlow(BrokenConnection):
    """The answer does not come to its end."""


class NotWinRm(Exception):
    """The answer is not a SOAP envelope."""


class NotEncrypted(Exception):
    """The answer is in plain text, although it must be encrypted."""


class BoundedAdapter(HTTPAdapter):
    """Verifies the certificate by the target's settings, and limits the size and time of an answer."""

    def __init__(self, target: WinRmTarget) -> None:
        self.heard_at = 0.0
        """When the last part of an answer came, by `time.monotonic`."""
        self._tls: dict[str, Any] = (
            {"assert_fingerprint": target.pin, "assert_hostname": False}
            if target.pin
            else {"ssl_context": certificates.context(target)}
        )
        self._answer: requests.Response | None = None
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **(kwargs | self._tls))

    def send(self, *args: Any, **kwargs: Any) -> requests.Response:
        response = self._answer = super().send(*args, **kwargs)
        _, seconds = kwargs["timeout"]
        response.raw.stream = self._bounded(response.raw, seconds)
        return response

    def close(self) -> None:
        if self._answer is not None:
            self._answer.close()  # an answer that is not read to its end keeps its connection open
        super().close()

    def _bounded(self, raw: Any, seconds: float) -> Callable[..., Iterator[bytes]]:
        """Return a replacement for `raw.stream` that raises an error for an answer that is too large or too slow.

        The whole answer, not each read, may take so many seconds, and as many more as its bytes take at `SLOWEST`.
        """

        def stream(amount: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
            began, taken = time.monotonic(), 0
            while chunk := raw.read1(amount, decode_content=decode_content):
                taken += len(chunk)
                self.heard_at = time.monotonic()
                if taken > MAX_ANSWER:
                    raw.close()
                    raise AnswerTooLong(f"The answer has more than {MAX_ANSWER} bytes.")
                if self.heard_at - began > seconds + taken / SLOWEST:
                    raw.close()
                    raise AnswerTooSlow(f"There is no end of the answer after {self.heard_at - began:.0f} s.")
                yield chunk
            raw.release_conn()

        return stream


def _token(token: bytes | None) -> dict[str, str]:
    return {"Authorization": f"Negotiate {base64.b64encode(token or b'').decode('ascii')}"}


def _no_sign_in(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave the request alone: pywinrm's own sign-in would answer the challenge."""
    return request


class WinRmTransport(Transport):
    """The HTTP session with one host."""

    def __init__(self, target: WinRmTarget) -> None:
        self._target = target
        self._adapter: BoundedAdapter | None = None
        self.renewed = False
        """Whether each encrypted message gets a connection of its own."""
        self._closed = False
        """Whether the host closes the connection after the answer that came last."""
        super().__init__(
            endpoint=target.endpoint.url,
            username=target.user,
            ca_trust_path=target.ca_file or None,  # type: ignore[arg-type]
            auth_method=target.auth,
            service="HTTP",  # the Kerberos service name: every member of a domain has it, not always WSMAN
            message_encryption="always" if target.encrypts_messages else "auto",
            proxy=None,
        )

    @property
    def password(self) -> str:
        return self._target.password.reveal()

    @password.setter
    def password(self, value: str | None) -> None:
        """Do nothing: pywinrm's constructor would keep the password as a string."""

    def build_session(self) -> requests.Session:
        if self.session is not None:
            return self.session
        _log.debug("New HTTP session with %s as %s (%s)", self.endpoint, self._target.user, self._target.auth)
        session = super().build_session()
        if self.encryption is None:
            self._harden(session)
        return session

    def setup_encryption(self, session: requests.Session) -> None:
        self._harden(session)
        if self.renewed and self._target.auth == "ntlm":
            self.encryption = Encryption(session, "ntlm")  # its key comes with each message
        else:
            super().setup_encryption(session)

    def send_message(self, message: str | bytes) -> bytes:
        if self._target.encrypts_messages:
            if self.encryption is None or self.renewed or self._closed:
                self.reset()  # pywinrm would continue in plain text after a failed sign-in
            self.build_session()
            if self._closed:  # after the sign-in
                self.renewed = True
                self.reset()
            if self.renewed and self._target.auth == "ntlm":
                return self._send_with_sign_in(message.encode() if isinstance(message, str) else message)
        return super().send_message(message)

    def _send_with_sign_in(self, message: bytes) -> bytes:
        """Send the message in the last step of a sign-in, because the connection is closed after any answer to it."""
        session = self.build_session()
        assert isinstance(self.encryption, Encryption)
        login = spnego.client(
            self._target.user,
            self.password,
            hostname=self._target.endpoint.host,
            service="http",
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
        )
        sign_in = requests.Request("POST", self.endpoint, auth=_no_sign_in, headers=_token(login.step()))
        challenge = session.send(session.prepare_request(sign_in), timeout=self.read_timeout_sec)
        found = re.search(r"Negotiate ([A-Za-z0-9+/=]+)", challenge.headers.get("WWW-Authenticate", ""))
        if found is None:
            raise PermissionError("The server did not respond with an NTLM challenge.")
        token = _token(login.step(base64.b64decode(found[1])))
        key: Any = session.auth  # where pywinrm looks for it
        key.session_security = ShimSessionSecurity(login)
        prepared = self.encryption.prepare_encrypted_request(session, self.endpoint, message)
        prepared.headers.update(token)
        return self._get_message_response_text(self._send_message_request(session, prepared))

    def _send_message_request(
        self, session: requests.Session, prepared_request: requests.PreparedRequest
    ) -> requests.Response:
        response = super()._send_message_request(session, prepared_request)
        self._closed = response.headers.get("Connection", "").lower() == "close"
        return response

    def reset(self) -> None:
        """Close the connection. The next message opens a new one and signs in: session keys die with a connection."""
        self.close_session()
        self.encryption = None
        self._closed = False

    @property
    def heard_at(self) -> float:
        """When the last part of an answer came, by `time.monotonic`; 0.0 if none has."""
        return self._adapter.heard_at if self._adapter else 0.0

    def _harden(self, session: requests.Session) -> None:
        session.max_redirects = 0
        self._adapter = BoundedAdapter(self._target)
        session.mount(f"{self._target.endpoint.scheme}://", self._adapter)
        if self._target.pin:
            session.verify = False  # urllib3 checks the fingerprint instead

    def _get_message_response_text(self, response: requests.Response) -> bytes:
        encrypted = "encrypted" in response.headers.get("Content-Type", "")
        if self._target.encrypts_messages and not encrypted:
            if response.ok:
                raise NotEncrypted
            return b""  # it is not authenticated: only the HTTP status is used, never the text
        if not encrypted:
            return response.content
        return super()._get_message_response_text(response)


class WinRmProtocol(Protocol):
    """The WS-Management messages of a remote shell. pywinrm's `Session` would start PowerShell for each command."""

    def __init__(self, target: WinRmTarget) -> None:
        # The constructor of the base class would create a transport that keeps the password as a string.
        self._target = target
        self.transport: WinRmTransport = WinRmTransport(target)
        self.operation_timeout_sec = 0  # the base class rounds it: `build_wsman_header` writes the real one
        self.set_operation_timeout(target.operation_timeout)

    def set_operation_timeout(self, seconds: float) -> None:
        """Set how long the host may take to answer each of the following messages."""
        self._operation_timeout = seconds
        connect_and_read = (self._target.connect_timeout, seconds + self._target.answer_timeout)
        self.transport.read_timeout_sec = connect_and_read  # type: ignore[assignment]

    def build_wsman_header(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        message = super().build_wsman_header(*args, **kwargs)
        message["env:Header"]["w:MaxEnvelopeSize"]["#text"] = str(ENVELOPE)
        message["env:Header"]["w:OperationTimeout"] = f"PT{self._operation_timeout:.3f}S"
        return message

    def send_message(self, message: str) -> bytes:
        answer = super().send_message(message)
        if SOAP not in answer:
            raise NotWinRm  # pywinrm does not parse the answer to a Send: it would accept a web page
        return answer

    def output(self, shell: str, process: str) -> tuple[bytes, bytes, bool] | None:
        """Return what PowerShell has written to standard output and error, and whether it has ended.

        Returns None if it wrote nothing in time.
        """
        try:
            out, err, _, ended = self.get_command_output_raw(shell, process)
        except WinRMOperationTimeoutError:
            return None
        return out, err, ended

    def end_input(self, shell: str, process: str) -> None:
        """Close the standard input of the process."""
        self.send_command_input(shell, process, b"", end=True)
