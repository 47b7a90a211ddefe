"""Compares a script with the facts: its commands and their parameters, its .NET types and their members."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, TypedDict, cast

from tests.hyperv_host import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hyperv_host.facts import Cmdlet, Parameter

VMM = "VirtualMachineManager"
COMMON = frozenset(
    {"verbose", "debug"}
    | {f"{of}action" for of in ("error", "warning", "information")}
    | {f"{of}variable" for of in ("error", "warning", "information", "out", "pipeline")}
    | {"outbuffer"}
)
CONFIRMING = frozenset({"whatif", "confirm"})
# These select every object with a matching name, or another host. Our scripts use objects and ids only.
BY_NAME = frozenset({"name", "vmname", "computername"})
NAMING = frozenset(
    {("new-scvmcheckpoint", "name"), ("set-scvmcheckpoint", "name"), ("get-scvmmserver", "computername")}
)
"""Parameters that give a name, or sign in, and select nothing."""
SPLATTED = frozenset({"@arguments"})
OTHER_MEMBERS = frozenset(
    {
        # of every object
        "psobject",
        # of CIM instances and volumes
        "affectedelement", "affectingelement", "caption", "driveletter", "elementname", "filesystemlabel",
        "jobstate", "jobtype", "parentprocessid", "sizeremaining", "startmode",
        # of cluster shared volumes and of event records (facts §6, §7)
        "freespace", "friendlyvolumename", "partition", "sharedvolumeinfo", "timecreated", "toxml",
        # keys of our own tables and requests, and of $PSVersionTable
        "args", "calls", "clusteredat", "disks", "failure", "ids", "incomplete", "op", "others", "psedition", "psversion",
        "volume", "volumes", "before", "cloud", "ended", "getrefreshermode", "server", "task",
    }
)  # fmt: skip


class Element(TypedDict):
    Kind: str
    Name: str
    Joined: bool


class Command(TypedDict):
    Line: int
    Text: str
    Name: str
    Piped: bool
    Elements: list[Element]


class Function(TypedDict):
    Name: str
    Parameters: list[str]


class TypeName(TypedDict):
    Line: int
    Written: str
    Names: list[str]


class Member(TypedDict):
    Line: int
    Name: str
    Owner: str
    Static: bool


class Tree(TypedDict):
    Path: str
    Errors: list[str]
    Functions: list[Function]
    Commands: list[Command]
    Types: list[TypeName]
    Members: list[Member]


Functions = dict[str, list[str]]


def faults(tree: Tree, functions: Functions, module: str = "Hyper-V") -> list[str]:
    """Return the faults of a script. `functions` are those that it may call, `module` is that of its kind of host."""
    found = list(tree["Errors"])
    for command in tree["Commands"]:
        found += [f"line {command['Line']}: {fault}" for fault in _command_faults(command, functions, module)]
    for written in tree["Types"]:
        missing = [name for name in written["Names"] if name.lower() not in _types()]
        found += [f"line {written['Line']}: no type {name} ([{written['Written']}])" for name in missing]
    for member in tree["Members"]:
        if not _has_member(member):
            found.append(f"line {member['Line']}: no member {member['Owner'] or '?'}.{member['Name']}")
    return found


def functions_of(trees: list[Tree]) -> Functions:
    return {
        f["Name"].lower(): [p.lower() for p in f["Parameters"]] for tree in trees for f in tree["Functions"]
    }


@cache
def own_cmdlets(module: str) -> dict[str, Cmdlet]:
    """Return the cmdlets of the module of a kind of host, as scripts have to name them.

    Those of VMM are qualified: their aliases, and the names of an older module, are those of Hyper-V's cmdlets.
    """
    if module == VMM:
        return {f"{VMM}\\{name}".lower(): cmdlet for name, cmdlet in facts.scvmm()["cmdlets"].items()}
    return {name.lower(): cmdlet for name, cmdlet in facts.hyperv()["cmdlets"].items()}


@cache
def _cmdlets(module: str) -> dict[str, Cmdlet]:
    others = json.loads(facts.FILES[1].read_text("utf-8"))["cmdlets"]
    return {name.lower(): cmdlet for name, cmdlet in others.items()} | own_cmdlets(module)


def _command_faults(command: Command, functions: Functions, module: str) -> Iterator[str]:
    name = command["Name"].lower()
    for element in command["Elements"]:
        if element["Kind"] == "splat" and element["Name"] not in SPLATTED:
            yield f"splatting {element['Name']} hides its parameters"
    if not name:
        return  # it calls a script block or a variable
    if name in functions:
        given, positional = arguments(command, switches=set())
        unknown = sorted(given - set(functions[name]))
        if unknown or positional > len(set(functions[name]) - given):
            yield f"{command['Name']} does not take {unknown or 'so many arguments'}"
    elif name in _cmdlets(module):
        yield from _cmdlet_faults(command, _cmdlets(module)[name], own=name in own_cmdlets(module))
    else:
        yield f"no command {command['Name']}"


def _cmdlet_faults(command: Command, cmdlet: Cmdlet, *, own: bool) -> Iterator[str]:
    sets = [{name.lower(): p for name, p in fields.items()} for fields in cmdlet["parameterSets"].values()]
    known = {name: p for fields in sets for name, p in fields.items()}
    given, positional = arguments(command, {name for name, p in known.items() if p["type"] == "switch"})
    allowed = COMMON | CONFIRMING if cmdlet.get("supportsShouldProcess") else COMMON
    if unknown := sorted(given - known.keys() - allowed):
        yield f"{command['Name']} has no parameter {unknown}"
    elif not any(_fits(fields, given - allowed, positional, command["Piped"]) for fields in sets):
        yield f"no parameter set fits {command['Text']}"
    if own:
        plain = command["Name"].rpartition("\\")[2].lower()
        if by_name := {name for name in given & BY_NAME if (plain, name) not in NAMING}:
            yield f"{command['Name']} selects by name: {sorted(by_name)}"
        if positional or command["Piped"]:
            yield f"{command['Name']} may be given a name, by position or by pipeline"


def arguments(command: Command, switches: set[str]) -> tuple[set[str], int]:
    """Return the named parameters, and the number of positional arguments."""
    given: set[str] = set()
    positional = 0
    expects_value = False
    for element in command["Elements"]:
        name = element["Name"].lower()
        if element["Kind"] == "parameter":
            given.add(name)
            expects_value = not element["Joined"] and name not in switches | CONFIRMING | {"verbose", "debug"}
        elif element["Kind"] == "argument":
            positional += not expects_value
            expects_value = False
    return given, positional


def _fits(fields: dict[str, Parameter], given: set[str], positional: int, piped: bool) -> bool:
    free = [
        (p["position"], name) for name, p in fields.items() if name not in given and p["position"] is not None
    ]
    bound = given | {name for _, name in sorted(free)[:positional]}
    missing = [p for name, p in fields.items() if p["mandatory"] and name not in bound]
    by_pipeline = [p for p in missing if piped and "ByValue" in (p["pipeline"] or "")]
    return given <= fields.keys() and positional <= len(free) and len(missing) == len(by_pipeline)


@cache
def _types() -> dict[str, dict[str, list[str]]]:
    path = facts.FOLDER / "dotnet-framework-4.6.2.json"
    types = cast("dict[str, dict[str, list[str]]]", json.loads(path.read_text("utf-8"))["types"])
    return {name.lower(): members for name, members in types.items()}


@cache
def _members(type_name: str) -> frozenset[str]:
    members = _types().get(type_name.lower(), {})
    bases = [*members.get("<base>", []), *([] if type_name == "System.Object" else ["System.Object"])]
    return frozenset(name.lower() for name in members).union(*(_members(base) for base in bases))


@cache
def _members_of_any() -> frozenset[str]:
    classes = [*facts.hyperv()["classes"].values(), *facts.scvmm()["classes"].values()]
    own = frozenset(name.lower() for fields in classes for name in fields)
    return own.union(OTHER_MEMBERS, *(_members(name) for name in _types()))


def _has_member(member: Member) -> bool:
    """Whether its owner has it, if that is a known type; else, whether any known type or class has it."""
    name = member["Name"].lower()
    owner = _types().get(member["Owner"].lower())
    if owner is not None and member["Static"] and name == "new":
        return ".ctor" in owner
    if owner is not None:
        return name in _members(member["Owner"]) or name == "psobject"
    return name in _members_of_any()
