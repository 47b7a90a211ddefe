"""Objects that lack what every object has, or throw when it is read: they spoil nothing else and prove nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import CheckpointMissing, HyperVUnavailable, OperationFailed
from hvtui.backends.model import CheckpointId, UnreadPart, VmId, VmState
from tests.hyperv.test_outcomes import done, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.powershell.program import Program
    from tests.hyperv.conftest import Connect
    from tests.hyperv_host.host import Host

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]

THROWING = """
    function Add-Throwing($Object, $Names) {
        foreach ($name in $Names) { $Object | Add-Member -MemberType ScriptProperty -Name $name -Value { throw 'Weg.' } -Force }
        $Object
    }
"""


def instead_of(cmdlet: str, body: str) -> Callable[[Program], Program]:
    """Return a change of a program whose scripts call a function with this body instead of the cmdlet."""
    function = f"{THROWING}\nfunction Instead {{\n[CmdletBinding()] {body}\n}}\nSet-Alias -Name {cmdlet} -Value Instead\n"

    def change(program: Program) -> Program:
        scripts = {}
        for name, script in program.operations.items():
            head, bracket, rest = script.partition(")\n\n")
            scripts[name] = f"{head}{bracket}{function}{rest}"
        return replace(program, operations=scripts)

    return change


def target(host: Host) -> tuple[VmId, CheckpointId]:
    return VmId(host.vm_id("web-01")), CheckpointId(host.checkpoint_id("Clean install"))


@pytest.mark.parametrize("odd", ["$null", "New-Object PSObject", "Add-Throwing $found[0] 'Id', 'VMId'"])
async def test_a_checkpoint_without_an_id_spoils_no_other(connect: Connect, host: Host, odd: str) -> None:
    lists = f"param($VM) $found = @(Hyper-V\\Get-VMSnapshot -VM $VM); {odd}; $found[1..9]"
    async with connect(change=instead_of("Get-VMSnapshot", lists)) as session:
        vm = target(host)[0]
        found = await session.inventory()
        assert (found.vms[0].state, len(found.checkpoints)) == (VmState.RUNNING, 2)
        assert [(one.vm_id, one.part) for one in found.unread] == [(vm, UnreadPart.CHECKPOINTS)]
        (disks,) = await session.disks([vm])
        assert len({disk.checkpoint_id for disk in disks.disks}) == 3
        (unread,) = disks.unread_drives
        assert (unread.checkpoint_id, unread.words) == (None, "The host reported a checkpoint without an ID.")


async def test_a_vm_without_an_id_is_not_gone(connect: Connect, host: Host) -> None:
    lists = "param($Id) if ($Id) { Add-Throwing (Hyper-V\\Get-VM -Id $Id) 'Id' } else { New-Object PSObject }"
    async with connect(change=instead_of("Get-VM", lists)) as session:
        assert (await session.inventory()).incomplete == "The host reported a VM without an ID."
        vm = target(host)[0]
        found = await session.inventory([vm])
        assert [one.id for one in found.vms] == [vm]
        assert [(one.vm_id, one.part) for one in found.unread] == [(vm, UnreadPart.VM)]


async def test_a_checkpoint_that_does_not_say_whose_it_is_is_not_gone(connect: Connect, host: Host) -> None:
    finds = "param($Id) Add-Throwing (Hyper-V\\Get-VMSnapshot -Id $Id) 'VMId'"
    async with connect(change=instead_of("Get-VMSnapshot", finds)) as session:
        error = await said(session.rename_checkpoint(*target(host), name="new"))
        assert not isinstance(error, CheckpointMissing)
        assert isinstance(error, OperationFailed)
        assert "Weg." in error.message


async def test_an_apply_is_not_seen_where_the_state_afterwards_cannot_be_read(
    connect: Connect, host: Host
) -> None:
    finds = """param($Id) $vm = Hyper-V\\Get-VM -Id $Id
        if ($known.ContainsKey('Asked')) { Add-Throwing $vm 'State', 'ParentSnapshotId' } else { $vm }
        if ($known['Found']) { $known['Asked'] = $true }
        $known['Found'] = $true"""
    async with connect(change=instead_of("Get-VM", finds)) as session:
        host.fail_next("save", 32768, "Nein.")
        error = await said(session.apply_checkpoint(*target(host)))
        assert (error.message, error.effect, done(host)) == ("Nein.", None, [])


@pytest.mark.parametrize(
    "odd", ["$null", "New-Object PSObject -Property @{ DriveLetter = 'D'; Path = 'x'; Size = 5 }"]
)
async def test_a_volume_that_does_not_say_its_free_space_is_not_full(
    connect: Connect, host: Host, odd: str
) -> None:
    async with connect(change=instead_of("Get-Volume", f"param($FilePath) {odd}")) as session:
        (disks,) = await session.disks([target(host)[0]])
        assert disks.volumes == ()
        assert {file.volume for file in disks.files} == {""}
        details = (await session.host_details()).host
        assert details.volumes == ()
        assert "did not report the free space" in details.unread[0]


async def test_a_shared_volume_that_does_not_say_its_free_space_is_not_full(
    connect: Connect, host: Host
) -> None:
    host.set_world(cluster="CL01")
    infos = "@{ FriendlyVolumeName = 'C:\\ClusterStorage\\A'; Partition = @{ Size = 5 } }, @{ FriendlyVolumeName = 'B'; Partition = @{ Size = 5; FreeSpace = 0 } }"
    change = instead_of("Get-ClusterSharedVolume", f"param() @{{ SharedVolumeInfo = @({infos}) }}")
    async with connect(change=change) as session:
        found = (await session.host_details()).host
        assert [(volume.name, volume.free) for volume in found.volumes if volume.name != "D:"] == [("B", 0)]
        assert found.unread == (
            "C:\\ClusterStorage\\A: The host did not report the free space of the volume.",
        )


async def test_nothing_beside_a_vm_that_was_asked_for_spoils_it(connect: Connect, host: Host) -> None:
    lists = "param($Id) $null; Hyper-V\\Get-VM -Id $Id; $null"
    async with connect(change=instead_of("Get-VM", lists)) as session:
        vm = target(host)[0]
        found = await session.inventory([vm])
        assert ([one.id for one in found.vms], found.unread) == ([vm], ())


@pytest.mark.parametrize("answers", [True, False])
async def test_nothing_instead_of_a_vm_means_that_it_is_gone_only_if_the_host_answers(
    connect: Connect, host: Host, answers: bool
) -> None:
    async with connect(change=instead_of("Get-VM", "param($Id) $null; $null")) as session:
        vm = target(host)[0]
        if not answers:
            host.refuse("host", 32768)
            error = await said(session.inventory([vm]))
            assert isinstance(error, HyperVUnavailable)
            assert "neither the VMs nor an error" in error.detail
        else:
            found = await session.inventory([vm])
            assert (found.vms, found.unread) == ((), ())


async def test_what_a_vm_does_not_say_is_neither_0_nor_no(connect: Connect, host: Host) -> None:
    lists = """param($Id) Hyper-V\\Get-VM @PSBoundParameters | ForEach-Object {
        foreach ($name in 'Uptime', 'MemoryAssigned', 'ReplicationState') {
            $_ | Add-Member -MemberType NoteProperty -Name $name -Value $null -Force
        }
        $_
    }"""
    async with connect() as session:
        told = (await session.inventory()).vms[0]
    assert None not in (told.uptime_seconds, told.memory_assigned, told.replicated)
    async with connect(change=instead_of("Get-VM", lists)) as session:
        silent = (await session.inventory()).vms[0]
    assert silent == replace(told, uptime_seconds=None, memory_assigned=None, replicated=None)


async def test_a_cluster_without_a_name_is_not_no_cluster(connect: Connect, host: Host) -> None:
    host.set_world(cluster="CL01")
    async with connect(change=instead_of("Get-Cluster", "param() New-Object PSObject")) as session:
        found = await session.host_details()
    assert found.clustered is None
    assert "Cluster: The host did not report the name of its cluster." in found.host.unread
