"""The port, open or closed, and a thread for each connection to it."""

from __future__ import annotations

import socketserver
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

    from tests.winrm.server import FakeWinRm


class Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, server: FakeWinRm, port: int) -> None:
        super().__init__(("127.0.0.1", port), socketserver.BaseRequestHandler, bind_and_activate=False)
        self._fake = server
        self._thread: threading.Thread | None = None
        self.server_bind()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def open(self) -> None:
        """Until then the port is taken, but refuses connections."""
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
        self._fake.machine.shells.end_idle()

    def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        self._fake.serve(request)

    def handle_error(self, request: object, client_address: object) -> None:
        error = sys.exc_info()[1]
        assert error
        self._fake.machine.record.mishaps.append(error)
