"""The pretend host's process: a world on a loopback port.

``python -m tests.hyperv_host.server --scenario one`` prints its port as the first line and serves until its
standard input ends, so it never outlives the test run that began it.
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
from tests.hyperv_host import wire
from tests.hyperv_host.control import Control
from tests.hyperv_host.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.mock.clock import Clock

CLOCKS = ("manual", "eager", "real")
"""Moved by tests; moved by whoever waits for a job, to its end; the machine's own."""


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, desk: Desk, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Connection)
        self.desk = desk

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Connection(socketserver.StreamRequestHandler):
    server: Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """The first line says who is there: `control`, or `cmdlets` and a process id."""
        try:
            who = self.rfile.readline().decode("ascii").split()
            if who and who[0] == "control":
                self._serve_control()
            elif who:
                self._serve_cmdlets(int(who[1]))
        except (ConnectionError, BrokenPipeError):
            return  # the process at the other end was killed

    def _serve_cmdlets(self, process: int) -> None:
        for line in self.rfile:
            reply = self.server.desk.take(process, wire.words(line), self._still_there)
            if reply is None:
                return
            self.wfile.write(reply)

    def _serve_control(self) -> None:
        control = Control(self.server.desk)
        for line in self.rfile:
            self.wfile.write(json.dumps(_done(control, json.loads(line))).encode("ascii") + b"\n")

    def _still_there(self) -> bool:
        self.connection.setblocking(False)
        try:
            return bool(self.connection.recv(1, socket.MSG_PEEK))
        except BlockingIOError:
            return True
        except ConnectionError:
            return False
        finally:
            self.connection.setblocking(True)


def _done(control: Control, request: dict[str, Any]) -> dict[str, Any]:
    name = request["do"]
    try:
        return {"value": getattr(control, name)(**request["with"])}
    except Exception as error:  # noqa: BLE001 - whatever it is, the test at the other end is to see it
        return {"error": f"{type(error).__name__}: {error}"}


def desk_for(scenario: str, clock_name: str) -> Desk:
    clock: Clock = RealClock() if clock_name == "real" else ManualClock()
    return Desk(build(scenario, clock).world, clock, eager=clock_name == "eager")


@contextmanager
def serving(scenario: str, clock: str = "manual", port: int = 0) -> Iterator[Server]:
    """A server in a thread of this process."""
    with Server(desk_for(scenario, clock), port) as server:
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
