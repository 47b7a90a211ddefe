"""Evaluates the raw facts that ops/diagnose.ps1 returns: one pure function for each check.

A check is OK if hvtui's assumption holds, SKIPPED if the host has nothing to check it with, and a WARNING if it does
not hold or if something that hvtui shows cannot be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.hyperv import errors
from hvtui.backends.hyperv.diagnose import silence, storage
from hvtui.backends.hyperv.parse import JOBS, health
from hvtui.backends.model import CheckpointKind, CheckpointSetting, HealthCode, VmState
from hvtui.backends.powershell.diagnose.verdicts import REPORT_IT, Skipped, Warned, check, failure, require
from hvtui.backends.powershell.program import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hvtui.backends.powershell.diagnose.verdicts import Fact

NO_VM = "There is no VM."
MIN_QUOTAS = {"MaxShellsPerUser": 5, "MaxMemoryPerShellMB": 512, "MaxEnvelopeSizekb": 150}
"""The quotas that hvtui's shells need, with a margin."""


def checks(facts: dict[str, Fact], where: str = "this machine") -> Iterator[Check]:
    """Yield each check. If the VMs cannot be read, `vms` is the last check, because the others need them."""
    for name, judge in silence.JUDGES.items():
        yield check(name, judge, facts)
    vms = facts["Vms"]
    if "Failure" in vms:
        error = errors.from_record(vms["Failure"], Request(op="diagnose", where=where))
        error = silence.told(error, facts, where)
        words = f"The VMs cannot be read: {error.message} The host: {failure(vms)}"
        yield Check(name="vms", verdict=Verdict.FAILED, words=words, remedy=error.hint)
        return
    for name, judge in _JUDGES.items():
        yield check(name, judge, facts)


def _vms(facts: dict[str, Fact]) -> str:
    vms = facts["Vms"]
    return f"VMs: {vms['Count']}, checkpoints: {vms['Checkpoints']}."


def _module_versions(facts: dict[str, Fact]) -> str:
    fact = require(facts["Modules"], "The modules cannot be listed")
    words = f"Hyper-V {' and '.join(fact['Loaded'])} is loaded; installed: {', '.join(fact['Present'])}."
    if int(fact["Loaded"][0].split(".")[0]) < 2:
        raise Warned(words, "hvtui needs version 2.0.0.0, of Windows Server 2016 and later.")
    return words


def _cmdlet_aliases(facts: dict[str, Fact]) -> str:
    found = sorted(require(facts["Modules"], "The modules cannot be listed")["Aliases"])
    return f"The module has {', '.join(found) or 'no aliases that end with -VMCheckpoint'}."


def _known_words(facts: dict[str, Fact]) -> str:
    fact = require(facts["Words"], "The states cannot be read")
    known = {
        "State": {state.value for state in VmState},
        "CheckpointState": {VmState.OFF.value, VmState.SAVED.value},
        "CheckpointType": {setting.value for setting in CheckpointSetting},
        "SnapshotType": {kind.value for kind in CheckpointKind},
    }
    unknown = [
        f"{name} {word}"
        for name, words in known.items()
        for word in sorted(fact[name])
        if word.removesuffix("Critical") not in words
    ]
    if unknown:
        raise Warned(f"hvtui does not know: {', '.join(unknown)}.", REPORT_IT)
    seen = sorted({word for name in known for word in fact[name]})
    if not seen:
        raise Skipped(NO_VM)
    return f"hvtui knows each of: {', '.join(seen)}."


def _secondary_status(facts: dict[str, Fact]) -> str:
    fact = require(facts["Words"], "The states cannot be read")
    numbers = sorted(int(number) for number in fact["Secondary"])
    if not numbers:
        raise Skipped("No VM has a secondary status just now.")
    words = f"{', '.join(sorted(fact['SecondaryText']))} ({', '.join(map(str, numbers))}; {', '.join(fact['SecondaryKind'])})."
    if any(HealthCode.UNKNOWN in health(number) for number in numbers):
        raise Warned(f"hvtui does not know: {words}", REPORT_IT)
    return words


def _automatic_checkpoints(facts: dict[str, Fact]) -> str:
    vm = require(facts["Properties"], "The properties cannot be read")["Vm"]
    if not facts["Vms"]["Count"]:
        raise Skipped(NO_VM)
    has = "AutomaticCheckpointsEnabled" in vm
    return f"VMs {'have' if has else 'do not have'} the property AutomaticCheckpointsEnabled."


def _current(facts: dict[str, Fact]) -> str:
    fact = require(facts["Current"], "The current checkpoints of the VMs cannot be read")
    if not fact["WithCheckpoints"]:
        raise Skipped("There is no checkpoint.")
    if fact["Known"] < fact["WithCurrent"]:
        unlisted = fact["WithCurrent"] - fact["Known"]
        raise Warned(f"The current checkpoint of {unlisted} VMs is not in the list.", REPORT_IT)
    return f"Of {fact['WithCheckpoints']} VMs with checkpoints, {fact['WithCurrent']} name a current one."


def _creation_time(facts: dict[str, Fact]) -> str:
    fact = require(facts["Properties"], "The times cannot be read")
    kinds = sorted({*fact["VmTimes"], *fact["CheckpointTimes"]})
    if "Unspecified" in kinds:
        raise Warned("Some times have no time zone: the ages shown may be wrong by hours.", REPORT_IT)
    if not kinds:
        raise Skipped(NO_VM)
    return f"The kind of times is {' and '.join(kinds)}."


def _type_aliases(facts: dict[str, Fact]) -> str:
    fact = require(facts["Properties"], "The properties cannot be read")
    if not facts["Vms"]["Count"]:
        raise Skipped(NO_VM)
    return f"Aliases of a VM: {', '.join(fact['Vm']) or 'none'}; of a checkpoint: {', '.join(fact['Checkpoint']) or 'none'}."


def _jobs(facts: dict[str, Fact]) -> str:
    remedy = "hvtui works without it, but shows no percentages."
    fact = require(facts["Jobs"], "The running jobs cannot be read", remedy)
    types = sorted(int(number) for number in fact["Types"])
    unknown = [number for number in types if number not in JOBS]
    seen = f"; types seen: {', '.join(map(str, types))}" if types else ""
    more = f" (unknown to hvtui: {', '.join(map(str, unknown))})" if unknown else ""
    return f"Jobs: {fact['Count']}, running: {fact['Running']}{seen}{more}."


def _job_owner(facts: dict[str, Fact]) -> str:
    remedy = "hvtui works without it, but does not show which VM a job belongs to."
    fact = require(facts["JobOwners"], "The VMs of the jobs cannot be read", remedy)
    if not fact["Count"]:
        raise Skipped("There is no job just now.")
    ids = set(require(facts["Jobs"], "The running jobs cannot be read", remedy)["Ids"])
    known = len(ids.intersection(fact["JobIds"]))
    words = f"Of {fact['Count']} Msvm_AffectedJobElement, {fact['Guids']} name a VM's GUID and {known} a listed job."
    if ids and not (fact["Guids"] and known):
        raise Warned(words, REPORT_IT)
    return words


def _event_logs(facts: dict[str, Fact]) -> str:
    remedy = "hvtui works without them. To read them, join the host's Event Log Readers."
    counts, ids = [], set()
    for log in ("VMMS", "Worker"):
        fact = require(facts[f"Events{log}"], f"The {log} log cannot be read", remedy)
        counts.append(f"{log} {fact['Count']}")
        ids |= {f"{log} {number}" for number in fact["Ids"]}
    seen = f"; ids: {', '.join(sorted(ids))}" if ids else ""
    return f"The event logs can be read; newest events read: {', '.join(counts)}{seen}."


def _merge_events(facts: dict[str, Fact]) -> str:
    remedy = "hvtui works without them, but cannot tell why a merge ended. Join the host's Event Log Readers."
    fact = require(facts["MergeEvents"], "The events of merges cannot be read", remedy)
    if not fact["Count"]:
        raise Skipped("The log has no event of a merge (19070, 19080, 19090, 19100).")
    words = f"Of {fact['Count']} events of merges, {fact['WithVm']} name a VM."
    if not fact["WithVm"]:
        raise Warned(words, REPORT_IT)
    return words


def _cluster(facts: dict[str, Fact]) -> str:
    fact = facts["Cluster"]
    if "Failure" in fact:
        raise Skipped(f"The host is not in a cluster, or it cannot be read: {failure(fact)}")
    return f"The host is a node of the cluster {fact['Name']}."


def _quotas(facts: dict[str, Fact]) -> str:
    fact = facts["Quotas"]
    if "Failure" in fact:
        raise Skipped(f"WinRM's quotas cannot be read: {failure(fact)}")
    if not fact:
        raise Skipped("The connection does not use WinRM.")
    words = f"WinRM's quotas: {', '.join(f'{name} {value}' for name, value in sorted(fact.items()))}."
    low = [name for name, least in MIN_QUOTAS.items() if 0 < int(fact[name]) < least]
    if low:
        raise Warned(words, f"Raise {', '.join(low)} on the host: hvtui may not work with less.")
    return words


def _json(facts: dict[str, Fact]) -> str:
    fact = require(facts["Json"], "ConvertTo-Json failed")
    deep = fact["Deep"]
    for _ in range(4):
        deep = deep["To"]
    if (fact["One"], fact["None"], fact["OneRow"], deep) != (["x"], [], [{"Name": "x"}], {"To": "the end"}):
        raise Warned(f"ConvertTo-Json changes lists or loses depth: {fact}.", REPORT_IT)
    return "ConvertTo-Json keeps lists of one, empty lists and depth."


def _cmd_shell(facts: dict[str, Fact]) -> str:
    fact = facts["Parent"]
    if "Failure" in fact:
        raise Skipped(f"The parent process of PowerShell cannot be read: {failure(fact)}")
    return f"The parent process of PowerShell is {fact['Name']}."


def _process(facts: dict[str, Fact]) -> str:
    fact = require(facts["Process"], "The process cannot be read")
    bits = "64-bit" if fact["SixtyFourBit"] else "32-bit"
    return f"PowerShell is a {bits} process; its language is {fact['Language'] or 'the invariant one'}."


_JUDGES: dict[str, Callable[[dict[str, Fact]], str]] = {
    "vms": _vms,
    "process": _process,
    "cmd-shell": _cmd_shell,
    "module-versions": _module_versions,
    "cmdlet-aliases": _cmdlet_aliases,
    "known-words": _known_words,
    "secondary-status": _secondary_status,
    "automatic-checkpoints": _automatic_checkpoints,
    "current": _current,
    "creation-time": _creation_time,
    "type-aliases": _type_aliases,
    **storage.JUDGES,
    "jobs": _jobs,
    "job-owner": _job_owner,
    "event-logs": _event_logs,
    "merge-events": _merge_events,
    "cluster": _cluster,
    "quotas": _quotas,
    "json": _json,
}
