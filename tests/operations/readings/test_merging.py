"""What is kept of a VM that could not be read, and when one is removed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hvtui.backends.model import Unread, UnreadPart, VmId, VmState
from hvtui.backends.operations.readings.merging import completed, merged
from tests.tui.samples import NOON, checkpoint, inventory, vm

WEB, DB, DC = vm("web"), vm("db"), vm("dc")
OLD = checkpoint("Old", WEB, 3)
KNOWN = inventory(WEB, DB, DC, checkpoints=(OLD,))
LATER = NOON.replace(hour=13)


def unread(part: UnreadPart, of: str = WEB.id) -> Unread:
    return Unread(vm_id=VmId(of), part=part, words="Generic failure")


def test_a_vm_that_was_asked_for_and_is_in_neither_list_is_removed() -> None:
    part = completed(inventory(DB), KNOWN, {})
    assert [each.name for each in merged(KNOWN, part, [WEB.id, DB.id]).vms] == ["db", "dc"]


def test_a_vm_that_could_not_be_read_stays_as_it_was_with_the_time_of_its_reading() -> None:
    part = completed(inventory(unread=(unread(UnreadPart.VM),)), KNOWN, {})
    now = merged(KNOWN, part, [WEB.id])
    assert now.vms == KNOWN.vms
    assert now.checkpoints == (OLD,)
    assert now.unread_of(WEB.id) == replace(unread(UnreadPart.VM), since=NOON)
    assert not now.lists_checkpoints_of(WEB.id)


def test_checkpoints_that_could_not_be_read_stay_beside_the_new_state_of_the_vm() -> None:
    off = replace(WEB, state=VmState.OFF)
    part = completed(inventory(off, unread=(unread(UnreadPart.CHECKPOINTS),)), KNOWN, {WEB.id: LATER})
    now = merged(KNOWN, part, [WEB.id])
    assert now.vm(WEB.id) == off
    assert now.checkpoints_of(WEB.id) == (OLD,)
    assert now.unread_of(WEB.id) == replace(unread(UnreadPart.CHECKPOINTS), since=LATER)


def test_the_age_of_what_is_shown_does_not_change_while_the_vm_cannot_be_read() -> None:
    first = merged(KNOWN, completed(inventory(unread=(unread(UnreadPart.VM),)), KNOWN, {}), [WEB.id])
    again = completed(inventory(unread=(unread(UnreadPart.VM),)), first, {WEB.id: LATER})
    second = merged(first, again, [WEB.id])
    assert [each.since for each in second.unread] == [NOON]


def test_a_vm_that_can_be_read_again_is_not_unread_any_more() -> None:
    first = merged(KNOWN, completed(inventory(unread=(unread(UnreadPart.VM),)), KNOWN, {}), [WEB.id])
    now = merged(first, completed(inventory(WEB), first, {}), [WEB.id])
    assert now.unread == ()
    assert now.checkpoints == ()


def test_a_reading_of_the_whole_host_keeps_what_it_could_not_read() -> None:
    whole = inventory(DB, DC, unread=(unread(UnreadPart.VM),))
    now = completed(whole, KNOWN, {})
    assert {each.name for each in now.vms} == {"web", "db", "dc"}
    assert now.checkpoints == (OLD,)


def test_a_vm_of_which_nothing_was_ever_read_is_shown_with_its_id_and_no_age() -> None:
    for earlier in (None, inventory(DB)):
        now = completed(inventory(DB, unread=(unread(UnreadPart.VM, "new"),)), earlier, {})
        shown = now.vm(VmId("new"))
        assert shown is not None
        assert (shown.name, shown.state) == ("new", VmState.UNKNOWN)
        assert now.unread[0].since is None
        later = completed(inventory(DB, unread=(unread(UnreadPart.VM, "new"),)), now, {VmId("new"): LATER})
        assert later.unread[0].since is None


def test_checkpoints_that_were_read_are_not_doubled() -> None:
    renamed = replace(OLD, name="Older")
    reading = inventory(WEB, checkpoints=(renamed,), unread=(unread(UnreadPart.CHECKPOINTS),))
    assert completed(reading, KNOWN, {}).checkpoints == (renamed,)


ANSWERS = st.lists(
    st.dictionaries(
        st.sampled_from(["web", "db", "dc", "new"]),
        st.sampled_from(["read", "renamed", "gone", "unread", "checkpoints unread"]),
    ),
    max_size=8,
)


@given(ANSWERS)
def test_after_any_readings_a_vm_is_shown_unless_it_was_proved_gone_in_the_last_one(
    answers: list[dict[str, str]],
) -> None:
    whole, shown = KNOWN, {"web", "db", "dc"}
    names = {each: each for each in shown}
    for answer in answers:
        part = inventory(
            *(vm(name) for name, state in answer.items() if state in ("read", "checkpoints unread")),
            *(replace(vm(name), name="renamed") for name, state in answer.items() if state == "renamed"),
            unread=tuple(
                unread(UnreadPart.VM if state == "unread" else UnreadPart.CHECKPOINTS, vm(name).id)
                for name, state in answer.items()
                if "unread" in state
            ),
        )
        whole = merged(whole, completed(part, whole, {}), [vm(name).id for name in answer])
        for name, state in answer.items():
            if state == "gone":
                shown.discard(name)
                names.pop(name, None)
                continue
            shown.add(name)
            if state != "unread":
                names[name] = "renamed" if state == "renamed" else name
            names.setdefault(name, vm(name).id)
        assert {each.id for each in whole.vms} == {vm(name).id for name in shown}
        assert {each.id: each.name for each in whole.vms} == {
            vm(name).id: known for name, known in names.items()
        }
        assert len(whole.vms) == len(shown)
