"""Two VMs with one id on the nodes of a cluster, and one VM that moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hvtui.backends.model import Host, Inventory, VmId, unread_vm
from hvtui.backends.operations.readings.joined import Part
from hvtui.backends.operations.readings.same_ids import SameIds

WEB = VmId("web@cl1")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def node(host: str, minute: int, *, lists: bool = True, trouble: str = "") -> Part:
    taken = NOON + timedelta(minutes=minute)
    vms = (unread_vm(WEB),) if lists else ()
    found = Inventory(host=Host(name=host), vms=vms, checkpoints=(), jobs=(), taken=taken)
    return Part(host=host, cluster="cl1", inventory=found, trouble=trouble)


@pytest.mark.parametrize("still_listed", [True, False])
def test_there_are_two_vms_once_both_nodes_were_read_again_and_still_list_the_id(still_listed: bool) -> None:
    same = SameIds()
    assert same.take([node("hv01", 0), node("hv02", 1)]) == {"hv01", "hv02"}
    assert (same.doubled, same.undecided) == ({}, frozenset({WEB}))
    assert same.take([node("hv01", 2, lists=still_listed), node("hv02", 1)]) == set()
    same.take([node("hv01", 2, lists=still_listed), node("hv02", 3)])
    assert same.doubled == ({WEB: "hv01"} if still_listed else {})
    assert same.undecided == frozenset()


def test_a_vm_of_a_node_that_does_not_answer_has_failed_over() -> None:
    same = SameIds()
    for minute in (1, 2, 3):
        same.take([node("hv01", 0, trouble="It does not answer."), node("hv02", minute)])
        assert (same.doubled, same.undecided) == ({}, frozenset())
