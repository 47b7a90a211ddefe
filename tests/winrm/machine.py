"""The machine behind the port: its accounts, its shells, the record of all messages, and the planned faults."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tests.winrm.connection import Line
from tests.winrm.faults import Plans
from tests.winrm.gss import Kerberos, is_kerberos
from tests.winrm.ntlm import Ntlm
from tests.winrm.record import Record
from tests.winrm.seal import Acceptor
from tests.winrm.shells import Shells

if TYPE_CHECKING:
    import socket

    from hvtui.backends.mock.clock import Clock
    from tests.winrm import soap
    from tests.winrm.certificates import Certificate
    from tests.winrm.processes import Programs
    from tests.winrm.rules import Rules
    from tests.winrm.seal import Account

DOMAINS = ("", ".", "HV-DEMO")
"""The domains that a user name may have: none, or the machine."""


class Machine:
    def __init__(self, accounts: list[Account], programs: Programs, rules: Rules, clock: Clock) -> None:
        self.changed = threading.Condition()
        self.accounts = accounts
        self.rules = rules
        self.record = Record(self.changed)
        self.plans = Plans(self.changed)
        self.shells = Shells(programs, rules, clock, self.changed)
        self.lines: list[Line] = []
        """The open connections."""

        self.releases = 0
        self.held = 0
        """The number of messages that a `Hang` holds."""

        self._closing = threading.Event()

    @property
    def closing(self) -> bool:
        return self._closing.is_set()

    def connected(self, connected: socket.socket, certificate: Certificate | None) -> Line:
        with self.changed:
            self.record.connections += 1
            line = Line(self, connected, self.record.connections, certificate)
            self.lines.append(line)
            self.changed.notify_all()
            return line

    def disconnected(self, line: Line) -> None:
        with self.changed:
            self.lines.remove(line)
            self.changed.notify_all()

    def acceptor(self, token: bytes, certificate: Certificate | None) -> Acceptor:
        """Return the acceptor for the sign-in that starts with `token`, which is of Kerberos or NTLM."""
        shown = certificate.der if certificate else None
        kerberos = is_kerberos(token)
        return Acceptor(self.accounts, Kerberos(shown) if kerberos else Ntlm(self.accounts, DOMAINS, shown))

    def execute(self, request: soap.Request, account: Account, line: Line) -> str:
        """Execute a request and return the body of the answer."""
        match request.verb:
            case "Create":
                return self.shells.create(request, account)
            case "Command":
                return self.shells.command(request, account)
            case "Send":
                return self.shells.send(request, account)
            case "Receive":
                return self.shells.receive(request, account, line.still_there)
            case "Signal":
                return self.shells.signal(request, account)
            case _:
                return self.shells.delete(request, account)

    def wait_for_the_network(self) -> None:
        if self.rules.delay:
            self._closing.wait(self.rules.delay)

    def count_authentication(self, *, succeeded: bool) -> None:
        with self.changed:
            self.record.authentications += succeeded
            self.record.failed_authentications += not succeeded
            self.changed.notify_all()

    def count_handshake(self, *, succeeded: bool) -> None:
        with self.changed:
            self.record.handshakes += succeeded
            self.record.failed_handshakes += not succeeded
            self.changed.notify_all()

    def drop_connections(self) -> None:
        with self.changed:
            for line in self.lines:
                line.drop()
            self.changed.notify_all()

    def release(self) -> None:
        with self.changed:
            self.releases += 1
            self.changed.notify_all()

    def close(self) -> None:
        """End every connection and every process, and wait until they have ended."""
        self._closing.set()
        with self.changed:
            self.shells.closing = True
            self.shells.kill_processes()
        self.drop_connections()
        self.record.wait_until(
            lambda: not self.lines and all(p.exit_code is not None for p in self.shells.processes),
            "all connections and processes to end",
        )
