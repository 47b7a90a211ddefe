"""Starts the processes of fake hosts.

Where the system can fork, a host's process is a fork of one process that has imported everything already: a test run
starts hundreds of hosts, and the imports would take most of the time of each.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[2]


@contextmanager
def started(scenario: str, clock: str) -> Iterator[int]:
    """Run a host in a process of its own, and yield its port. The process ends with this, or with the test run."""
    start = _forked if hasattr(os, "fork") else _spawned
    with start(scenario, clock) as port:
        yield port


@contextmanager
def _spawned(scenario: str, clock: str) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.hyperv_host.server", "--scenario", scenario, "--clock", clock]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait()


@contextmanager
def _forked(scenario: str, clock: str) -> Iterator[int]:
    ours, theirs = socket.socketpair()
    with ours, ours.makefile("r") as answers:
        with theirs:
            socket.send_fds(_parent_of_hosts(), [f"{scenario} {clock}".encode()], [theirs.fileno()])
        try:
            yield int(answers.readline())
        finally:
            ours.shutdown(socket.SHUT_WR)
            answers.read()  # until its end: the process has ended


@cache
def _parent_of_hosts() -> socket.socket:
    """Start the process that hosts are forked from, once a test process; return the socket that it takes orders from."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen([sys.executable, "-m", __name__], cwd=CHECKOUT, stdin=theirs.fileno())

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _fork_hosts() -> None:
    """Fork a host for each order on standard input, until that ends."""
    from tests.hyperv_host.server import serving

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the test run, and its end ends this
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for hosts that have ended
    with socket.socket(fileno=0) as orders:
        while True:
            order, descriptors, _, _ = socket.recv_fds(orders, 1024, 1)
            if not order:
                return
            with socket.socket(fileno=descriptors[0]) as client:
                if os.fork() == 0:
                    orders.close()
                    scenario, clock = order.decode().split()
                    with serving(scenario, clock) as server:
                        client.sendall(f"{server.port}\n".encode())
                        client.recv(1)
                        server.socket.close()  # before `client`, whose end says that the host has ended
                        os._exit(0)


if __name__ == "__main__":
    _fork_hosts()
