"""A Kerberos realm for one test: a KDC on a loopback port, a user, and the service HTTP/localhost with its key."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from contextlib import contextmanager
from itertools import takewhile
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "HVTUI.TEST"
SERVICE = "HTTP/localhost"
_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
_CLIENT = """\
[libdefaults]
default_realm = {name}
dns_lookup_kdc = false
dns_canonicalize_hostname = false
udp_preference_limit = 1
[realms]
{name} = {{
  kdc = 127.0.0.1:{port}
}}
[logging]
kdc = STDERR
"""
_KDC = """\
[kdcdefaults]
kdc_listen = ""
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{name} = {{
  database_name = {folder}/principals
  key_stash_file = {folder}/stash
}}
"""


def missing() -> list[str]:
    """Return the programs that a realm needs and that are not installed."""
    return [
        program
        for program in ("kdb5_util", "kadmin.local", "krb5kdc", "kinit")
        if shutil.which(program, path=_PATH) is None
    ]


class Realm:
    def __init__(self, folder: Path, user: str, password: str) -> None:
        self.principal = f"{user}@{NAME}"
        self._password = password
        self._tickets = folder / "tickets"
        self.environment = {
            "KRB5_CONFIG": str(folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(folder / "kdc.conf"),
            "KRB5_KTNAME": str(folder / "keytab"),
            "KRB5CCNAME": str(self._tickets),
            "KRB5RCACHENAME": "none:",
        }
        """The environment of clients and services in this realm."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "krb5.conf").write_text(_CLIENT.format(name=NAME, port=port))
        (folder / "kdc.conf").write_text(_KDC.format(name=NAME, port=port, folder=folder))
        self._run("kdb5_util", "create", "-s", "-P", "master", "-r", NAME)
        self._run("kadmin.local", "addprinc", "-pw", password, user)
        self._run("kadmin.local", "addprinc", "-randkey", SERVICE)
        self._run("kadmin.local", "ktadd", SERVICE)

        self._kdc = subprocess.Popen(
            ["krb5kdc", "-n"],
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    @classmethod
    @contextmanager
    def started(cls, folder: Path, *, user: str, password: str) -> Iterator[Self]:
        realm = cls(folder, user, password)
        with realm._kdc as kdc:
            try:
                assert kdc.stdout
                said = list(takewhile(lambda line: "commencing operation" not in line, kdc.stdout))
                assert kdc.poll() is None, said
                yield realm
            finally:
                realm.stop()

    def stop(self) -> None:
        """Stop the KDC: it grants no ticket any more."""
        self._kdc.kill()
        self._kdc.wait()

    def kinit(self) -> None:
        """Get a ticket for the user, with the password."""
        self._run("kinit", self.principal, typed=self._password)

    def set_clock(self, seconds: int) -> None:
        """Set the client's clock ahead, by the clock offset in the header of the ticket cache."""
        content = self._tickets.read_bytes()
        assert content[:8] == bytes.fromhex("0504 000c 0001 0008")
        self._tickets.write_bytes(content[:8] + seconds.to_bytes(4) + content[12:])

    def change_service_key(self) -> None:
        """Change the key in the KDC only: the service cannot decrypt new tickets."""
        self._run("kadmin.local", "change_password", "-randkey", SERVICE)

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | self.environment | {"PATH": _PATH}

    def _run(self, *command: str, typed: str = "") -> None:
        ran = subprocess.run(
            command, env=self._environment, input=typed, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{command}: {ran.stderr}"
