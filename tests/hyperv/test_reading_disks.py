"""Disks with chains, and every file or owner that cannot be read: each told with the host's words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import BackendError, HyperVUnavailable, UnavailableCause
from hvtui.backends.model import VmDisks, Volume, path_key
from tests.hyperv.test_outcomes import parked, said, target

if TYPE_CHECKING:
    from hvtui.backends.hyperv.session import HyperVSession
    from tests.hyperv_host.host import Host

pytestmark = pytest.mark.engine

FAILED = 32768
FOLDER = "D:\\Hyper-V\\deep"


async def read(session: HyperVSession, host: Host) -> VmDisks:
    (found,) = await session.disks([target(host)[0]])
    return found


def leaf(disks: VmDisks) -> str:
    return next(disk.path for disk in disks.disks if disk.checkpoint_id is None)


async def test_each_file_has_its_parent_and_volume(session: HyperVSession, host: Host) -> None:
    whole = await read(session, host)
    calls = len(host.cmdlets("Get-VHD"))
    file = whole.file(leaf(whole))
    length = 0
    while file and file.differencing:
        assert file.volume == "D:"
        assert file.parent
        file = whole.file(file.parent)
        length += 1
    assert file and not file.parent
    assert length >= 2
    assert calls <= length + 1
    assert [volume.name for volume in whole.volumes] == ["D:"]
    assert not whole.unread and not whole.unread_drives


async def test_the_chain_is_followed_whatever_the_case_of_its_paths(
    session: HyperVSession, host: Host
) -> None:
    whole = await read(session, host)
    live = whole.file(leaf(whole))
    assert live
    host.show_file(live.path, ParentPath=live.parent.upper())
    shouted = await read(session, host)
    assert {path_key(file.path) for file in shouted.files} == {path_key(file.path) for file in whole.files}
    assert len(shouted.files) == len(whole.files)
    again = shouted.file(live.path)
    assert again and again.parent == live.parent.upper()


@pytest.mark.parametrize(
    ("links", "unread"), [(200, False), (240, False), (300, True)], ids=["200", "240", "too deep"]
)
async def test_a_long_chain(session: HyperVSession, host: Host, links: int, unread: bool) -> None:
    live = leaf(await read(session, host))
    paths = [live, *(f"{FOLDER}\\{number}.avhdx" for number in range(links))]
    for path, parent in zip(paths, [*paths[1:], ""], strict=True):
        kind = 4 if parent else 3
        host.show_file(path, ParentPath=parent, FileSize=0, VhdType=kind)
    disks = await read(session, host)
    if unread:
        (one,) = disks.unread
        assert "256" in one.words
    else:
        assert not disks.unread
        assert all(disks.file(path) for path in paths)


@pytest.mark.parametrize("back", ["itself", "far"])
async def test_a_cycle_of_parents_ends(session: HyperVSession, host: Host, back: str) -> None:
    whole = await read(session, host)
    live = leaf(whole)
    first = whole.file(live)
    assert first
    from_file = live if back == "itself" else first.parent
    host.show_file(from_file, ParentPath=live.upper(), VhdType=4)
    disks = await read(session, host)
    again = disks.file(from_file)
    assert again and path_key(again.parent) == path_key(live)


async def test_files_that_cannot_be_read_have_words_and_the_missing_are_told_apart(
    session: HyperVSession, host: Host
) -> None:
    whole = await read(session, host)
    live = whole.file(leaf(whole))
    assert live
    host.refuse("file", FAILED, "The file is damaged.", argument=live.parent)
    host.show_file(live.path, FileSize=(64 << 40) + 1)
    damaged = await read(session, host)
    far = "\\\\share\\vms\\" + "a" * 280 + ".vhdx"
    host.show_file(live.path, ParentPath=far)
    away = await read(session, host)
    assert [(one.path, one.words, one.missing) for one in damaged.unread] == [
        (live.parent, "The file is damaged.", False)
    ]
    large = damaged.file(live.path)
    assert large and large.size == (64 << 40) + 1
    assert {one.path: one.missing for one in away.unread if one.path != live.parent} == {far: True}


async def test_a_vhd_set_has_no_size_and_a_template_is_a_differencing_base(
    session: HyperVSession, host: Host
) -> None:
    whole = await read(session, host)
    base = next(file for file in whole.files if not file.differencing)
    template = f"{FOLDER}\\template.vhdx"
    host.show_file(base.path, ParentPath=template, VhdType=4)
    host.show_file(template, ParentPath="", VhdType=3, VhdFormat=4, FileSize=264 << 10)
    disks = await read(session, host)
    differing, root = disks.file(base.path), disks.file(template)
    assert differing and differing.differencing and path_key(differing.parent) == path_key(template)
    assert root and root.size is None and not root.differencing


async def test_one_owner_that_cannot_be_read_spoils_no_other(session: HyperVSession, host: Host) -> None:
    vm, checkpoint = target(host)
    whole = await read(session, host)
    host.refuse("drives", FAILED, "The checkpoint is damaged.", argument=checkpoint)
    partly = await read(session, host)
    host.refuse("drives", FAILED, "The VM is damaged.", argument=vm)
    less = await read(session, host)
    host.refuse("checkpoints", FAILED, "The list is damaged.", argument=vm)
    least = await read(session, host)
    assert [(one.checkpoint_id, one.words) for one in partly.unread_drives] == [
        (checkpoint, "The checkpoint is damaged.")
    ]
    assert {disk.checkpoint_id for disk in partly.disks} == {disk.checkpoint_id for disk in whole.disks} - {
        checkpoint
    }
    assert {one.checkpoint_id for one in less.unread_drives} == {None, checkpoint}
    assert less.disks
    assert [one.checkpoint_id for one in least.unread_drives] == [None, None]
    assert least.unread_drives[1].words == "The list is damaged."


async def test_disks_of_a_host_that_does_not_answer_are_an_error(session: HyperVSession, host: Host) -> None:
    vm, _ = target(host)
    host.set_rights(granted=False)
    with pytest.raises(BackendError):
        await session.disks([vm])


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
@pytest.mark.parametrize("query", ["drives", "file"])
async def test_a_service_that_stops_between_two_cmdlets_makes_no_file_unreadable(
    session: HyperVSession, host: Host, query: str
) -> None:
    host.park(query)
    reading = asyncio.create_task(said(session.disks([target(host)[0]])))
    await parked(host)
    host.set_management(service="Stopped")
    host.release()
    error = await reading
    assert isinstance(error, HyperVUnavailable)
    assert error.cause is UnavailableCause.SERVICE_STOPPED


async def test_a_vm_that_leaves_while_its_disks_are_read_has_none(session: HyperVSession, host: Host) -> None:
    host.park("drives")
    reading = asyncio.create_task(session.disks([target(host)[0]]))
    await parked(host)
    host.remove_vm(host.vm_id("web-01"))
    host.release()
    assert await reading == ()


async def test_two_volumes_with_one_label_are_told_apart(session: HyperVSession, host: Host) -> None:
    first, second = ("D:\\Mount\\1", "D:\\Mount\\2")
    host.add_volume(first, 100 << 30)
    host.add_volume(second, 200 << 30)
    host.show_file(leaf(await read(session, host)), ParentPath=f"{first}\\a.vhdx", VhdType=4)
    host.show_file(f"{first}\\a.vhdx", ParentPath=f"{second}\\b.vhdx", VhdType=4)
    host.show_file(f"{second}\\b.vhdx", ParentPath="", VhdType=3)
    found = await read(session, host)
    for folder, name, size in ((first, "a.vhdx", 100), (second, "b.vhdx", 200)):
        file = found.file(f"{folder}\\{name}")
        volume = found.volume_of(file) if file else None
        assert volume and volume.size == size << 30


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_paths_with_the_other_slash_are_on_their_own_volumes(
    session: HyperVSession, host: Host
) -> None:
    host.add_volume("X:", 100 << 30)
    host.add_volume("Y:", 200 << 30)
    host.show_file(leaf(await read(session, host)), ParentPath="X:/VMs/a.vhdx", VhdType=4)
    host.show_file("X:/VMs/a.vhdx", ParentPath="Y:/VMs/b.vhdx", VhdType=4)
    host.show_file("Y:/VMs/b.vhdx", ParentPath="", VhdType=3)
    found = await read(session, host)
    for path, size in (("X:\\VMs\\a.vhdx", 100), ("Y:\\VMs\\b.vhdx", 200)):
        file = found.file(path)
        volume = found.volume_of(file) if file else None
        assert volume and volume.size == size << 30


async def test_shared_volumes_are_read_from_the_cluster_where_windows_finds_none(
    session: HyperVSession, host: Host
) -> None:
    shared = "C:\\ClusterStorage\\Volume1"
    path = f"{shared}\\web\\base.vhdx"
    expected = Volume(name=shared, size=100 << 30, free=100 << 30)
    host.add_volume(shared, 100 << 30)
    host.show_file(leaf(await read(session, host)), ParentPath=path, VhdType=4)
    host.show_file(path, ParentPath="", VhdType=3)
    by_windows = await read(session, host)
    host.refuse("volumes", FAILED)
    by_cluster = await read(session, host)
    host.refuse("shared_volumes", FAILED)
    by_nobody = await read(session, host)
    for found in (by_windows, by_cluster):
        base = found.file(path)
        assert base and found.volume_of(base) == expected
    base = by_nobody.file(path)
    assert base and (base.volume, by_nobody.volumes) == ("", ())
