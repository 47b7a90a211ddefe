"""Serves a fake VMM on a loopback port, in a thread of this process."""

from __future__ import annotations

import base64
import json
import socketserver
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.vmm_host.records import VmmError
from tests.vmm_host.vmm import Vmm

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, vmm: Vmm) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.vmm = vmm


class _Connection(socketserver.StreamRequestHandler):
    server: _Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        try:
            for line in self.rfile:
                process, cmdlet, *words = line.decode("ascii").split()
                pairs = (word.partition("=") for word in words)
                arguments = {
                    name: base64.b64decode(text).decode("utf-16-le", "surrogatepass")
                    for name, _, text in pairs
                }
                self.wfile.write(json.dumps(self._reply(int(process), cmdlet, arguments)).encode() + b"\n")
        except ConnectionError:
            return  # the client process was killed

    def _reply(self, process: int, cmdlet: str, arguments: dict[str, str]) -> dict[str, Any]:
        try:
            return self.server.vmm.call(process, cmdlet, arguments)
        except VmmError as error:
            return {"number": error.number, "words": f"={error}", "objects": error.after}


@contextmanager
def serving(vmm: Vmm | None = None) -> Iterator[Vmm]:
    """Serve a VMM; unless given, one with one host that has one VM with a small tree of checkpoints.

    The cmdlets after `prelude(vmm.port)`, of `tests.vmm_host.module`, in any PowerShell process, are those of this VMM.
    Tests look at it and change it as an object. Its jobs go on when such a process ends.
    """
    vmm = vmm or Vmm()
    with _Server(vmm) as server:
        vmm.port = int(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield vmm
        finally:
            server.shutdown()
            thread.join()
