"""Evaluates the facts about disk files and volumes, for findings.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.powershell.diagnose.verdicts import REPORT_IT, Skipped, Warned, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.powershell.diagnose.verdicts import Fact

UNREAD_DRIVES = "The drives of the VMs cannot be read"
RUN_AGAIN = "Run this again. If it comes back, see the host's event log Hyper-V-VMMS."


def _disk(facts: dict[str, Fact]) -> str:
    require(facts["Drives"], UNREAD_DRIVES, RUN_AGAIN)
    fact = require(
        facts["Disk"],
        "A VM's disk cannot be opened",
        "If the disk is shared, run this on the node that owns it.",
    )
    if not fact["Tried"]:
        raise Skipped("No VM has a disk file.")
    parent = "with a parent" if fact["HasParent"] else "without a parent"
    return f"Get-VHD can open a VM's disk: {fact['Kind']}, {fact['Size']:,} bytes, {parent}."


def _disks(facts: dict[str, Fact]) -> str:
    require(facts["Drives"], UNREAD_DRIVES, RUN_AGAIN)
    fact = require(facts["Disks"], "Several disks cannot be opened in one call", "See the check of one disk.")
    if not fact["Tried"]:
        raise Skipped("There are not two disk files.")
    words = f"Get-VHD with {fact['Asked']} paths returns {fact['Count']} files."
    if fact["Count"] != fact["Asked"]:
        raise Warned(words, REPORT_IT)
    return words


def _volume(facts: dict[str, Fact]) -> str:
    return _space(facts, "Volume", "No VM has a disk outside of Cluster Shared Volumes.")


def _cluster_volume(facts: dict[str, Fact]) -> str:
    return _space(facts, "SharedVolume", "No VM has a disk on a Cluster Shared Volume.")


def _space(facts: dict[str, Fact], name: str, reason: str) -> str:
    require(facts["Drives"], UNREAD_DRIVES, RUN_AGAIN)
    remedy = "hvtui works without it, but does not show the free space there."
    fact = require(facts[name], "The free space cannot be read", remedy)
    if not fact["Tried"]:
        raise Skipped(reason)
    if fact["Count"] != 1 or not fact["Size"]:
        raise Warned(f"Get-Volume returns {fact['Count']} volumes, of {fact['Size']:,} bytes.", REPORT_IT)
    return f"Get-Volume finds the volume of a disk: {fact['Free']:,} of {fact['Size']:,} bytes are free."


def _shared_volumes(facts: dict[str, Fact]) -> str:
    if "Failure" in facts["Cluster"]:
        raise Skipped("The host is not in a cluster, or it cannot be read.")
    remedy = "hvtui works without it, but may not show the free space on Cluster Shared Volumes."
    fact = require(facts["SharedVolumes"], "Get-ClusterSharedVolume fails", remedy)
    if not fact["Count"]:
        raise Skipped("The cluster has no Cluster Shared Volume.")
    words = f"Of {fact['Count']} Cluster Shared Volumes, {fact['WithSpace']} say their path and size."
    if fact["WithSpace"] != fact["Count"]:
        raise Warned(words, REPORT_IT)
    return words


JUDGES: dict[str, Callable[[dict[str, Fact]], str]] = {
    "disk": _disk,
    "disks": _disks,
    "volume": _volume,
    "cluster-volume": _cluster_volume,
    "shared-volumes": _shared_volumes,
}
