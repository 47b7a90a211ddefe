"""The server's life, and what a host lets tests see and do. No engine needed."""

from __future__ import annotations

import base64
import socket
import subprocess
import sys

import pytest

from tests.hyperv_host.host import CHECKOUT, Host
from tests.hyperv_host.server import serving


class Cmdlets:
    """What a cmdlet's process says, by hand."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._lines = self._socket.makefile("rwb")
        self._lines.write(b"cmdlets 1\n")

    def ask(self, *words: str) -> list[str]:
        self.send(*words)
        head = self._lines.readline().decode().split()
        return [" ".join(head), *(self._lines.readline().decode().strip() for _ in range(int(head[1])))]

    def send(self, *words: str) -> None:
        encoded = b" ".join(base64.b64encode(word.encode("utf-16-le")) for word in words)
        self._lines.write(encoded + b"\n")
        self._lines.flush()

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


def test_a_server_in_this_process() -> None:
    with serving("one") as server:
        host = Host(server.port)
        cmdlets = Cmdlets(server.port)
        job = cmdlets.ask("save", host.vm_id("web-01"))[1]

        assert cmdlets.ask("wait", job) == ["ok 1", ""]
        assert [call.verb for call in host.calls()] == ["save", "wait"]
        cmdlets.close()
        host.close()


def test_a_server_ends_with_whoever_began_it() -> None:
    command = [sys.executable, "-m", "tests.hyperv_host.server", "--scenario", "empty"]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert int(process.stdout.readline()) > 0
        process.stdin.close()

        assert process.wait() == 0


def test_the_process_of_a_host_has_ended_when_the_host_is_left() -> None:
    with Host.started("empty") as host:
        assert host.state()["vms"] == {}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", host.port))


def test_hosts_end_with_a_test_run_that_is_killed() -> None:
    code = (
        "import os, signal; from tests.hyperv_host.host import Host\n"
        "with Host.started('empty') as host:\n"
        "    print(host.port, flush=True); os.kill(os.getpid(), signal.SIGTERM)"
    )
    # The hosts have the same standard output, so this returns when all of them have ended.
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, stdout=subprocess.PIPE, check=False)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(done.stdout)))


def test_the_eager_clock_goes_where_a_waiting_cmdlet_wants_it() -> None:
    with serving("one", "eager") as server:
        host = Host(server.port)
        cmdlets = Cmdlets(server.port)
        host.set_durations(save=3600)
        cmdlets.ask("wait", cmdlets.ask("save", host.vm_id("web-01"))[1])

        assert host.state()["vms"][host.vm_id("web-01")]["state"] == "Saved"
        cmdlets.close()
        host.close()


def test_the_real_clock_ends_jobs_by_itself() -> None:
    with serving("one", "real") as server:
        host = Host(server.port)
        cmdlets = Cmdlets(server.port)
        host.set_durations(save=0.05)
        cmdlets.ask("wait", cmdlets.ask("save", host.vm_id("web-01"))[1])

        assert host.state()["jobs"] == []
        with pytest.raises(RuntimeError, match="machine's own"):
            host.advance(1)
        cmdlets.close()
        host.close()


def test_another_admin_is_at_work() -> None:
    with serving("one") as server:
        host = Host(server.port)
        checkpoint = host.checkpoint_id("Old branch")
        host.rename(checkpoint, "renamed")
        host.delete(host.checkpoint_id("Before CU-11"))
        host.set_vm(host.vm_id("web-01"), state="Off")
        host.start(host.vm_id("web-01"))

        assert [c["name"] for c in host.state()["checkpoints"].values()] == ["Clean install", "renamed"]
        assert host.state()["vms"][host.vm_id("web-01")]["state"] == "Running"
        host.remove_vm(host.vm_id("web-01"))
        assert host.state()["vms"] == {}
        host.close()


def test_a_mistaken_test_is_told() -> None:
    with serving("one") as server:
        host = Host(server.port)
        with pytest.raises(RuntimeError, match="has no colour"):
            host.set_vm(host.vm_id("web-01"), colour="red")
        with pytest.raises(RuntimeError, match="no verb"):
            host.do("restore", "x")
        host.close()
