"""`make fake-host`: the pretend host to try hvtui on by hand."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from winrm.protocol import Protocol

from tests.hyperv_host.host import CHECKOUT

if TYPE_CHECKING:
    from tests.hyperv_host.engine import Engine


@pytest.mark.engine
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
@pytest.mark.parametrize(("more", "backend"), [([], ""), (["--vmm"], " --backend scvmm")])
def test_it_prints_how_to_connect_and_ends_on_ctrl_c(
    powershell: Engine, more: list[str], backend: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        wanted = str(free.getsockname()[1])
    command = [sys.executable, "-m", "tests.winrm.fake_host", "--edition", powershell.edition]
    command += ["--http-port", wanted, *more]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as fake:
        assert fake.stdout
        try:
            said = ""
            while "SHA-256" not in said:
                said += fake.stdout.readline()
            (port,) = re.findall(rf"127.0.0.1{backend} --transport http --port (\d+)", said)
            assert port == wanted
            (program,) = set(re.findall(rf"^ +(\S+) \S+@127.0.0.1{backend} --transport", said, re.MULTILINE))
            assert Path(program).is_file()
            assert re.search(r"SHA-256: +([0-9A-F]{2}:){31}[0-9A-F]{2}$", said, re.MULTILINE)
            (user,) = re.findall(rf"hvtui (\S+)@127.0.0.1{backend} --transport http ", said)
            (password,) = re.findall(r"password is: +(.+)", said)
            options: dict[str, Any] = {
                "username": user,
                "password": password,
                "ca_trust_path": None,
                "proxy": None,
            }
            client = Protocol(f"http://127.0.0.1:{port}/wsman", transport="ntlm", **options)
            client.run_command(client.open_shell(), "powershell.exe", ["-EncodedCommand", "IAA="])
            client.transport.close_session()
            fake.send_signal(signal.SIGINT)

            assert fake.wait() == 0
            assert fake.stdout.read().strip() == ""
        finally:
            fake.kill()
