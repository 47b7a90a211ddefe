"""The processes of the shells' commands: real ones, each in a session of its own."""

from __future__ import annotations

import base64
import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.hyperv_host.engine import Engine

_WORD = re.compile(r'"([^"]*)"|(\S+)')
KILLED = 1
"""The exit code of a process that was killed."""


class CannotStart(Exception):
    """The command cannot be started: the message of cmd.exe."""


class Programs:
    """The programs of this machine, by name."""

    def __init__(self, engine: Engine | None, prelude: str, others: Mapping[str, Sequence[str]]) -> None:
        self._engine = engine
        self._prelude = prelude
        self._others = others

    def command(self, line: str, longest: int) -> tuple[list[str], dict[str, str]]:
        """Return the arguments and the environment for this command line. Raises `CannotStart`."""
        if len(line) > longest:
            raise CannotStart("The command line is too long.")
        name, *arguments = [quoted or bare for quoted, bare in _WORD.findall(line)] or [""]
        program = name.lower().removesuffix(".exe")
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HVTUI_")}
        if program == "powershell" and self._engine:
            environment |= {"PWSH_EDITION": self._engine.edition, "NO_COLOR": "1"}
            return [self._engine.agents, *self._with_prelude(arguments)], environment
        if program in self._others:
            return [*self._others[program], *arguments], environment
        raise CannotStart(f"'{name}' is not recognized as a command or program.")

    def _with_prelude(self, arguments: list[str]) -> list[str]:
        """Put the prelude in front of the script, so that every cmdlet uses the pretend host."""
        if not self._prelude:
            return arguments
        for at, argument in enumerate(arguments[:-1]):
            if len(argument) > 1 and "-encodedcommand".startswith(argument.lower()):
                script = self._prelude + base64.b64decode(arguments[at + 1]).decode("utf-16-le")
                encoded = base64.b64encode(script.encode("utf-16-le")).decode("ascii")
                return [*arguments[: at + 1], encoded, *arguments[at + 2 :]]
        raise CannotStart("This host runs only -EncodedCommand.")


class Output:
    """The output of a command that no Receive has taken yet. Its owner's lock guards it."""

    def __init__(self) -> None:
        self._pending = {"stdout": bytearray(), "stderr": bytearray()}
        self.exit_code: int | None = None

    @property
    def has_news(self) -> bool:
        return self.exit_code is not None or any(self._pending.values())

    def add(self, stream: str, data: bytes) -> None:
        self._pending[stream] += data

    def take(self, room: int) -> tuple[list[tuple[str, bytes]], int | None]:
        """Take output up to `room` bytes, and the exit code once all output is taken."""
        taken = []
        for name, pending in self._pending.items():
            taken.append((name, bytes(pending[:room])))
            del pending[:room]
            room -= len(taken[-1][1])
        return taken, None if any(self._pending.values()) else self.exit_code


class Running:
    """A process in a session of its own. `changed` guards its output and is notified of it."""

    def __init__(self, command: tuple[list[str], dict[str, str]], changed: threading.Condition) -> None:
        self._changed = changed
        self._input: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._killed = False
        self.output = Output()
        arguments, environment = command
        self._process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=sys.platform != "win32",
        )
        self.id = self._process.pid
        assert self._process.stdin
        assert self._process.stdout
        assert self._process.stderr
        pumps = [
            threading.Thread(target=self._pump, args=(name, pipe), daemon=True)
            for name, pipe in (("stdout", self._process.stdout), ("stderr", self._process.stderr))
        ]
        threading.Thread(target=self._feed, args=(self._process.stdin,), daemon=True).start()
        threading.Thread(target=self._reap, args=(pumps,), daemon=True).start()

    @property
    def exit_code(self) -> int | None:
        return self.output.exit_code

    def write(self, data: bytes, *, last: bool) -> None:
        if data:
            self._input.put(data)
        if last:
            self.end_input()

    def end_input(self) -> None:
        self._input.put(b"")

    def kill(self) -> None:
        self._killed = True
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self.id, signal.SIGKILL)
        self.end_input()  # a process whose input ends first may still answer

    def _pump(self, name: str, pipe: IO[bytes]) -> None:
        with pipe:
            while data := pipe.read(65536):
                with self._changed:
                    self.output.add(name, data)
                    self._changed.notify_all()

    def _feed(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError), pipe:
            while data := self._input.get():
                left = memoryview(data)
                while left:
                    left = left[pipe.write(left) :]

    def _reap(self, pumps: list[threading.Thread]) -> None:
        for pump in pumps:
            pump.start()
        for pump in pumps:
            pump.join()
        code = self._process.wait()
        self.end_input()
        with self._changed:
            self.output.exit_code = KILLED if self._killed or code < 0 else code
            self._changed.notify_all()
