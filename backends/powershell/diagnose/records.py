"""The records of writes whose outcome is open, and that a session with this host may never show.

They are under other names of hosts, one of which may be a name of this one, or of a VM that may be on another node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.powershell.winrm.endpoint import PORTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.powershell.journal import Entry, Journal


def checks(journal: Journal) -> Iterator[Check]:
    """Yield a warning for each such record: only a person knows which names are, or were, those of this host."""
    for path, entry in journal.not_surely_told():
        name = host_words(entry.host)
        calls_itself = f", which calls itself {entry.machine}," if entry.machine else ""
        any_name = f"to {name}, or to the same host by another name" if entry.machine else f"to {name}"
        yield Check(
            name="earlier-change",
            verdict=Verdict.WARNING,
            words=(
                f"The outcome of a change that was sent to {name}{calls_itself} is not known: "
                f"{entry.verb.replace('_', ' ')}, VM {entry.vm_id}, {entry.sent_at:%Y-%m-%d %H:%M} UTC."
            ),
            remedy=(
                f"Connect {any_name}{_or_node(entry)}: its outcome is read then. If that host was renamed or is gone, look at the VM "
                f"where it is now. Once nothing is running on it, or if it was removed, remove {path}."
            ),
        )


def _or_node(entry: Entry) -> str:
    return f" or to the node of {entry.cluster} that has the VM" if entry.cluster else ""


def host_words(recorded: str) -> str:
    """Return a host as a person names it: ``hv01``, or ``vmm01 (scvmm on hv01)`` for a server that manages hosts."""
    if " " not in recorded:
        return _address_words(recorded)
    kind, address, server = recorded.split(" ", 2)
    address = _address_words(address)
    return f"{address} ({kind})" if server in ("", "localhost") else f"{server} ({kind} on {address})"


def _address_words(netloc: str) -> str:
    if netloc == "local":
        return "this machine"
    host, _, port = netloc.rpartition(":")
    if port == str(PORTS["http"]):
        return f"http://{host}"
    return host if port == str(PORTS["https"]) else netloc
