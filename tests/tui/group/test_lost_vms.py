"""A node that loses its VMs one after the other: each stays in the list until the other node may list it."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from hvtui.backends.model import VmId
from hvtui.backends.operations.readings.joined import Part
from hvtui.tui.group.lost_vms import LostVms
from tests.tui.samples import NOON, inventory, vm


def part(host: str, second: int, *names: str) -> Part:
    found = inventory(*[replace(vm(name), id=VmId(f"{name}@cl1"), host=host) for name in names])
    return Part(host=host, cluster="cl1", inventory=replace(found, taken=NOON + timedelta(seconds=second)))


def listed(parts: list[Part]) -> set[str]:
    return {vm.name for each in parts if each.inventory for vm in each.inventory.vms}


def test_no_vm_of_a_node_that_is_drained_is_missing_before_the_other_node_was_read() -> None:
    lost, shown = LostVms(), [Part(host="hv01"), Part(host="hv02")]
    read_again = []
    for parts in (
        [part("hv01", 0, "web", "app"), part("hv02", 0)],
        [part("hv01", 10, "app"), part("hv02", 0)],
        [part("hv01", 12), part("hv02", 0)],
        [part("hv01", 12), part("hv02", 11, "web")],
        [part("hv01", 12), part("hv02", 20, "web", "app")],
    ):
        read_again.append(lost.update(parts, shown))
        shown = lost.kept_in(parts, shown)
        assert listed(shown) == {"web", "app"}
    assert read_again == [[], ["hv01"], ["hv01"], [], []]
    assert shown[0].inventory is not None
    assert not shown[0].inventory.vms


def test_a_vm_that_no_node_has_any_more_is_gone_once_all_were_read() -> None:
    lost, shown = LostVms(), [part("hv01", 0, "web"), part("hv02", 0)]
    for parts in ([part("hv01", 10), part("hv02", 0)], [part("hv01", 10), part("hv02", 11)]):
        lost.update(parts, shown)
        shown = lost.kept_in(parts, shown)
    assert listed(shown) == set()
