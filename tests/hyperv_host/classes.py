"""Generates PowerShell code that defines the .NET types of the Hyper-V module and creates objects from rows."""

from __future__ import annotations

import re

from tests.hyperv_host import facts, rows

CLASSES = ("VirtualMachineBase", "VMDriveController")
"""Classes whose members the facts do not describe."""
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
"""Alias properties from the module's types file (facts §1, §2)."""
_BY_ACCELERATOR = {
    "IDictionary": "Collections.IDictionary", "StringCollection": "Collections.Specialized.StringCollection",
    "XmlDocument": "xml",
}  # fmt: skip


def powershell_type(type_name: str) -> str:
    """Convert the name of a type from the notation of the facts to that of PowerShell."""
    plain = type_name.removesuffix("[]")
    plain = _BY_ACCELERATOR.get(plain, plain.replace("+", "_"))
    return plain + type_name[len(type_name.removesuffix("[]")) :]


def type_tables() -> str:
    """Return the tables of enums and classes that ``shared/types.ps1`` defines."""
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
        elif not full.startswith(_EXCLUDED):
            enums.append(f"'{full.replace('+', '_')}|'")
    return f"$enums = @(\n{_joined(enums)}\n)\n$classes = @(\n{_joined(classes)}\n)"


def reader_functions() -> str:
    """Return a function for each class that creates objects from rows."""
    return "\n\n".join(_reader_function(name, columns) for name, columns in rows.columns().items())


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


def _reader_function(class_name: str, columns: list[str]) -> str:
    names = ", ".join(f"'{name}'" for name in columns)
    return f"function Read-{class_name}($rows) {{ Read-Objects ([{facts.type_names()[class_name]}]) @({names}) $rows }}"


def _field_type(kind: str) -> str:
    """Return the name for a [type] cast. A type that the facts do not describe becomes object."""
    inner = re.fullmatch(r"System\.Nullable<(.+)>", kind)
    plain = inner[1] if inner else kind
    if plain.removesuffix("[]") in _known_types() or (plain.startswith("System.") and "<" not in plain):
        return f"System.Nullable[{plain}]" if inner else plain
    return "object"


def _known_types() -> set[str]:
    return {full for short, full in facts.type_names().items() if short in facts.hyperv()["enums"]}


def _joined(lines: list[str]) -> str:
    return ",\n".join(f"    {line}" for line in lines)


_EXCLUDED = ("Microsoft.HyperV.PowerShell.Commands.Get",)
