"""Looking things up in an inventory stays quick however large it is."""

from __future__ import annotations

from hvtui.backends.model import Unread, UnreadPart, VmId
from tests.tui.samples import inventory, vm


def test_why_a_vm_could_not_be_read_is_found_without_looking_at_all_others() -> None:
    compared = 0

    class Counted(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return str(self) == other

    ids = [VmId(Counted(f"vm-{number}")) for number in range(500)]
    unread = tuple(Unread(vm_id=id, part=UnreadPart.CHECKPOINTS, words=id) for id in ids)
    found = inventory(*(vm(id, id=id) for id in ids), unread=unread)
    assert [each.words for id in ids if (each := found.unread_of(id))] == ids
    assert compared < 20 * len(ids)
    assert found.unread_of(VmId("another")) is None
