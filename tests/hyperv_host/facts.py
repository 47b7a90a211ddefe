"""The facts about the real PowerShell modules, from the files in ``tests/facts``."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import NotRequired, TypedDict, cast

FOLDER = Path(__file__).parents[1] / "facts"
FILES = (FOLDER / "hyperv-cmdlets.json", FOLDER / "other-cmdlets.json")
BODIES = Path(__file__).parent / "cmdlets"
FAKE_MODULES = ("Hyper-V", "CimCmdlets", "Microsoft.PowerShell.Diagnostics", "Storage", "FailoverClusters")


class Parameter(TypedDict):
    aliases: list[str]
    type: str
    mandatory: bool
    position: int | None
    pipeline: str | None
    validateSet: NotRequired[list[str]]


ParameterSets = dict[str, dict[str, Parameter]]


class Cmdlet(TypedDict):
    module: NotRequired[str]
    defaultParameterSet: str | None
    parameterSets: ParameterSets
    supportsShouldProcess: NotRequired[bool]
    confirmImpact: NotRequired[str | None]
    outputType: NotRequired[list[str]]


class Module(TypedDict):
    cmdletAliases: dict[str, str]
    enums: dict[str, dict[str, int]]
    classes: dict[str, dict[str, str]]
    cmdlets: dict[str, Cmdlet]


@cache
def hyperv() -> Module:
    """Return the facts about the Hyper-V module."""
    return cast("Module", json.loads(FILES[0].read_text("utf-8")))


@cache
def scvmm() -> Module:
    """Return the facts about the module VirtualMachineManager."""
    return cast("Module", json.loads((FOLDER / "scvmm-cmdlets.json").read_text("utf-8")))


@cache
def cmdlets() -> dict[str, dict[str, Cmdlet]]:
    """Return the facts of each cmdlet that the fake host has, by module and cmdlet name."""
    others = json.loads(FILES[1].read_text("utf-8"))["cmdlets"]
    found: dict[str, dict[str, Cmdlet]] = {name: {} for name in FAKE_MODULES}
    for name, cmdlet in (others | hyperv()["cmdlets"]).items():
        if (BODIES / f"{name}.ps1").exists():
            found[cmdlet.get("module", "Hyper-V")][name] = cmdlet
    return found


@cache
def type_names() -> dict[str, str]:
    """Return the full name of every type that the classes and the faked cmdlets of the Hyper-V module use, by short name."""
    full: set[str] = set()
    for fields in hyperv()["classes"].values():
        full.update(*(_OWN_TYPE.findall(name) for name in fields.values()))
    for cmdlet in cmdlets()["Hyper-V"].values():
        full.update(*(_OWN_TYPE.findall(name) for name in cmdlet.get("outputType", [])))
        for parameters in cmdlet["parameterSets"].values():
            full.update(*(_OWN_TYPE.findall(p["type"]) for p in parameters.values()))
    return {name.rpartition(".")[2]: name for name in sorted(full)}


def enum_of(type_name: str) -> dict[str, int] | None:
    """Return the names and numbers of the enum in a field's type, which may be X, X[] or Nullable<X>."""
    match = _OWN_TYPE.search(type_name)
    return hyperv()["enums"].get(match[0].rpartition(".")[2]) if match else None


_OWN_TYPE = re.compile(r"Microsoft\.(?:HyperV|Vhd)\.PowerShell\.[\w.+]+")
