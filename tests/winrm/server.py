"""A WinRM service on a loopback port, with a real PowerShell engine behind its shells.

A test uses ``with FakeWinRm.started(engine=engine, prelude=prelude(host.port)) as server:``; a client uses
``server.url``, ``server.user`` and ``server.password``.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self, TypedDict, Unpack

from hvtui.backends.mock.clock import ManualClock
from tests.winrm.listener import Listener
from tests.winrm.machine import Machine
from tests.winrm.processes import Programs
from tests.winrm.rules import Rules
from tests.winrm.seal import Account

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hvtui.backends.mock.clock import Clock
    from tests.hyperv_host.engine import Engine
    from tests.winrm.certificates import Certificate
    from tests.winrm.faults import Fault
    from tests.winrm.processes import Running
    from tests.winrm.record import Message
    from tests.winrm.shells import Shell


class Options(TypedDict, total=False):
    port: int
    """By default a free one."""
    certificate: Certificate | None
    """With a certificate the server uses https, without one http."""
    engine: Engine | None
    """The PowerShell that ``powershell.exe`` starts."""
    prelude: str
    """The script that is put in front of the one to run."""
    programs: Mapping[str, Sequence[str]]
    """Other programs that can be started, by name."""
    user: str
    password: str
    administrator: bool
    clock: Clock
    """By default a `ManualClock`, which the test advances."""
    rules: Rules


class FakeWinRm:
    """The service, and what a test can do to it and read from it.

    To read: `messages`, `connections`, `handshakes`, `authentications`, `shells`, `processes`. To change: `rules`.
    """

    def __init__(self, **options: Unpack[Options]) -> None:
        self.user = options.get("user", "hv-demo")
        self.clock = options.get("clock") or ManualClock()
        self.rules = options.get("rules") or Rules()
        password = options.get("password", "correct horse")
        account = Account(self.user, password, options.get("administrator", True))
        programs = Programs(options.get("engine"), options.get("prelude", ""), options.get("programs", {}))
        self.machine = Machine([account], programs, self.rules, self.clock)
        self._listener = Listener(self.machine, options.get("port", 0), options.get("certificate"))
        self.port = self._listener.port
        self._listener.open()

    @classmethod
    @contextmanager
    def started(cls, **options: Unpack[Options]) -> Iterator[Self]:
        server = cls(**options)
        try:
            yield server
        finally:
            server.close()

    def close(self) -> None:
        """End everything, including processes. Raises the errors of the server itself."""
        self._listener.close()
        self.machine.close()
        if self.machine.record.mishaps:
            raise ExceptionGroup("The pretend WinRM service failed.", self.machine.record.mishaps)

    # For clients.

    @property
    def password(self) -> str:
        return self.machine.accounts[0].password

    @property
    def certificate(self) -> Certificate | None:
        return self._listener.certificate

    @property
    def url(self) -> str:
        return self.url_for("127.0.0.1")

    def url_for(self, name: str) -> str:
        return f"{'https' if self.certificate else 'http'}://{name}:{self.port}/wsman"

    # Received messages.

    def messages(self, kind: str | None = None) -> list[Message]:
        """Return every HTTP request in order, or those of this kind."""
        with self.machine.changed:
            return self.machine.record.of_kind(kind)

    def wait_for(self, kind: str, times: int = 1) -> Message:
        """Wait until so many of this kind have been received since the start; return the last of them."""
        record = self.machine.record
        record.wait_until(lambda: len(record.of_kind(kind)) >= times, f"{times} {kind}")
        return record.of_kind(kind)[times - 1]

    def wait_parked(self, receives: int = 1) -> None:
        """Wait until so many Receives are pending."""
        self.wait_until(lambda: self.parked >= receives, f"{receives} parked Receive")

    def wait_until(self, condition: Callable[[], bool], what: str = "a condition") -> None:
        """Wait until the condition is true. It is evaluated whenever anything has changed."""
        self.machine.record.wait_until(condition, what)

    @property
    def connections(self) -> int:
        """The number of TCP connections since the start."""
        return self.machine.record.connections

    @property
    def handshakes(self) -> int:
        """The number of successful TLS handshakes since the start."""
        return self.machine.record.handshakes

    @property
    def failed_handshakes(self) -> int:
        """The handshakes that the client aborted, as when it does not trust the certificate."""
        return self.machine.record.failed_handshakes

    @property
    def authentications(self) -> int:
        """The number of successful sign-ins since the start."""
        return self.machine.record.authentications

    @property
    def failed_authentications(self) -> int:
        return self.machine.record.failed_authentications

    # Present state.

    @property
    def shells(self) -> list[Shell]:
        """The open shells; each has `idle_timeout` and `commands`."""
        with self.machine.changed:
            return list(self.machine.shells.open.values())

    @property
    def parked(self) -> int:
        """The number of pending Receives on all connections."""
        return sum(len(command.waiting) for shell in self.shells for command in shell.commands.values())

    @property
    def open_connections(self) -> int:
        return len(self.machine.lines)

    @property
    def processes(self) -> list[Running]:
        """The running processes; each has an `id`."""
        return [process for process in self.processes_started() if process.exit_code is None]

    def processes_started(self) -> list[Running]:
        """Return every process that was started; `exit_code` is None while it runs."""
        with self.machine.changed:
            return list(self.machine.shells.processes)

    # Faults and events.

    def fail(self, fault: Fault, kind: str | None = None, *, nth: int = 1) -> None:
        """Plan a fault for the `nth` message of this kind from now, or for the `nth` of any verb."""
        self.machine.plans.add(fault, kind, nth)

    def release(self) -> None:
        """Answer the messages that a `Hang` holds."""
        self.machine.release()

    def wait_hanging(self, messages: int = 1) -> None:
        self.wait_until(lambda: self.machine.held >= messages, "a message that hangs")

    def drop_connections(self) -> None:
        """Close all TCP connections, as after 120 idle seconds or when the client's machine sleeps."""
        self.machine.drop_connections()

    def expire_receives(self) -> None:
        """Let every pending Receive reach its OperationTimeout."""
        self.machine.shells.expire_receives()

    def kill_processes(self) -> None:
        """Kill all processes but keep their shells."""
        self.machine.shells.kill_processes()

    def reboot(self) -> None:
        """End all connections, shells and processes; the service is available again at once."""
        self.machine.shells.reboot()
        self.machine.drop_connections()

    def advance(self, seconds: float) -> None:
        """Advance the clock, and end shells that have been idle for too long."""
        if not isinstance(self.clock, ManualClock):
            raise TypeError("This server's clock is the machine's own.")
        with self.machine.changed:
            self.clock.advance(seconds)
            self.machine.shells.end_idle()

    def change_password(self, password: str) -> None:
        """Change the password for new sign-ins. Authenticated connections stay so."""
        with self.machine.changed:
            self.machine.accounts[0].password = password

    def use_certificate(self, certificate: Certificate) -> None:
        """Restart the service with another certificate: connections end, shells stay."""
        self._listener.certificate = certificate
        self.drop_connections()

    def refuse_connections(self) -> None:
        """Close the port and all connections."""
        self._listener.close()
        self._listener = Listener(self.machine, self.port, self._listener.certificate)
        self.drop_connections()

    def accept_connections(self) -> None:
        """Open the port again."""
        self._listener.open()
