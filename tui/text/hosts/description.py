"""Describes a host, or the nodes of a cluster, as labelled facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.tui.text.descriptions import Fact, host_facts, other_time_zone
from hvtui.tui.text.hosts.trouble import same_machine_text
from hvtui.tui.text.safe import SafeText, compose, safe
from hvtui.tui.text.words import ago, size

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from hvtui.backends.model import Host, Inventory


def describe_hosts(name: str, inventory: Inventory, now: datetime, *, sign_in_key: str) -> Iterator[Fact]:
    """Describe the host of this name, or the nodes of the cluster of this name.

    `sign_in_key` is the name of the key that signs in to the hosts of the highlighted row.
    """
    hosts = inventory.hosts_named(name)
    for host in hosts:
        if host.name != name:
            yield Fact("Node", safe(host.name))
        yield from _describe(host, inventory, now)
    if any(host.needs_sign_in for host in hosts):
        yield Fact("Sign in", compose("{key} asks for what is needed.", key=sign_in_key))


def _describe(host: Host, inventory: Inventory, now: datetime) -> Iterator[Fact]:
    if host.trouble:
        yield Fact("!!", safe(host.trouble), "bad")
        if host.advice:
            yield Fact("", safe(host.advice))
    if host.same_as:
        yield Fact("Host", same_machine_text(host.same_as))
    if host.taken is not None:
        yield Fact("Read", SafeText(ago(host.taken, now)), "warning" if host.trouble else "")
    elif host.trouble and all(vm.host != host.name for vm in inventory.vms):
        yield Fact("Read", SafeText("not yet"), "muted")
    if host.system:
        yield Fact("System", safe(host.system))
    if host.cluster:
        yield Fact("Cluster", compose("node of {name}", name=host.cluster))
    label = "Volumes"
    for volume in host.volumes:
        free = compose(
            "{name}  {free} of {size} free", name=volume.name, free=size(volume.free), size=size(volume.size)
        )
        yield Fact(label, free)
        label = ""
    yield from other_time_zone(host, now)
    yield from host_facts(host, host.incomplete)
