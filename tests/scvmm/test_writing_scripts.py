"""Static checks of the scripts that write: each starts a job of VMM, and names it before anybody waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hyperv.script_facts import VMM, arguments, own_cmdlets
from tests.hyperv.test_scripts import SCRIPTS, trees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hyperv.script_facts import Command
    from tests.hyperv_host.engine import Engine

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("powershell", ["Desktop"], indirect=True)]
READS = ("get", "find")


def calls(powershell: Engine) -> Iterator[tuple[str, Command, set[str]]]:
    """The calls of VMM's cmdlets in all scripts: the script, the call, and its parameters."""
    known = own_cmdlets(VMM)
    for name in SCRIPTS:
        for command in trees(powershell)[name]["Commands"] if name.startswith("scvmm/") else ():
            cmdlet = known.get(command["Name"].lower())
            if cmdlet is not None:
                sets = cmdlet["parameterSets"].values()
                switches = {
                    p.lower() for fields in sets for p, of in fields.items() if of["type"] == "switch"
                }
                yield name, command, arguments(command, switches)[0]


def test_every_write_is_a_job_with_a_name_and_asks_nobody(powershell: Engine) -> None:
    found = 0
    for _, command, given in calls(powershell):
        plain = command["Name"].rpartition("\\")[2].lower()
        if plain.startswith(READS) or plain == "read-scvirtualmachine":
            continue
        found += 1
        assert {"runasynchronously", "jobvariable"} <= given, command["Text"]
        confirms = own_cmdlets(VMM)[command["Name"].lower()].get("supportsShouldProcess")
        assert ("confirm" in given) is bool(confirms), command["Text"]
    assert found == 10


def test_every_call_of_vmm_ends_with_its_error(powershell: Engine) -> None:
    assert [command["Text"] for _, command, given in calls(powershell) if "erroraction" not in given] == []


def test_a_vm_is_read_from_its_host_only_where_that_is_asked_for(powershell: Engine) -> None:
    refreshing = {
        name for name, command, _ in calls(powershell) if command["Name"].endswith("Read-SCVirtualMachine")
    }
    assert refreshing == {"scvmm/ops/refresh_vm.ps1"}


def test_no_vm_is_moved_to_the_library(powershell: Engine) -> None:
    used = {command["Name"].rpartition("\\")[2] for _, command, _ in calls(powershell)}
    assert not used & {"Save-SCVirtualMachine", "Restart-SCJob", "Stop-SCJob", "Remove-SCVirtualMachine"}
    assert "Stop-SCVirtualMachine" in used
