"""One TCP connection: its HTTP requests, authentication, encryption and faults."""

from __future__ import annotations

import base64
import contextlib
import select
import socket
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from tests.winrm import soap
from tests.winrm.faults import Dropped, Reply
from tests.winrm.seal import SEALED_TYPE, Acceptor, BadSeal, NotProved, by_basic
from tests.winrm.shells import ClientGone

if TYPE_CHECKING:
    from tests.winrm.certificates import Certificate
    from tests.winrm.machine import Machine
    from tests.winrm.record import Message
    from tests.winrm.seal import Account

POLL = 0.05
"""The seconds between two looks at whether the client is still connected."""


class Line:
    """The socket, and whether the client is still connected."""

    def __init__(
        self, machine: Machine, connected: socket.socket, number: int, certificate: Certificate | None
    ) -> None:
        self.machine = machine
        self.socket = connected
        self.number = number
        self.certificate = certificate
        self.dropped = False

    def drop(self) -> None:
        self.dropped = True
        with contextlib.suppress(OSError):
            # Not by way of ssl, which would wait for the client.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)

    def still_there(self) -> bool:
        """Return whether the client is still connected. It sends nothing while it waits, so readable means closed."""
        return not self.dropped and not select.select([self.socket], [], [], 0)[0]

    def hold(self) -> bool:
        """Wait until the test releases the message: True; or until the client has gone: False."""
        machine = self.machine
        with machine.changed:
            releases = machine.releases
            machine.held += 1
            machine.changed.notify_all()
            try:
                while not machine.closing and self.still_there():
                    if machine.releases > releases:
                        return True
                    machine.changed.wait(POLL)
                return False
            finally:
                machine.held -= 1

    def rest(self) -> bool:
        with self.machine.changed:
            self.machine.changed.wait(POLL)
        return not self.machine.closing and self.still_there()


class Exchanges(BaseHTTPRequestHandler):
    """Handles the HTTP requests of one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._machine = line.machine
        self._acceptor: Acceptor | None = None
        self._proved: Account | None = None
        self._last_token = b""
        """The server's last token, for mutual authentication: it is sent with the next answer."""
        super().__init__(line.socket, ("127.0.0.1", 0), None)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing to standard error: the record has everything."""

    def do_GET(self) -> None:
        """Answer a client that has followed a redirect."""
        message = self._arrived(b"")
        self._send(message, self._answered(message, "Get", Reply(status=405)))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        message = self._arrived(body)
        self._machine.wait_for_the_network()
        try:
            self._send(message, self._answer(message))
        except (Dropped, ClientGone):
            self._line.drop()
            self.close_connection = True

    def _arrived(self, body: bytes) -> Message:
        return self._machine.record.arrived(self._line.number, body, self.headers.get("Authorization", ""))

    def _answer(self, message: Message) -> Reply:
        refusal = self._authenticate()
        if refusal:
            return self._answered(message, "Authenticate", refusal)
        assert self._proved
        message.user = self._proved.name
        if not message.wire:
            return self._answered(message, "Blank", Reply(status=200))
        try:
            text = self._decrypted(message.wire)
        except BadSeal:
            return self._answered(message, "Unreadable", Reply(status=400))
        if text is None:
            return self._answered(message, "Unsealed", Reply(status=500))
        message.text = text.decode("utf-8", "replace")
        if len(text) > self._machine.rules.max_envelope:
            return self._answered(message, "Unknown", Reply(status=413))
        try:
            request = soap.read(text)
        except soap.NotSoap:
            return self._answered(message, "Unknown", Reply(status=400))
        message.shell, message.command, message.stdin = request.shell_id, request.command_id, request.stdin
        return self._answered(message, request.verb, request)

    def _answered(self, message: Message, kind: str, what: soap.Request | Reply) -> Reply:
        """Record the kind of the message, and answer it, or do what the planned fault does."""
        with self._machine.changed:
            message.kind = kind
            fault = self._machine.plans.take(kind)
            self._machine.changed.notify_all()
        if isinstance(what, Reply):
            return fault.reply(self._line, "", lambda: what) if fault else what
        execute = partial(self._executed, message, what)
        return fault.reply(self._line, what.message_id, execute) if fault else execute()

    def _executed(self, message: Message, request: soap.Request) -> Reply:
        assert self._proved
        try:
            body = self._machine.execute(request, self._proved, self._line)
        except soap.Refused as refused:
            return Reply(status=500, text=soap.fault(request.message_id, refused.fault))
        with self._machine.changed:
            message.executed = True
            self._machine.changed.notify_all()
        return Reply(status=200, text=soap.answer(request, body))

    def _authenticate(self) -> Reply | None:
        """Return None once the client is authenticated, else the next answer of the handshake."""
        scheme, _, credentials = self.headers.get("Authorization", "").partition(" ")
        if not scheme and self._proved:
            return None
        offers = ["Negotiate", *(['Basic realm="WSMAN"'] if self._machine.rules.basic else [])]
        try:
            if scheme == "Basic" and self._machine.rules.basic:
                self._proved = by_basic(self._machine.accounts, credentials)
                return None
            if scheme in ("Negotiate", "NTLM"):
                challenge = self._step(base64.b64decode(credentials))
                if challenge is None:
                    return None
                offers = [f"{scheme} {base64.b64encode(challenge).decode('ascii')}"]
        except NotProved:
            self._acceptor = self._proved = None
            self._machine.count_authentication(succeeded=False)
        return Reply(status=401, headers=tuple(("WWW-Authenticate", offer) for offer in offers))

    def _step(self, token: bytes) -> bytes | None:
        if self._acceptor is None or self._acceptor.complete:
            self._proved = None
            self._acceptor = self._machine.acceptor(token, self._line.certificate)
        challenge = self._acceptor.step(token)
        if self._acceptor.complete:
            self._proved = self._acceptor.account()
            self._last_token = challenge
            self._machine.count_authentication(succeeded=True)
            return None
        return challenge

    @property
    def _encrypted(self) -> bool:
        return self.headers.get("Content-Type", "").startswith("multipart/encrypted")

    def _decrypted(self, body: bytes) -> bytes | None:
        """Return the decrypted body; None if it is in plain text over http."""
        if self._encrypted:
            if self._acceptor is None:
                raise BadSeal
            return self._acceptor.unseal(body)
        return body if self._line.certificate else None

    def _send(self, message: Message, reply: Reply) -> None:
        body, content_type = reply.body, reply.content_type
        if reply.text is not None:
            body = reply.text.encode()
            if self._encrypted and self._acceptor:
                body, content_type = self._acceptor.seal(body), SEALED_TYPE
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if self._last_token:
            token = base64.b64encode(self._last_token).decode("ascii")
            self.send_header("WWW-Authenticate", f"Negotiate {token}")
            self._last_token = b""
        if body or reply.stream:
            self.send_header("Content-Type", content_type)
        if reply.stream is None:
            self.send_header("Content-Length", str(len(body)))
        closes = reply.status != 401 and self._machine.rules.closes_connections
        if reply.stream is not None or (closes and self._machine.rules.says_that_it_closes):
            self.send_header("Connection", "close")
        elif closes:
            self.close_connection = True
        # Before it is sent: the record has to be complete when the client has the answer.
        with self._machine.changed:
            message.status = reply.status
            self._machine.changed.notify_all()
        self.end_headers()
        size = max(1, len(body) // (self._machine.rules.pieces or 1))
        for at in range(0, len(body), size):
            self.wfile.write(body[at : at + size])
            if self._machine.rules.pieces and not self._line.rest():
                return
        for piece in reply.stream or ():
            self.wfile.write(piece)
