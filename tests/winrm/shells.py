"""The remote shells of one machine: their owners, their commands, and when they end."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.winrm import soap
from tests.winrm.processes import CannotStart, Output, Programs, Running
from tests.winrm.soap import Refused

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from datetime import datetime

    from hvtui.backends.mock.clock import Clock
    from tests.winrm.rules import Rules
    from tests.winrm.seal import Account
    from tests.winrm.soap import Request

ENVELOPE_ROOM = 4096
"""The bytes that an answer needs besides its output."""


class ClientGone(Exception):
    """The client of a Receive has gone."""


@dataclass(eq=False, slots=True)
class Command:
    id: str
    line: str
    output: Output
    process: Running | None
    """None if it could not be started."""
    console_input: bool
    waiting: list[object] = field(default_factory=list)
    """The pending Receives, in order."""


@dataclass(eq=False, slots=True)
class Shell:
    id: str
    owner: str
    idle_timeout: float
    used: datetime
    options: dict[str, str]
    commands: dict[str, Command] = field(default_factory=dict)
    operations: int = 0


class Shells:
    """Has one method for each verb. The threads of the connections call them; `changed` guards everything."""

    def __init__(self, programs: Programs, rules: Rules, clock: Clock, changed: threading.Condition) -> None:
        self._programs = programs
        self._rules = rules
        self._clock = clock
        self._changed = changed
        self.open: dict[str, Shell] = {}
        self.processes: list[Running] = []
        """Every process that was ever started."""
        self._expired = 0
        self.closing = False

    def create(self, request: Request, account: Account) -> str:
        if not account.administrator:
            raise Refused(soap.ACCESS_DENIED)
        idle_timeout = request.idle_timeout() or self._rules.default_idle_timeout
        with self._changed:
            if sum(shell.owner == account.name for shell in self.open.values()) >= self._rules.max_shells:
                raise Refused(soap.TOO_MANY_SHELLS)
            shell = Shell(_new_id(), account.name, idle_timeout, self._clock.now(), request.options)
            self.open[shell.id] = shell
            self._changed.notify_all()
        return soap.shell_created(shell.id, account.name, idle_timeout)

    def command(self, request: Request, account: Account) -> str:
        line = f"{request.text('Command')} {request.text('Arguments')}".strip()
        with self._changed:
            shell = self._shell(request, account)
            mine = sum(each.operations for each in self.open.values() if each.owner == account.name)
            if mine >= self._rules.max_operations:
                raise Refused(soap.TOO_MANY_OPERATIONS)
            shell.operations += 1
            console_input = request.options.get("WINRS_CONSOLEMODE_STDIN", "TRUE").upper() == "TRUE"
            process, output = self._start(line)
            command = Command(_new_id(), line, output, process, console_input)
            shell.commands[command.id] = command
            self._changed.notify_all()
        return soap.command_started(command.id)

    def send(self, request: Request, account: Account) -> str:
        with self._changed:
            process = self._command(request, account).process
            if process is None or process.exit_code is not None:
                raise Refused(soap.PIPE_CLOSED)
            process.write(request.stdin, last=request.ends_stdin)
        return "<rsp:SendResponse/>"

    def receive(self, request: Request, account: Account, still_there: Callable[[], bool]) -> str:
        """Wait for output of the command, and return it."""
        ends = time.monotonic() + request.operation_timeout
        room = max(1, (request.max_envelope - ENVELOPE_ROOM) * 3 // 4)
        room = min(room, self._rules.largest_output or room)
        turn = object()
        with self._changed:
            shell, command = self._shell(request, account), self._command(request, account)
            expired = self._expired
            command.waiting.append(turn)
            self._changed.notify_all()
            try:
                while not (command.waiting[0] is turn and command.output.has_news):
                    left = ends - time.monotonic()
                    if left <= 0 or self._expired > expired:
                        raise Refused(soap.OPERATION_TIMEOUT)
                    self._changed.wait(left)
                    if self.closing or not (self._rules.orphaned_receives or still_there()):
                        raise ClientGone
                    if command.id not in shell.commands:
                        raise Refused(soap.ABORTED)
                streams, exit_code = command.output.take(room)
            finally:
                command.waiting.remove(turn)
                shell.used = self._clock.now()
                self._changed.notify_all()
        if self._rules.chatter:
            streams = [*streams, ("stderr", self._rules.chatter)]
        return soap.received(command.id, streams, exit_code)

    def signal(self, request: Request, account: Account) -> str:
        with self._changed:
            shell, command = self._shell(request, account), self._command(request, account)
            code = request.text("Code")
            if code.endswith("/terminate"):
                del shell.commands[command.id]
            # Ctrl+C has no effect on a process whose input is a pipe.
            if command.process and (code.endswith("/terminate") or command.console_input):
                command.process.kill()
            self._changed.notify_all()
        return "<rsp:SignalResponse/>"

    def delete(self, request: Request, account: Account) -> str:
        with self._changed:
            self._end(self._shell(request, account))
        return ""

    def end_idle(self) -> None:
        """End each shell that was not used for its idle timeout. A pending Receive counts as use."""
        with self._changed:
            now = self._clock.now()
            for shell in list(self.open.values()):
                parked = any(command.waiting for command in shell.commands.values())
                if not parked and (now - shell.used).total_seconds() >= shell.idle_timeout:
                    self._end(shell)

    def expire_receives(self) -> None:
        with self._changed:
            self._expired += 1
            self._changed.notify_all()

    def reboot(self) -> None:
        with self._changed:
            for shell in self.open.values():
                shell.commands.clear()
            self.open.clear()
            self.kill_processes()

    def kill_processes(self) -> None:
        with self._changed:
            for process in self.processes:
                process.kill()
            self._changed.notify_all()

    def _start(self, line: str) -> tuple[Running | None, Output]:
        try:
            arguments = self._programs.command(line, self._rules.max_command_line)
        except CannotStart as refusal:
            output = Output()
            output.add("stderr", f"{refusal}\r\n".encode())
            output.exit_code = 1
            return None, output
        process = Running(arguments, self._changed)
        self.processes.append(process)
        return process, process.output

    def _end(self, shell: Shell) -> None:
        del self.open[shell.id]
        for command in shell.commands.values():
            if command.process and self._rules.processes_outlive_shells:
                command.process.end_input()
            elif command.process:
                command.process.kill()
        shell.commands.clear()
        self._changed.notify_all()

    def _shell(self, request: Request, account: Account) -> Shell:
        self.end_idle()
        shell = self.open.get(request.shell_id.upper())
        if shell is None or shell.owner != account.name:
            raise Refused(soap.NO_SUCH_SHELL)
        shell.used = self._clock.now()
        return shell

    def _command(self, request: Request, account: Account) -> Command:
        command = self._shell(request, account).commands.get(request.command_id.upper())
        if command is None:
            raise Refused(soap.NO_SUCH_COMMAND)
        return command


def _new_id() -> str:
    return str(uuid.uuid4()).upper()
