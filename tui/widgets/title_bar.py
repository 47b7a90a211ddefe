"""The top line: the name of the host, its badges, its system and its free space."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.reactive import var

from hvtui.tui.text.safe import SafeText, compose, first_that_fits, safe, shorten, wrapped
from hvtui.tui.text.words import size
from hvtui.tui.widgets.hosts.badges import all_read_only, badges, labels_of
from hvtui.tui.widgets.lines import Lines, Spans

if TYPE_CHECKING:
    from hvtui.backends.contract import Capabilities
    from hvtui.backends.hosts.target import Group, Target
    from hvtui.backends.model import Host, Inventory, VmId, Volume

_NEARLY_FULL = 0.1
"""The share of free space below which a volume is marked."""
_GAP = SafeText("  ")


class TitleBar(Lines, can_focus=False):
    DEFAULT_CSS = """
    TitleBar { height: 1; overflow-y: hidden; background: $panel; }
    """

    inventory: var[Inventory | None] = var(None, init=False, always_update=True)  # comparing two takes long
    capabilities: var[Capabilities | None] = var(None, init=False)
    vm_id: var[VmId | None] = var(None, init=False)
    """The highlighted VM: of several hosts, the badges are those of the one that it is on."""
    host_name: var[str] = var("", init=False)
    """The host or cluster that is highlighted instead of a VM."""

    watch_inventory = watch_vm_id = watch_host_name = Lines.repaint_changed

    def __init__(self, target: Target | Group) -> None:
        super().__init__()
        self._target = target
        self._demo = False

    def watch_capabilities(self) -> None:
        if self.capabilities is not None:
            self._demo = self.capabilities.demo
        self.repaint_changed()

    def line(self, index: int) -> tuple[str, Spans]:
        left = [(SafeText(" "), ""), (SafeText("hvtui"), "accent"), (_GAP, "")]
        demo: Spans = ((SafeText(" DEMO "), "badge-demo"),) if self._demo else ()
        for badge in (*demo, *self._badges):
            left += [badge, (_GAP, "")]
        host = self.inventory.host if self.inventory else None
        named = self._target.name if self._target.saved or host is None else host.name
        left.append((shorten(safe(named), 40), "strong"))
        left += [] if host else [(SafeText("  connecting…"), "muted")]
        if host and not _same_name(host.name, named):
            own = SafeText(f"  {safe(host.name)}")
            left += [(own, "")] if cell_len(own) <= self.room - 1 - _cells(left) else []
        if host and host.cluster:
            cluster = compose("  node of cluster {name}", name=host.cluster)
            left.append((shorten(cluster, self.room - 1 - _cells(left)), ""))
        room = self.room - 1 - _cells(left)
        right: Spans = ()
        hosts = self.inventory.hosts if self.inventory else ()
        if troubled := sum(bool(host.trouble) for host in hosts):
            counted = f"  {troubled} of {len(hosts)}"
            texts = [
                SafeText(f"{counted}{words}")
                for words in (" hosts not connected !", " not connected !", " !")
            ]
            right = ((first_that_fits(texts, max(0, room)), "warning"),)
            room -= cell_len(right[0][0])
        elif host and (volume := _fullest(host.volumes)):
            tight = volume.free < volume.size * _NEARLY_FULL
            words = SafeText(f"  {safe(volume.name)} {size(volume.free)} free{' !' if tight else ''}")
            if cell_len(words) <= room:
                right = ((words, "warning" if tight else ""),)
                room -= cell_len(words)
        elif host and host.unread and room > 24:
            right = ((SafeText("  not all was read !"), "warning"),)
            room -= cell_len(right[0][0])
        if host and host.system and room > 12:
            system = SafeText(f"  {wrapped(safe(host.system), room - 2)[0]}")
            left.append((system, "muted"))
            room -= cell_len(system)
        return "", (*left, (SafeText(" " * max(0, room)), ""), *right)

    @property
    def _badges(self) -> Spans:
        hosts: tuple[Host, ...] = ()
        if (inventory := self.inventory) is not None and inventory.hosts:
            vm = inventory.vm(self.vm_id)
            hosts = (inventory.host_of(vm),) if vm else inventory.hosts_named(self.host_name)
        labels = (self._target.label,) if self._target.label else labels_of(hosts)
        return badges(labels, read_only=self._target.read_only or all_read_only(hosts))


def _same_name(host: str, named: str) -> bool:
    """Return whether this is the name of the host, with or without its domain."""
    return host.partition(".")[0].casefold() == named.partition(".")[0].casefold()


def _fullest(volumes: tuple[Volume, ...]) -> Volume | None:
    return min(volumes, key=lambda volume: volume.free / (volume.size or 1), default=None)


def _cells(spans: list[tuple[SafeText, str]]) -> int:
    return sum(cell_len(text) for text, _ in spans)
