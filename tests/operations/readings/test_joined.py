"""The inventories of several hosts as one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from hvtui.backends.model import (
    Checkpoint,
    CheckpointId,
    Host,
    Inventory,
    Job,
    Unread,
    UnreadPart,
    Vm,
    VmId,
    VmState,
    Volume,
)
from hvtui.backends.model.vms import Activity
from hvtui.backends.operations.readings.joined import Part, join_inventories, owners_of

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


def vm(name: str, host: str, state: VmState = VmState.RUNNING) -> Vm:
    return Vm(id=VmId(name), name=name, state=state, host=host)


def part(host: str, *vms: Vm, at: datetime = NOON, jobs: tuple[Job, ...] | None = ()) -> Part:
    volumes = (Volume(name="D:", size=100, free=10),)
    return Part(
        host=host,
        inventory=Inventory(
            host=Host(name=host, volumes=volumes),
            vms=vms,
            checkpoints=tuple(
                Checkpoint(
                    id=CheckpointId(f"{one.name} {host}"),
                    vm_id=one.id,
                    name=host,
                    created=NOON,
                    with_memory=False,
                )
                for one in vms
            ),
            jobs=jobs,
            taken=at,
        ),
    )


def test_hosts_are_listed_before_any_of_them_was_read() -> None:
    found = join_inventories("prod", [Part(host="hv01"), Part(host="hv02", trouble="No answer.")], NOON)
    assert [(host.name, host.trouble) for host in found.hosts] == [("hv01", ""), ("hv02", "No answer.")]
    assert (found.vms, found.jobs, found.taken) == ((), None, NOON)


def test_the_vms_of_all_hosts_are_listed_and_each_host_is_its_own() -> None:
    found = join_inventories("prod", [part("hv01", vm("a", "hv01")), part("hv02", vm("b", "hv02"))], NOON)
    assert found.host.name == "prod"
    assert [host.name for host in found.hosts] == ["hv01", "hv02"]
    assert [found.host_of(one).name for one in found.vms] == ["hv01", "hv02"]
    assert found.host_of(found.vms[0]).volumes


def test_a_host_that_does_not_answer_is_listed_with_its_trouble_and_keeps_its_last_vms() -> None:
    silent = part("hv02", vm("b", "hv02"), at=NOON - timedelta(minutes=5))
    lost = Part(host="hv02", inventory=silent.inventory, trouble="No answer.")
    found = join_inventories(
        "prod", [part("hv01", vm("a", "hv01")), lost, Part(host="hv03", trouble="Refused.")], NOON
    )
    assert [(host.name, host.trouble, host.taken) for host in found.hosts] == [
        ("hv01", "", NOON),
        ("hv02", "No answer.", NOON - timedelta(minutes=5)),
        ("hv03", "Refused.", None),
    ]
    assert [one.name for one in found.vms] == ["a", "b"]


def test_a_vm_that_two_nodes_list_is_on_the_one_that_was_read_last() -> None:
    before = part("hv01", vm("a", "hv01"), at=NOON)
    after = part("hv02", vm("a", "hv02"), at=NOON + timedelta(seconds=10))
    for parts in ([before, after], [after, before]):
        found = join_inventories("cl1", parts, NOON)
        assert [(one.name, one.host) for one in found.vms] == [("a", "hv02")]
        assert [checkpoint.name for checkpoint in found.checkpoints] == ["hv02"]


def test_known_jobs_are_listed_and_none_are_known_to_be_none_only_if_every_host_says_so() -> None:
    job = Job(id="1", vm_id=VmId("a"), activity=Activity.MERGING)
    known = part("hv01", vm("a", "hv01"), jobs=(job,))
    idle, unknown = part("hv02", jobs=()), part("hv03", jobs=None)
    found = [join_inventories("prod", parts, NOON) for parts in ([known, unknown], [idle, unknown], [idle])]
    assert [each.jobs for each in found] == [(job,), None, ()]


def test_unknown_jobs_of_a_host_do_not_become_none_because_another_host_has_jobs() -> None:
    job = Job(id="1", vm_id=VmId("a"), activity=Activity.MERGING)
    known = part("hv01", vm("a", "hv01"), vm("c", "hv01"), jobs=(job,))
    found = join_inventories("prod", [known, part("hv02", vm("b", "hv02"), jobs=None)], NOON)
    assert {vm.name: found.knows_jobs_of(vm) for vm in found.vms} == {"a": True, "c": True, "b": False}


def test_a_vm_that_was_never_read_is_told_as_unread() -> None:
    found = part("hv01", vm("a", "hv01"))
    assert found.inventory
    unread = Unread(vm_id=VmId("a"), part=UnreadPart.CHECKPOINTS, words="Generic failure")
    sick = Part(host="hv01", inventory=replace(found.inventory, unread=(unread,)))
    both = join_inventories("prod", [sick, part("hv02")], NOON)
    assert both.unread_of(VmId("a")) == unread


def called(full_name: str, host: str, *vms: str, trouble: str = "") -> Part:
    """A host that gives itself this name, and has these VMs."""
    found = part(host, *(vm(f"{name}@{host}", host) for name in vms)).inventory
    assert found
    return Part(
        host=host,
        inventory=replace(found, host=replace(found.host, full_name=full_name)),
        trouble=trouble,
    )


def test_a_machine_under_two_names_is_listed_once_and_the_second_says_which_it_is() -> None:
    parts = [
        called("HV01.corp.example", "hv01", "a", "b"),
        called("hv01.corp.example", "10.0.0.5", "b", "c"),
    ]
    found = join_inventories("prod", parts, NOON)
    assert [(host.name, host.same_as) for host in found.hosts] == [("hv01", ""), ("10.0.0.5", "hv01")]
    assert [one.id for one in found.vms] == ["a@hv01", "b@hv01"]
    assert {one.vm_id for one in found.checkpoints} == {"a@hv01", "b@hv01"}
    assert list(owners_of(parts)) == ["a@hv01", "b@hv01"]


def test_machines_of_one_name_with_other_vms_and_others_with_the_same_vms_are_two() -> None:
    workgroups = [called("hv01", "10.0.0.5", "a"), called("hv01", "10.0.1.5", "b")]
    restored = [called("hv01", "hv01", "a"), called("hv02", "hv02", "a")]
    unnamed = [called("", "hv01", "a"), called("", "hv02", "a")]
    for parts in (workgroups, restored, unnamed):
        found = join_inventories("prod", parts, NOON)
        assert [host.same_as for host in found.hosts] == ["", ""]
        assert len(found.vms) == 2


def test_a_machine_that_answers_by_its_second_name_only_is_listed_by_both() -> None:
    parts = [called("hv01", "hv01", "a", trouble="No answer."), called("hv01", "10.0.0.5", "a")]
    assert [host.same_as for host in join_inventories("prod", parts, NOON).hosts] == ["", ""]
    lost = [*parts[:1], called("hv01", "10.0.0.5", "a", trouble="No answer.")]
    assert [host.same_as for host in join_inventories("prod", lost, NOON).hosts] == ["", "hv01"]


def test_two_machines_of_one_name_with_some_vms_of_the_same_ids_are_both_listed() -> None:
    parts = [called("hv01", "north", "a", "b", "c"), called("hv01", "south", "c", "d", "e")]
    found = join_inventories("prod", parts, NOON)
    assert [host.same_as for host in found.hosts] == ["", ""]
    assert len(found.vms) == 6
    one = [called("hv01", "hv01", "a", "b", "c"), called("hv01", "10.0.0.5", "a", "b", "c", "new")]
    assert [host.same_as for host in join_inventories("prod", one, NOON).hosts] == ["", "hv01"]


def managed_by(server: str, trouble: str = "") -> Part:
    """A server that manages hv01, on which web-01 is, and hv02, with which it has no contact."""
    read = part(server, vm("web-01", "hv01")).inventory
    assert read is not None
    volumes = (Volume(name="E:", size=100, free=10),)
    hosts = (Host(name="hv01", cluster="CL1", volumes=volumes), Host(name="hv02", trouble="No contact."))
    return Part(host=server, label="PROD", trouble=trouble, inventory=replace(read, hosts=hosts))


def test_the_hosts_that_a_server_manages_stand_beside_the_others() -> None:
    found = join_inventories("prod", [managed_by("vmm01"), part("hv09")], NOON)
    assert [(host.name, host.cluster, host.trouble, host.label) for host in found.hosts] == [
        ("hv01", "CL1", "", "PROD"),
        ("hv02", "", "No contact.", "PROD"),
        ("hv09", "", "", ""),
    ]
    assert [volume.name for volume in found.host_of(found.vms[0]).volumes] == ["E:"]


def test_a_server_that_cannot_be_read_has_a_row_and_its_hosts_say_why() -> None:
    found = join_inventories("prod", [managed_by("vmm01", trouble="vmm01 does not answer.")], NOON)
    assert [host.name for host in found.hosts] == ["vmm01", "hv01", "hv02"]
    assert {host.trouble for host in found.hosts} == {"vmm01 does not answer."}
