"""The server process of the fake host, which serves a simulated host on a loopback port.

``python -m tests.hyperv_host.server --scenario one`` prints its port as the first line. It ends when its standard
input is closed, so that it never runs longer than the test that started it.
"""

from __future__ import annotations

import argparse
import json
import socket
import socketserver
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from hvtui.backends.mock.clock import ManualClock, RealClock
from hvtui.backends.mock.scenarios import NAMES, build
from tests.hyperv_host import protocol
from tests.hyperv_host.calls import CallHandler
from tests.hyperv_host.control import Control

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.mock.clock import Clock

CLOCKS = ("manual", "eager", "real")
"""Advanced by tests; advanced to the end of each job that a cmdlet waits for; the computer's clock."""


class Server(socketserver.ThreadingTCPServer):
    """Serves the connections of cmdlets and of tests, each in a thread."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, calls: CallHandler, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.calls = calls

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Connection(socketserver.StreamRequestHandler):
    server: Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Serve a connection. Its first line is `control`, or `cmdlets` and a process id."""
        try:
            greeting = self.rfile.readline().decode("ascii").split()
            if greeting and greeting[0] == "control":
                self._serve_control()
            elif greeting:
                self._serve_cmdlets(int(greeting[1]))
        except (ConnectionError, BrokenPipeError):
            return  # the client process was killed

    def _serve_cmdlets(self, process: int) -> None:
        for line in self.rfile:
            reply = self.server.calls.handle(process, protocol.parse_request(line), self._is_connected)
            if reply is None:
                return
            self.wfile.write(reply)

    def _serve_control(self) -> None:
        control = Control(self.server.calls)
        for line in self.rfile:
            self.wfile.write(json.dumps(_control_reply(control, json.loads(line))).encode("ascii") + b"\n")

    def _is_connected(self) -> bool:
        self.connection.setblocking(False)
        try:
            return bool(self.connection.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        finally:
            self.connection.setblocking(True)


def _control_reply(control: Control, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"value": getattr(control, request["method"])(**request["arguments"])}
    except Exception as error:  # noqa: BLE001 - the test that sent the request reports it
        return {"error": f"{type(error).__name__}: {error}"}


def create_handler(scenario: str, clock_name: str) -> CallHandler:
    clock: Clock = RealClock() if clock_name == "real" else ManualClock()
    return CallHandler(build(scenario, clock).world, clock, eager=clock_name == "eager")


@contextmanager
def serving(scenario: str, clock: str = "manual", port: int = 0) -> Iterator[Server]:
    """Run a server in a thread of this process."""
    with Server(create_handler(scenario, clock), port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main() -> None:
    parser = argparse.ArgumentParser(prog="tests.hyperv_host.server")
    parser.add_argument("--scenario", choices=NAMES, default="one")
    parser.add_argument("--clock", choices=CLOCKS, default="manual")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    with serving(options.scenario, options.clock, options.port) as server:
        print(server.port, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
