"""A WinRM service on a loopback port, with a real PowerShell engine behind its shells.

``with FakeWinRm.started(engine=engine, prelude=prelude(host.port)) as server:`` is all that a test needs;
``server.url``, ``server.user`` and ``server.password`` are what a client needs.
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
    """A free one unless said otherwise."""
    certificate: Certificate | None
    """With one it is https, without one http."""
    engine: Engine | None
    """What ``powershell.exe`` starts..."""
    prelude: str
    """... with this in front of its script."""
    programs: Mapping[str, Sequence[str]]
    """What else there is to start, by name."""
    user: str
    password: str
    administrator: bool
    clock: Clock
    """A `ManualClock` unless said otherwise: the test says how time passes."""
    rules: Rules


class FakeWinRm:
    """The service, and all that a test may do to it and learn of it.

    Numbers and states to look at: `messages`, `connections`, `handshakes`, `authentications`, `shells`,
    `processes`. Rules to change at any time: `rules`.
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
        """Ends everything, its processes too. Raises what went wrong in the server itself."""
        self._listener.close()
        self.machine.close()
        if self.machine.record.mishaps:
            raise ExceptionGroup("The pretend WinRM service went wrong.", self.machine.record.mishaps)

    # What a client needs.

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

    # What has come in.

    def messages(self, kind: str | None = None) -> list[Message]:
        """Every HTTP request in order, or those of this kind."""
        with self.machine.changed:
            return self.machine.record.of_kind(kind)

    def wait_for(self, kind: str, times: int = 1) -> Message:
        """Until so many of this kind have come in since the start; the last of them."""
        record = self.machine.record
        record.wait_until(lambda: len(record.of_kind(kind)) >= times, f"{times} {kind}")
        return record.of_kind(kind)[times - 1]

    def wait_parked(self, receives: int = 1) -> None:
        """Until so many Receives wait for output."""
        self.wait_until(lambda: self.parked >= receives, f"{receives} parked Receive")

    def wait_until(self, condition: Callable[[], bool], what: str = "a condition") -> None:
        """Looks at the condition whenever anything has changed."""
        self.machine.record.wait_until(condition, what)

    @property
    def connections(self) -> int:
        """TCP connections since the start."""
        return self.machine.record.connections

    @property
    def handshakes(self) -> int:
        """TLS handshakes since the start that succeeded."""
        return self.machine.record.handshakes

    @property
    def failed_handshakes(self) -> int:
        """Those that the client broke off, as when it does not trust the certificate."""
        return self.machine.record.failed_handshakes

    @property
    def authentications(self) -> int:
        """Proofs of identity since the start that succeeded."""
        return self.machine.record.authentications

    @property
    def failed_authentications(self) -> int:
        return self.machine.record.failed_authentications

    # What there is.

    @property
    def shells(self) -> list[Shell]:
        """Those that are open; each has `idle_timeout` and `commands`."""
        with self.machine.changed:
            return list(self.machine.shells.open.values())

    @property
    def parked(self) -> int:
        """Receives that wait for output, on whatever connection."""
        return sum(len(command.waiting) for shell in self.shells for command in shell.commands.values())

    @property
    def open_connections(self) -> int:
        return len(self.machine.lines)

    @property
    def processes(self) -> list[Running]:
        """Those that run; each has an `id`."""
        return [process for process in self.processes_started() if process.exit_code is None]

    def processes_started(self) -> list[Running]:
        """Every process that was started; `exit_code` is None while it runs."""
        with self.machine.changed:
            return list(self.machine.shells.processes)

    # What goes wrong.

    def fail(self, fault: Fault, kind: str | None = None, *, nth: int = 1) -> None:
        """This happens to the `nth` message of this kind from now, or to the `nth` of any verb. See `faults`."""
        self.machine.plans.add(fault, kind, nth)

    def release(self) -> None:
        """Let go on what a `Hang` has stopped."""
        self.machine.release()

    def wait_hanging(self, messages: int = 1) -> None:
        self.wait_until(lambda: self.machine.held >= messages, "a message that hangs")

    def drop_connections(self) -> None:
        """All TCP connections end, as after 120 s of idleness or a laptop's sleep."""
        self.machine.drop_connections()

    def expire_receives(self) -> None:
        """Every Receive that waits has reached its OperationTimeout."""
        self.machine.shells.expire_receives()

    def kill_processes(self) -> None:
        """They die; their shells stay."""
        self.machine.shells.kill_processes()

    def reboot(self) -> None:
        """Connections, shells and processes are gone, and the service is back at once."""
        self.machine.shells.reboot()
        self.machine.drop_connections()

    def advance(self, seconds: float) -> None:
        """Time passes; what is idle for too long ends."""
        if not isinstance(self.clock, ManualClock):
            raise TypeError("This server's clock is the machine's own.")
        with self.machine.changed:
            self.clock.advance(seconds)
            self.machine.shells.end_idle()

    def change_password(self, password: str) -> None:
        """For whoever comes from now on; a connection that is authenticated stays so."""
        with self.machine.changed:
            self.machine.accounts[0].password = password

    def use_certificate(self, certificate: Certificate) -> None:
        """The service is restarted with another one: connections end, shells stay."""
        self._listener.certificate = certificate
        self.drop_connections()

    def refuse_connections(self) -> None:
        """The port is closed, and what was connected is cut off."""
        self._listener.close()
        self._listener = Listener(self.machine, self.port, self._listener.certificate)
        self.drop_connections()

    def accept_connections(self) -> None:
        """The port is open again."""
        self._listener.open()
