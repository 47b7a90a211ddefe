"""The badges of hosts: their labels, and that they are read-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.text.safe import SafeText, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hvtui.backends.model import Host
    from hvtui.tui.widgets.lines import Spans


def badges(labels: Iterable[str], *, read_only: bool) -> Spans:
    labelled = tuple((SafeText(f" {safe(label)} "), "badge") for label in labels if label)
    return (*labelled, (SafeText(" READ ONLY "), "badge-locked")) if read_only else labelled


def labels_of(hosts: Sequence[Host]) -> tuple[str, ...]:
    """Return each of their labels once."""
    return tuple(dict.fromkeys(host.label for host in hosts if host.label))


def all_read_only(hosts: Sequence[Host]) -> bool:
    return bool(hosts) and all(host.read_only for host in hosts)
