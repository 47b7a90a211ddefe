"""The server of the fake host and its control connection, without PowerShell."""

from __future__ import annotations

import base64
import socket
import subprocess
import sys

import pytest

from tests.hyperv_host.host import CHECKOUT, Host
from tests.hyperv_host.server import serving


class CmdletConnection:
    """The connection of a process that runs cmdlets."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._lines = self._socket.makefile("rwb")
        self._lines.write(b"cmdlets 1\n")

    def request(self, *words: str) -> list[str]:
        self.send(*words)
        header = self._lines.readline().decode().split()
        return [" ".join(header), *(self._lines.readline().decode().strip() for _ in range(int(header[1])))]

    def send(self, *words: str) -> None:
        encoded = b" ".join(base64.b64encode(word.encode("utf-16-le")) for word in words)
        self._lines.write(encoded + b"\n")
        self._lines.flush()

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


def test_a_server_can_run_in_this_process() -> None:
    with serving("one") as server:
        host = Host(server.port)
        cmdlets = CmdletConnection(server.port)
        job = cmdlets.request("save", host.vm_id("web-01"))[1]

        assert cmdlets.request("wait", job) == ["ok 1", ""]
        assert [call.verb for call in host.calls()] == ["save", "wait"]
        cmdlets.close()
        host.close()


def test_a_server_process_ends_when_its_standard_input_is_closed() -> None:
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


def test_an_eager_clock_advances_to_the_end_of_the_job_that_a_cmdlet_waits_for() -> None:
    with serving("one", "eager") as server:
        host = Host(server.port)
        cmdlets = CmdletConnection(server.port)
        host.set_durations(save=3600)
        cmdlets.request("wait", cmdlets.request("save", host.vm_id("web-01"))[1])

        assert host.state()["vms"][host.vm_id("web-01")]["state"] == "Saved"
        cmdlets.close()
        host.close()


def test_jobs_end_without_help_on_the_real_clock() -> None:
    with serving("one", "real") as server:
        host = Host(server.port)
        cmdlets = CmdletConnection(server.port)
        host.set_durations(save=0.05)
        cmdlets.request("wait", cmdlets.request("save", host.vm_id("web-01"))[1])

        assert host.state()["jobs"] == []
        with pytest.raises(RuntimeError, match="computer's clock"):
            host.advance(1)
        cmdlets.close()
        host.close()


def test_a_host_can_be_changed_as_by_another_administrator() -> None:
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


def test_an_invalid_control_request_raises_an_error() -> None:
    with serving("one") as server:
        host = Host(server.port)
        with pytest.raises(RuntimeError, match="has no colour"):
            host.set_vm(host.vm_id("web-01"), colour="red")
        with pytest.raises(RuntimeError, match="no verb"):
            host.do("restore", "x")
        host.close()
