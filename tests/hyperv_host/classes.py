"""The .NET types of the Hyper-V module as PowerShell text: declared under their true names, filled from rows."""

from __future__ import annotations

import re

from tests.hyperv_host import facts, rows

CLASSES = ("VirtualMachineBase", "VMDriveController")
"""Not described by the facts, but no enums either."""
ALIASES = {
    "VirtualMachine": {
        "VMName": "Name",
        "VMId": "Id",
        "CheckpointFileLocation": "SnapshotFileLocation",
        "ParentCheckpointId": "ParentSnapshotId",
        "ParentCheckpointName": "ParentSnapshotName",
    },
    "VMSnapshot": {
        "CheckpointType": "SnapshotType",
        "ParentCheckpointId": "ParentSnapshotId",
        "ParentCheckpointName": "ParentSnapshotName",
    },
}
"""What the module's types file adds (facts §1, §2)."""
_BY_ACCELERATOR = {
    "IDictionary": "Collections.IDictionary", "StringCollection": "Collections.Specialized.StringCollection",
    "XmlDocument": "xml",
}  # fmt: skip


def in_powershell(type_name: str) -> str:
    """A type as the facts write it, as one writes it in a script."""
    plain = type_name.removesuffix("[]")
    plain = _BY_ACCELERATOR.get(plain, plain.replace("+", "_"))
    return plain + type_name[len(type_name.removesuffix("[]")) :]


def declared() -> str:
    """Tables for ``shared/types.ps1``."""
    enums, classes = [], []
    for short, full in facts.type_names().items():
        if short in facts.hyperv()["classes"]:
            fields = facts.hyperv()["classes"][short]
            classes.append(
                f"'{full}|{';'.join(f'{name}={_field_type(kind)}' for name, kind in fields.items())}'"
            )
        elif short in facts.hyperv()["enums"]:
            names = facts.hyperv()["enums"][short].items()
            enums.append(f"'{full}|{';'.join(f'{name}={number}' for name, number in names)}'")
        elif short in CLASSES:
            classes.append(f"'{full}|'")
        elif not full.startswith(_LEFT_OUT):
            enums.append(f"'{full.replace('+', '_')}|'")
    return f"$enums = @(\n{_listed(enums)}\n)\n$classes = @(\n{_listed(classes)}\n)"


def readers() -> str:
    """A function for each class that makes objects of rows."""
    return "\n\n".join(_reader(name, columns) for name, columns in rows.columns().items())


def property_aliases() -> str:
    found = ['<?xml version="1.0" encoding="utf-8"?>', "<Types>"]
    for short, aliases in ALIASES.items():
        members = [
            f"<AliasProperty><Name>{name}</Name><ReferencedMemberName>{target}</ReferencedMemberName></AliasProperty>"
            for name, target in aliases.items()
        ]
        found.append(
            f"<Type><Name>{facts.type_names()[short]}</Name><Members>{''.join(members)}</Members></Type>"
        )
    return "\n".join([*found, "</Types>", ""])


def _reader(class_name: str, columns: list[str]) -> str:
    fields = facts.hyperv()["classes"][class_name]
    lines = [f"            {_filled(name, fields[name], number)}" for number, name in enumerate(columns)]
    return "\n".join(
        [
            f"function Read-{class_name}($rows) {{",
            f"    $type = [{facts.type_names()[class_name]}]",
            "    foreach ($row in $rows) {",
            "        $cell = $row.Split([char]31)",
            "        $made = [Activator]::CreateInstance($type, $true)",
            *(line[4:] for line in lines),
            "        $made",
            "    }",
            "}",
        ]
    )


def _filled(name: str, kind: str, number: int) -> str:
    cell, target = f"$cell[{number}]", f"$made.{name}"
    if inner := re.fullmatch(r"System\.Nullable<(.+)>", kind):
        return f"if ({cell}) {{ {_filled(name, inner[1], number)} }}"
    if kind.endswith("[]") and facts.enum_of(kind):
        one = f"[Enum]::ToObject([{kind[:-2]}], [int]$_)"
        return f"if ({cell}) {{ {target} = [{kind}]@({cell}.Split([char]30) | & {{ process {{ {one} }} }}) }}"
    if facts.enum_of(kind):
        return f"{target} = [Enum]::ToObject([{kind}], [int]{cell})"
    match kind:
        case "System.String":
            return f"{target} = [regex]::Unescape({cell})"
        case "System.String[]":
            return f"{target} = [string[]]@({cell}.Split([char]30) | & {{ process {{ [regex]::Unescape($_) }} }})"
        case "System.Boolean":
            return f"{target} = [bool]{cell}"
        case "System.DateTime":
            return f"{target} = [datetime]::new([long]{cell}, 'Utc').ToLocalTime()"
        case "System.TimeSpan":
            return f"{target} = [timespan]::new([long]{cell})"
        case _:
            return f"{target} = {cell}"


def _field_type(kind: str) -> str:
    """As [type] takes it; what no one describes is an object."""
    inner = re.fullmatch(r"System\.Nullable<(.+)>", kind)
    plain = inner[1] if inner else kind
    if plain.removesuffix("[]") in _described() or (plain.startswith("System.") and "<" not in plain):
        return f"System.Nullable[{plain}]" if inner else plain
    return "object"


def _described() -> set[str]:
    return {full for short, full in facts.type_names().items() if short in facts.hyperv()["enums"]}


def _listed(lines: list[str]) -> str:
    return ",\n".join(f"    {line}" for line in lines)


_LEFT_OUT = ("Microsoft.HyperV.PowerShell.Commands.Get",)
