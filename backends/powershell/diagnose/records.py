"""The records of writes to other hosts whose outcome is open: one of them may be this host under its former name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hvtui.backends.powershell.journal import Entry, Journal


def checks(journal: Journal) -> Iterator[Check]:
    """Yield a warning for each such record: only a person knows whether a host was renamed."""
    for path, entry in journal.of_other_hosts():
        yield Check(
            name="earlier-change",
            verdict=Verdict.WARNING,
            words=(
                f"The outcome of a change that was sent to {entry.host} is not known: "
                f"{entry.verb.replace('_', ' ')}, VM {entry.vm_id}, {entry.sent_at:%Y-%m-%d %H:%M} UTC."
            ),
            remedy=(
                f"Connect to {entry.host}{_or_node(entry)}: its outcome is read then. If that host was renamed or is gone, look at the VM "
                f"where it is now. Once nothing is running on it, remove {path}."
            ),
        )


def _or_node(entry: Entry) -> str:
    return f" or to the node of {entry.cluster} that has the VM" if entry.cluster else ""
