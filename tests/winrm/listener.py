"""The port: open or closed, with or without TLS, with a thread for each connection."""

from __future__ import annotations

import socketserver
import ssl
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from tests.winrm.connection import Exchanges, Line

if TYPE_CHECKING:
    import socket

    from tests.winrm.certificates import Certificate
    from tests.winrm.machine import Machine


class Listener(socketserver.TCPServer):
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, machine: Machine, port: int, certificate: Certificate | None) -> None:
        super().__init__(("127.0.0.1", port), socketserver.BaseRequestHandler, bind_and_activate=False)
        self._machine = machine
        self._thread: threading.Thread | None = None
        self.certificate = certificate
        self.server_bind()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def open(self) -> None:
        """Accept connections from now on. Before, the port is bound but refuses them."""
        self.server_activate()
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        if self._thread:
            self.shutdown()
            self._thread.join()
        self.server_close()

    def service_actions(self) -> None:
        self._machine.shells.end_idle()

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Register the connection before the next is accepted, so that dropping all connections includes it."""
        if self.certificate:
            request = _context(self.certificate).wrap_socket(
                request, server_side=True, do_handshake_on_connect=False
            )
        line = self._machine.connected(request, self.certificate)
        threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: Line) -> None:
        machine = self._machine
        try:
            if isinstance(line.socket, ssl.SSLSocket):
                _shake_hands(machine, line.socket)
            Exchanges(line)
        except OSError:
            pass  # the client has gone, or did not accept the certificate
        except Exception as error:  # noqa: BLE001 - any error fails the test
            machine.record.mishaps.append(error)
        finally:
            line.socket.close()
            machine.disconnected(line)


def _shake_hands(machine: Machine, connected: ssl.SSLSocket) -> None:
    succeeded = False
    try:
        connected.do_handshake()
        succeeded = True
    finally:
        machine.count_handshake(succeeded=succeeded)


def _context(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "certificate.pem"
        path.write_bytes(certificate.pem)
        context.load_cert_chain(path)
    return context
