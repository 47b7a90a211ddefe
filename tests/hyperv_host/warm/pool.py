"""The warm processes of a test run, and the socket that launchers ask for one."""

from __future__ import annotations

import base64
import os
import select
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.hyperv_host.engine import FLAGS, QUIET

if TYPE_CHECKING:
    from collections.abc import Iterator

POSSIBLE = sys.platform == "linux"
"""A warm process opens the streams of a launcher through /proc."""
LOOP = Path(__file__).parent / "loop.ps1"
IDLE = 4
"""How many idle processes of an edition are kept: each has about 150 MB."""
READING = ("", "inventory", "disks", "host_details", "events", "management", "find_jobs", "process_alive")
"""The last operations of processes that are used again however they end.

After a write, one is used again only if its launcher was killed: hvtui kills what is idle. If it only closes the input of an
agent, it may have lost the answer, and wait for the end of the process.
"""
GRACE = 0.25
"""Seconds in which an idle agent ends after its launcher was killed: with its input."""
_LAUNCHER = """\
#!{python} -IS
import sys
sys.path.insert(0, {folder!r})
from launcher import main
main({address!r}, {engine!r}, sys.argv[1:])
"""


class WarmProcess:
    def __init__(self, engine: str, edition: str) -> None:
        reads, self._requests = os.pipe()
        self.answers, writes = os.pipe()
        script = f"{QUIET}& {{\n{LOOP.read_text('utf-8')}\n}} {reads} {writes}"
        self._process = subprocess.Popen(
            [engine, *FLAGS, "-EncodedCommand", base64.b64encode(script.encode("utf-16-le")).decode("ascii")],
            env=os.environ | {"PWSH_EDITION": edition, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # a launcher that was killed at once has no streams to open
            pass_fds=(reads, writes),
            start_new_session=True,
        )
        os.close(reads)
        os.close(writes)

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def run(self, request: str) -> None:
        with suppress(BrokenPipeError), open(self._requests, "wb", closefd=False) as requests:
            requests.write(request.encode("ascii"))

    def last_operation(self) -> str | None:
        """Return that of the agent, "" if the script was none, or None after the end of the process."""
        answer = os.read(self.answers, 100).decode("ascii")
        return answer.strip() if answer else None

    def ends_by_itself(self) -> bool:
        """Whether the script ends, now that its input has. Not if it waits for the answer of a host."""
        return not self._waits_for_a_host() and bool(select.select([self.answers], [], [], GRACE)[0])

    def _waits_for_a_host(self) -> bool:
        """Whether a thread is in a system call on a socket."""
        folder = Path("/proc", str(self._process.pid))
        with suppress(OSError):
            for thread in (folder / "task").iterdir():
                descriptor = (thread / "syscall").read_text().split()[1:2]
                link = folder / "fd" / str(int(descriptor[0], 16)) if descriptor else folder
                if link.is_symlink() and str(link.readlink()).startswith("socket:"):
                    return True
        return False

    def kill(self) -> int:
        """End the process, and return its exit code: negative is a signal."""
        with self._process as process:
            process.kill()
        os.close(self._requests)
        os.close(self.answers)
        return self._process.returncode


class Pool(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, engine: str, address: str) -> None:
        super().__init__(address, _Launched)
        self._engine = engine
        self._idle: defaultdict[str, list[WarmProcess]] = defaultdict(list)
        self._ending = False
        self._changing = threading.Lock()

    def take(self, edition: str) -> WarmProcess:
        while True:
            with self._changing:
                idle = self._idle[edition]
                process = idle.pop() if idle else None
            if not process:
                return WarmProcess(self._engine, edition)
            if not process.has_ended:
                return process
            process.kill()

    def give_back(self, edition: str, process: WarmProcess) -> None:
        with self._changing:
            if len(self._idle[edition]) < IDLE and not self._ending:
                self._idle[edition].append(process)
                return
        process.kill()

    def end_processes(self) -> None:
        with self._changing:
            self._ending = True
            for idle in self._idle.values():
                while idle:
                    idle.pop().kill()


class _Launched(socketserver.StreamRequestHandler):
    """Serves one launcher: it asks for one script, and ends the script's process by ending."""

    server: Pool

    def handle(self) -> None:
        line = self._line()
        if not line.endswith("\n"):
            return  # the launcher was killed
        edition, request = line.split(" ")
        process = self.server.take(edition)
        process.run(request)
        readable, _, _ = select.select([process.answers, self.connection], [], [])
        killed = process.answers not in readable
        last = None if killed and not process.ends_by_itself() else process.last_operation()
        code = 0  # not known
        if last in READING or (last and killed):
            self.server.give_back(edition, process)
        elif last is None:
            code = process.kill()
        else:
            process.kill()
        with suppress(OSError):
            self.wfile.write(b"%d\n" % code)

    def _line(self) -> str:
        try:
            return self.rfile.readline().decode("ascii")
        except ConnectionError:
            return ""


@contextmanager
def launcher(engine: str) -> Iterator[str]:
    """Yield an executable that runs scripts in warm processes of this engine. All of them end with this."""
    with tempfile.TemporaryDirectory(prefix="hvtui-warm-") as folder:
        address, path = f"{folder}/pool", Path(folder, "pwsh")
        path.write_text(
            _LAUNCHER.format(
                python=sys.executable, folder=str(Path(__file__).parent), address=address, engine=engine
            )
        )
        path.chmod(0o755)
        with Pool(engine, address) as pool:
            thread = threading.Thread(target=pool.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
            thread.start()
            try:
                yield str(path)
            finally:
                pool.shutdown()
                thread.join()
                pool.end_processes()
