"""Evaluates the raw facts that ops/diagnose.ps1 returns: one pure function for each check (facts §10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.model import CheckpointSetting
from hvtui.backends.powershell.diagnose.verdicts import (
    REPORT_IT,
    Skipped,
    Warned,
    check,
    failure,
    require,
)
from hvtui.backends.powershell.program import Request
from hvtui.backends.scvmm import errors
from hvtui.backends.scvmm.states import DONE, FAILED, NOT_DONE, OBSTACLES, POWER, WORK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hvtui.backends.powershell.diagnose.verdicts import Fact

KNOWN = {
    "Status": {*POWER, *WORK, *OBSTACLES},
    "CheckpointType": {setting.value for setting in CheckpointSetting},
    "Job": {*DONE, *NOT_DONE, "NotStarted", "Running"},
}
"""The members of the enums that hvtui knows. `VirtualizationPlatform` has more: only HyperV is written to."""


def checks(facts: dict[str, Fact], where: str = "this machine") -> Iterator[Check]:
    """Yield each check. If the VMs cannot be read, `vms` is the last check, because the others need them."""
    vms = facts["Vms"]
    if "Failure" in vms:
        error = errors.from_record(vms["Failure"], Request(op="diagnose", where=where))
        words = f"The VMs cannot be read: {error.message} VMM: {failure(vms)}"
        yield Check(name="vms", verdict=Verdict.FAILED, words=words, remedy=error.hint)
        return
    for name, judge in JUDGES.items():
        yield check(name, judge, facts)


def _vms(facts: dict[str, Fact]) -> str:
    vms = facts["Vms"]
    return (
        f"VMs: {vms['Count']}, of them in the library: {vms['Library']}; checkpoints: {vms['Checkpoints']}."
    )


def _module(facts: dict[str, Fact]) -> str:
    fact = require(facts["Module"], "The module cannot be examined")
    aliases = ", ".join(sorted(fact["Aliases"])) or "none of Hyper-V's names"
    return f"VirtualMachineManager {fact['Version']}; its aliases include {aliases}."


def _server(facts: dict[str, Fact]) -> str:
    fact = require(facts["Server"], "The connection cannot be examined")
    words = f"{fact['Name']} runs VMM {fact['Version']}."
    if fact["HighlyAvailable"]:
        words += f" It is highly available; the active node is {fact['ActiveNode'] or 'not told'}."
    return words


def _role(facts: dict[str, Fact]) -> str:
    fact = require(facts["Role"], "The user role cannot be read")
    words = f"{fact['User']} has the user role {fact['Role']} ({fact['Profile']})."
    if fact["Profile"] == "ReadOnlyAdmin":
        raise Warned(words, "It may change nothing. Ask for a role with the action Checkpoint.")
    return words


def _actions(facts: dict[str, Fact]) -> str:
    fact = require(facts["Actions"], "The actions of the user role cannot be read")
    if not fact["Limited"]:
        raise Skipped("The actions of this user role are not limited.")
    if not all(fact["Clouds"].values()):
        raise Warned(
            "VMM does not say which actions the user role has: what it does not permit is refused only when it is tried.",
            REPORT_IT,
        )
    by_cloud = (f"{cloud or 'no cloud'}: {names}" for cloud, names in sorted(fact["Clouds"].items()))
    return f"Actions of the user role: {'; '.join(by_cloud) or 'no VM to look at'}."


def _enums(facts: dict[str, Fact]) -> str:
    fact = require(facts["Enums"], "The names of the states cannot be read")
    unknown = [
        f"{kind} {name}"
        for kind, known in KNOWN.items()
        for name in sorted(fact.get(kind, ()))
        if name not in known and not (kind == "Status" and name.endswith(FAILED))
    ]
    if unknown:
        raise Warned(f"hvtui does not know: {', '.join(unknown)}.", REPORT_IT)
    if not fact:
        raise Skipped("There is no VM and no job.")
    return f"hvtui knows all {sum(len(names) for names in fact.values())} names of states and settings."


def _states(facts: dict[str, Fact]) -> str:
    seen = sorted(require(facts["States"], "The states cannot be read")["Seen"])
    if not seen:
        raise Skipped("There is no VM on a Hyper-V host.")
    return f"Status and power state: {', '.join(seen)}."


def _ids(name: str, problem: str) -> Callable[[dict[str, Fact]], str]:
    def judge(facts: dict[str, Fact]) -> str:
        fact = require(facts[name], problem)
        total = sum(fact.values())
        if not total:
            raise Skipped("There is nothing to look at.")
        words = (
            f"Of {total}: {fact['Checkpoint']} name a checkpoint, {fact['Vm']} the VM, {fact['None']} nothing"
        )
        if fact["Other"]:
            raise Warned(f"{words}, {fact['Other']} something that VMM does not list.", REPORT_IT)
        return f"{words}."

    return judge


def _doubles(facts: dict[str, Fact]) -> str:
    count = require(facts["Doubles"], "The ids cannot be compared")["Count"]
    if count:
        raise Warned(
            f"{count} ids of Hyper-V belong to more than one VM of VMM.",
            "After a failover, remove the VMs that are Missing. Of copies with one id, hvtui changes only one.",
        )
    return "No two VMs on hosts have one id."


def _times(facts: dict[str, Fact]) -> str:
    kinds = require(facts["Times"], "The times cannot be read")["Kinds"]
    if not kinds:
        raise Skipped("There is no checkpoint.")
    if "Unspecified" in kinds:
        raise Warned(f"The times of checkpoints are of the kind {', '.join(sorted(kinds))}.", REPORT_IT)
    return f"The times of checkpoints are of the kind {', '.join(sorted(kinds))}."


def _refreshers(facts: dict[str, Fact]) -> str:
    fact = require(facts["Refreshers"], "The hosts cannot be read", "A self-service role may see no hosts.")
    return (
        f"{fact['Count']} hosts; contact: {', '.join(sorted(fact['Contact'])) or 'none'}; VMM reads them by"
        f" {', '.join(sorted(fact['Modes'])) or 'no mode'}."
    )


def _volumes(facts: dict[str, Fact]) -> str:
    fact = require(facts["Volumes"], "The volumes cannot be read", "A self-service role may see no volumes.")
    return f"{fact['Count']} volumes of hosts."


def _unknown_id(facts: dict[str, Fact]) -> str:
    fact = require(facts["UnknownId"], "A VM that does not exist cannot be asked for")
    if fact["Count"]:
        raise Warned(f"For a VM that does not exist, VMM returns {fact['Count']} others.", REPORT_IT)
    if fact["Id"] and not fact["Id"].startswith("801,"):
        raise Warned(f"For a VM that does not exist, VMM reports {fact['Id']}.", REPORT_IT)
    return f"For a VM that does not exist, VMM reports {fact['Id'] or 'nothing'}."


def _past_jobs(facts: dict[str, Fact]) -> str:
    fact = require(facts["PastJobs"], "The jobs cannot be read")
    targets = ", ".join(sorted(fact["Targets"])) or "no checkpoint job"
    return f"{fact['Count']} recent jobs; those on checkpoints are about: {targets}. Errors: {'; '.join(sorted(fact['Errors'])) or 'none'}."


def _steps(cmdlet: str) -> Callable[[dict[str, Fact]], str]:
    def judge(facts: dict[str, Fact]) -> str:
        steps = require(facts["PastJobs"], "The jobs cannot be read")["Steps"].get(cmdlet)
        if not steps:
            raise Skipped(f"No recent job of {cmdlet} to look at.")
        return f"The newest {cmdlet} had these steps: {'; '.join(steps)}."

    return judge


def _parameters(facts: dict[str, Fact]) -> str:
    missing = require(facts["Parameters"], "The cmdlets cannot be examined")["Missing"]
    if missing:
        raise Warned(f"This version lacks {', '.join(missing)}: hvtui cannot change anything.", REPORT_IT)
    return "The cmdlets can start jobs and name them."


JUDGES: dict[str, Callable[[dict[str, Fact]], str]] = {
    "vms": _vms,
    "vmm-version": _module,
    "vmm-server": _server,
    "user-role": _role,
    "role-actions": _actions,
    "known-words": _enums,
    "states": _states,
    "parents": _ids("Parents", "The parents of checkpoints cannot be read"),
    "current": _ids("Current", "The current checkpoints cannot be read"),
    "doubles": _doubles,
    "creation-time": _times,
    "refreshers": _refreshers,
    "volumes": _volumes,
    "unknown-id": _unknown_id,
    "job-variable": _parameters,
    "past-jobs": _past_jobs,
    "past-delete": _steps("Remove-SCVMCheckpoint"),
    "past-apply": _steps("Restore-SCVMCheckpoint"),
}
