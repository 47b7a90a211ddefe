"""Two VMs with one id on the nodes of a cluster, and one VM that moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.model import Host, Inventory, OrphanedWrite, Unread, UnreadPart, VmId, unread_vm
from hvtui.backends.operations.orphans import target
from hvtui.backends.operations.readings.joined import Part, owners_of
from hvtui.backends.operations.readings.same_ids import SameIds, with_own_ids
from tests.tui.samples import checkpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

WEB = VmId("web@cl1")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def node(
    host: str, minute: int, *, lists: bool = True, keeps: bool = False, trouble: str = "", full_name: str = ""
) -> Part:
    """With `keeps`, the VM is one of an earlier reading: the host did not list all of its VMs."""
    taken = NOON + timedelta(minutes=minute)
    vms = (unread_vm(WEB),) if lists else ()
    found = Inventory(
        host=Host(name=host, full_name=full_name or f"{host}.corp"),
        vms=vms,
        unread=(Unread(vm_id=WEB, part=UnreadPart.VM, words="It was not listed."),) if keeps else (),
        jobs=(),
        taken=taken,
    )
    return Part(host=host, cluster="cl1", inventory=found, trouble=trouble)


def update(same: SameIds, parts: list[Part], before: Sequence[Part] = ()) -> frozenset[str]:
    return same.update(parts, before)


@pytest.mark.parametrize("still_listed", [True, False])
def test_there_are_two_vms_once_both_nodes_were_read_again_and_still_list_the_id(still_listed: bool) -> None:
    same = SameIds()
    assert update(same, [node("hv01", 0), node("hv02", 1)]) == {"hv01", "hv02"}
    assert (same.shared, same.perhaps_shared) == ({}, frozenset({WEB}))
    assert update(same, [node("hv01", 2, lists=still_listed), node("hv02", 1)]) == set()
    update(same, [node("hv01", 2, lists=still_listed), node("hv02", 3)])
    assert same.shared == ({WEB: "hv01"} if still_listed else {})
    assert same.perhaps_shared == frozenset()


def test_a_vm_of_a_node_that_does_not_answer_has_failed_over() -> None:
    same = SameIds()
    for minute in (1, 2, 3):
        update(same, [node("hv01", 0, trouble="It does not answer."), node("hv02", minute)])
        assert (same.shared, same.perhaps_shared) == ({}, frozenset())


def test_a_node_under_two_names_has_each_of_its_vms_once() -> None:
    same = SameIds()
    for minute in (1, 3, 5):
        update(same, [node("hv01", minute), node("10.0.0.5", minute + 1, full_name="hv01.corp")])
        assert (same.shared, same.perhaps_shared) == ({}, frozenset())


def test_a_node_that_has_not_said_who_it_is_has_no_second_vm_yet() -> None:
    same, unknown = SameIds(), node("10.0.0.5", 1)
    assert unknown.inventory
    unknown = replace(unknown, inventory=replace(unknown.inventory, host=Host(name="10.0.0.5")))
    for minute in (1, 3, 5):
        update(same, [node("hv01", minute), unknown])
        assert (same.shared, same.perhaps_shared) == ({}, frozenset())


def test_the_vm_that_was_listed_before_keeps_its_id_whichever_node_is_read_first() -> None:
    same = SameIds()
    update(same, [node("hv01", 2), node("hv02", 3)], [node("hv01", 0, lists=False), node("hv02", 1)])
    update(same, [node("hv01", 4), node("hv02", 5)])
    assert same.shared == {WEB: "hv02"}


def test_a_vm_that_one_node_only_kept_of_an_earlier_reading_is_the_one_that_the_other_node_lists() -> None:
    same = SameIds()
    for minute in (1, 3, 5):
        nodes = [node("hv01", minute + 1, keeps=True), node("hv02", minute)]
        update(same, nodes)
        assert (same.shared, same.perhaps_shared) == ({}, frozenset())
        assert owners_of(nodes)[WEB].host == "hv02"
    assert owners_of([node("hv01", 7, keeps=True)])[WEB].host == "hv01"


def test_a_write_of_an_earlier_hvtui_to_the_second_vm_names_the_checkpoint_of_that_one() -> None:
    old = checkpoint("Old", unread_vm(WEB))
    part = node("hv02", 0)
    assert part.inventory
    orphan = OrphanedWrite(
        id="1", vm_id=WEB, verb="apply_checkpoint", target=old.id, started=NOON, running=True
    )
    part = replace(part, inventory=replace(part.inventory, checkpoints=(old,), orphans=(orphan,)))
    (apart,) = with_own_ids([part], {WEB: "hv01"})
    assert apart.inventory
    (told,) = apart.inventory.orphans
    assert told.vm_id == apart.inventory.vms[0].id != WEB
    assert target(told, apart.inventory) == "Old"
