"""The raw facts of ops/diagnose.ps1 in words: pure functions, one a check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.errors import NotAllowed
from hvtui.backends.hyperv import errors
from hvtui.backends.hyperv.parse import ACTIVITIES, JOBS
from hvtui.backends.model import CheckpointKind, CheckpointSetting, VmState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Fact = dict[str, Any]

JOIN_HYPER_V = "Ask for membership of its Hyper-V Administrators, and log in anew."
TELL_US = "Tell hvtui's authors, with this whole report: they have not seen this on a host yet."
LEAST = {"MaxShellsPerUser": 5, "MaxMemoryPerShellMB": 512, "MaxEnvelopeSizekb": 150}
"""What hvtui's own shells need, with some room."""


class Doubt(Exception):
    """It works, or hvtui lives without it, but a person should know: the words, and the remedy."""


def checks(facts: dict[str, Fact]) -> Iterator[Check]:
    """The last one is `vms` where those cannot be read: nothing else says anything then."""
    yield _check("rights", _rights, facts)
    vms = facts["Vms"]
    if "Failure" in vms:
        error = errors.from_record(vms["Failure"])
        hint = JOIN_HYPER_V if isinstance(error, NotAllowed) else error.hint
        words = f"The VMs cannot be read: {_said(vms)}"
        yield Check(name="vms", verdict=Verdict.FAILED, words=words, remedy=hint)
        return
    for name, read in _READERS.items():
        yield _check(name, read, facts)


def _check(name: str, read: Callable[[dict[str, Fact]], str], facts: dict[str, Fact]) -> Check:
    try:
        return Check(name=name, verdict=Verdict.OK, words=read(facts))
    except Doubt as doubt:
        words, remedy = doubt.args
    except (KeyError, TypeError, ValueError, IndexError) as error:
        words, remedy = f"The host's answer cannot be read: {error!r}.", TELL_US
    return Check(name=name, verdict=Verdict.WARNING, words=words, remedy=remedy)


def _of(fact: Fact, what: str, remedy: str = TELL_US) -> Fact:
    if "Failure" in fact:
        raise Doubt(f"{what}: {_said(fact)}", remedy)
    return fact


def _said(fact: Fact) -> str:
    failure = fact["Failure"]
    return f"{' '.join(failure['Message'].split())} ({failure['Id']})"


def _rights(facts: dict[str, Fact]) -> str:
    fact, vms = facts["Rights"], facts["Vms"]
    if "Failure" in fact:
        return f"Which groups you are in cannot be read here: {_said(fact)}"
    groups = [
        words
        for name, words in (("Administrator", "Administrators"), ("HyperV", "Hyper-V Administrators"))
        if fact[name]
    ]
    if groups:
        return f"{fact['User']} is a member of {' and '.join(groups)}."
    words = f"{fact['User']} is a member of neither Administrators nor Hyper-V Administrators"
    if vms.get("Count"):
        return f"{words}, and sees VMs all the same."
    raise Doubt(f"{words}: that no VM is seen may be for want of rights.", JOIN_HYPER_V)


def _vms(facts: dict[str, Fact]) -> str:
    vms = facts["Vms"]
    return f"VMs: {vms['Count']}, checkpoints: {vms['Checkpoints']}."


def _module_versions(facts: dict[str, Fact]) -> str:
    fact = _of(facts["Modules"], "The modules cannot be listed")
    words = f"Hyper-V {' and '.join(fact['Loaded'])} is loaded; present: {', '.join(fact['Present'])}."
    if int(fact["Loaded"][0].split(".")[0]) < 2:
        raise Doubt(words, "hvtui is made for the module 2.0.0.0 of Windows Server 2016 and later.")
    return words


def _cmdlet_aliases(facts: dict[str, Fact]) -> str:
    found = sorted(_of(facts["Modules"], "The modules cannot be listed")["Aliases"])
    return f"The module calls {', '.join(found)} too." if found else "The module has no …-VMCheckpoint."


def _known_words(facts: dict[str, Fact]) -> str:
    fact = _of(facts["Words"], "The states cannot be read")
    known = {
        "State": {state.value for state in VmState},
        "CheckpointState": {VmState.OFF.value, VmState.SAVED.value},
        "CheckpointType": {setting.value for setting in CheckpointSetting},
        "SnapshotType": {kind.value for kind in CheckpointKind},
    }
    strange = [
        f"{name} {word}"
        for name, words in known.items()
        for word in sorted(fact[name])
        if word.removesuffix("Critical") not in words
    ]
    if strange:
        raise Doubt(f"hvtui does not know: {', '.join(strange)}.", TELL_US)
    return f"All are known: {', '.join(sorted({w for name in known for w in fact[name]})) or 'none seen'}."


def _secondary_status(facts: dict[str, Fact]) -> str:
    fact = _of(facts["Words"], "The states cannot be read")
    numbers = sorted(int(number) for number in fact["Secondary"])
    if not numbers:
        return "Not seen: the host is busy with no VM just now."
    words = f"{', '.join(sorted(fact['SecondaryText']))} ({', '.join(map(str, numbers))}; {', '.join(fact['SecondaryKind'])})."
    if any(number not in ACTIVITIES for number in numbers):
        raise Doubt(f"hvtui does not know: {words}", TELL_US)
    return words


def _automatic_checkpoints(facts: dict[str, Fact]) -> str:
    vm = _of(facts["Properties"], "The properties cannot be read")["Vm"]
    if not facts["Vms"]["Count"]:
        return "Not seen: there is no VM."
    has = "AutomaticCheckpointsEnabled" in vm
    return f"VMs {'say' if has else 'do not say'} whether checkpoints are made automatically."


def _current(facts: dict[str, Fact]) -> str:
    fact = _of(facts["Current"], "Where the VMs hang cannot be read")
    if not fact["WithCheckpoints"]:
        return "Not seen: there is no checkpoint."
    if fact["Known"] < fact["WithCurrent"]:
        lost = fact["WithCurrent"] - fact["Known"]
        raise Doubt(f"{lost} VMs hang from a checkpoint that is not in the list.", TELL_US)
    return f"Of {fact['WithCheckpoints']} VMs with checkpoints, {fact['WithCurrent']} say where Now hangs."


def _creation_time(facts: dict[str, Fact]) -> str:
    fact = _of(facts["Properties"], "The times cannot be read")
    kinds = sorted({*fact["VmTimes"], *fact["CheckpointTimes"]})
    if "Unspecified" in kinds:
        raise Doubt("Some times do not say whether they are local: ages may be off by hours.", TELL_US)
    return f"Times are {' and '.join(kinds)}." if kinds else "Not seen: there is no VM."


def _type_aliases(facts: dict[str, Fact]) -> str:
    fact = _of(facts["Properties"], "The properties cannot be read")
    return f"Of a VM: {', '.join(fact['Vm']) or 'none'}; of a checkpoint: {', '.join(fact['Checkpoint']) or 'none'}."


def _disk(facts: dict[str, Fact]) -> str:
    _of(facts["Drives"], "The drives of the VMs cannot be read")
    fact = _of(facts["Disk"], "A VM's disk cannot be opened", "Where a disk is shared, ask its owner node.")
    if not fact["Tried"]:
        return "Not seen: no VM has a disk file."
    parent = "with a parent" if fact["HasParent"] else "without a parent"
    return f"Get-VHD opens a VM's disk: {fact['Kind']}, {fact['Size']:,} bytes, {parent}."


def _volume(facts: dict[str, Fact]) -> str:
    return _space(facts["Volume"], "no VM has a disk on a volume of its own")


def _cluster_volume(facts: dict[str, Fact]) -> str:
    return _space(facts["SharedVolume"], "no VM has a disk on a Cluster Shared Volume")


def _space(fact: Fact, none: str) -> str:
    remedy = "hvtui works without it, but cannot say how much space is free there."
    fact = _of(fact, "The free space cannot be read", remedy)
    if not fact["Tried"]:
        return f"Not seen: {none}."
    if fact["Count"] != 1 or not fact["Size"]:
        raise Doubt(f"Get-Volume names {fact['Count']} volumes, of {fact['Size']:,} bytes.", TELL_US)
    return f"Get-Volume finds the volume of a disk: {fact['Free']:,} of {fact['Size']:,} bytes are free."


def _jobs(facts: dict[str, Fact]) -> str:
    remedy = "hvtui works without it, but shows no percentages."
    fact = _of(facts["Jobs"], "What is running cannot be read", remedy)
    types = sorted(int(number) for number in fact["Types"])
    strange = [number for number in types if number not in JOBS]
    seen = f"; types seen: {', '.join(map(str, types))}" if types else ""
    more = f" (not in hvtui's list: {', '.join(map(str, strange))})" if strange else ""
    return f"Jobs can be read: {fact['Count']}, running {fact['Running']}{seen}{more}."


def _job_owner(facts: dict[str, Fact]) -> str:
    remedy = "hvtui works without it, but does not show which VM a job belongs to."
    fact = _of(facts["JobOwners"], "Whose jobs they are cannot be read", remedy)
    if not fact["Count"]:
        return "Not seen: there is no job just now."
    ids = set(_of(facts["Jobs"], "What is running cannot be read", remedy)["Ids"])
    fitting = len(ids.intersection(fact["JobIds"]))
    words = f"Of {fact['Count']} links of jobs, {fact['Guids']} name a VM by its GUID and {fitting} a job."
    if ids and not (fact["Guids"] and fitting):
        raise Doubt(words, TELL_US)
    return words


def _event_logs(facts: dict[str, Fact]) -> str:
    remedy = "hvtui works without them. To read them, join the host's Event Log Readers."
    counted, ids = [], set()
    for log in ("VMMS", "Worker"):
        fact = _of(facts[f"Events{log}"], f"The {log} log cannot be read", remedy)
        counted.append(f"{log} {fact['Count']}")
        ids |= {f"{log} {number}" for number in fact["Ids"]}
    seen = f"; ids: {', '.join(sorted(ids))}" if ids else ""
    return f"Event logs can be read; newest looked at: {', '.join(counted)}{seen}."


def _cluster(facts: dict[str, Fact]) -> str:
    fact = facts["Cluster"]
    if "Failure" not in fact:
        return f"The host is a node of the cluster {fact['Name']}."
    return f"The host is a node of no cluster that can be seen: {_said(fact)}"


def _quotas(facts: dict[str, Fact]) -> str:
    fact = facts["Quotas"]
    if "Failure" in fact:
        return f"WinRM's limits cannot be read by you: {_said(fact)}"
    if not fact:
        return "Of no matter: nothing goes through WinRM here."
    words = f"WinRM allows: {', '.join(f'{name} {value}' for name, value in sorted(fact.items()))}."
    low = [name for name, least in LEAST.items() if 0 < int(fact[name]) < least]
    if low:
        raise Doubt(words, f"Raise {', '.join(low)} on the host, or hvtui may not work well.")
    return words


def _json(facts: dict[str, Fact]) -> str:
    fact = _of(facts["Json"], "JSON cannot be made")
    deep = fact["Deep"]
    for _ in range(4):
        deep = deep["To"]
    if (fact["One"], fact["None"], fact["OneRow"], deep) != (["x"], [], [{"Name": "x"}], {"To": "the end"}):
        raise Doubt(f"Lists or depth are lost in JSON: {fact}.", TELL_US)
    return "Lists of one, empty lists and depth come through JSON."


def _cmd_shell(facts: dict[str, Fact]) -> str:
    fact = facts["Parent"]
    if "Failure" in fact:
        return f"What started PowerShell cannot be read: {_said(fact)}"
    return f"PowerShell was started by {fact['Name']}."


def _process(facts: dict[str, Fact]) -> str:
    fact = _of(facts["Process"], "The process cannot be read")
    bits = "64-bit" if fact["SixtyFourBit"] else "32-bit"
    return f"PowerShell is a {bits} process and speaks {fact['Language'] or 'the invariant language'}."


_READERS: dict[str, Callable[[dict[str, Fact]], str]] = {
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
    "disk": _disk,
    "volume": _volume,
    "cluster-volume": _cluster_volume,
    "jobs": _jobs,
    "job-owner": _job_owner,
    "event-logs": _event_logs,
    "cluster": _cluster,
    "quotas": _quotas,
    "json": _json,
}
