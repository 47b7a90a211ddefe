"""Signing in at VMM: to which server, in which role, and why it is not possible."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from hvtui.backends.errors import ConnectError
from hvtui.backends.powershell.agent import Deadlines
from hvtui.backends.powershell.journal import Journal
from hvtui.backends.powershell.local_link import LocalLink
from hvtui.backends.scvmm.program import program
from hvtui.backends.scvmm.session import ScvmmSession
from tests.vmm_host.module import prelude

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.backends.powershell.program import Program
    from tests.hyperv_host.engine import Engine
    from tests.vmm_host.vmm import Vmm

pytestmark = pytest.mark.engine
DESKTOP = pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)
HOSTILE = "vmm01'; Remove-Item $env:TEMP; \"$(exit)` ✓"


async def opened(powershell: Engine, run: Program, folder: Path) -> None:
    session = ScvmmSession(
        lambda: LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition}),
        run,
        Journal(folder, "test"),
        Deadlines(),
    )
    try:
        await session.open()
    finally:
        await session.close()


@DESKTOP
@pytest.mark.parametrize("role", ["", "Checkpoints", HOSTILE])
async def test_the_server_and_the_role_are_given_to_vmm_as_they_are(
    powershell: Engine, vmm: Vmm, tmp_path: Path, role: str
) -> None:
    await opened(powershell, program(prelude(vmm.port), server=HOSTILE, role=role), tmp_path)
    (given,) = vmm.called("Get-SCVMMServer")
    assert given["ComputerName"] == HOSTILE
    assert given.get("UserRoleName", "") == role


def test_no_character_of_a_name_is_in_the_script() -> None:
    assert HOSTILE not in program(server=HOSTILE, role=HOSTILE).text()
    assert program(server="\udcff").text() == program(server="?").text()  # not UTF-8 on the command line


@DESKTOP
@pytest.mark.parametrize(("number", "words"), [(1602, "does not answer"), (1604, "could not sign in")])
async def test_a_server_that_refuses_the_sign_in_is_told_with_its_words(
    powershell: Engine, vmm: Vmm, tmp_path: Path, number: int, words: str
) -> None:
    vmm.failing["Get-SCVMMServer"] = (number, "Keine Verbindung.", False)
    with pytest.raises(ConnectError, match=words) as caught:
        await opened(powershell, program(prelude(vmm.port)), tmp_path)
    assert "Keine Verbindung." in caught.value.detail
    assert ("active node" if number == 1602 else "same version") in caught.value.hint


@DESKTOP
async def test_a_machine_without_the_console_is_told_so(powershell: Engine, tmp_path: Path) -> None:
    with pytest.raises(ConnectError, match="no module VirtualMachineManager"):
        await opened(powershell, program(), tmp_path)


@pytest.mark.parametrize("powershell", ["Core"], indirect=True)
async def test_another_powershell_than_windows_powershell_is_refused(
    powershell: Engine, vmm: Vmm, tmp_path: Path
) -> None:
    with pytest.raises(ConnectError, match=r"Windows PowerShell 5\.1"):
        await opened(powershell, program(prelude(vmm.port)), tmp_path)
    assert vmm.calls == []


@DESKTOP
@pytest.mark.parametrize("oldest", [0, 60])
async def test_a_connection_that_keeps_its_objects_is_signed_in_again_once_it_is_old(
    powershell: Engine, vmm: Vmm, tmp_path: Path, oldest: int
) -> None:
    run = program(prelude(vmm.port))
    run = replace(run, functions=run.functions.replace("$oldest = 60", f"$oldest = {oldest}"))
    session = ScvmmSession(
        lambda: LocalLink(powershell.agents, {"PWSH_EDITION": powershell.edition}),
        run,
        Journal(tmp_path, "test"),
        Deadlines(),
    )
    (world_id,) = vmm.world.vms
    try:
        await session.open()
        before = len((await session.inventory()).checkpoints)
        vmm.outside(lambda world: world.take_checkpoint(world_id))
        vmm.refresh(world_id)
        seen = len((await session.inventory()).checkpoints)
    finally:
        await session.close()
    assert seen - before == (1 if oldest == 0 else 0)
