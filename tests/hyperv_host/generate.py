"""Writes the fake PowerShell modules: signatures from the facts, bodies from ``cmdlets/*.ps1``.

A cmdlet is a function with the name of the real cmdlet's class, because error ids end with that name. The cmdlet's
name is an alias of the function. A module has only the cmdlets with a body.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from tests.hyperv_host import classes, facts, signatures

HERE = Path(__file__).parent
SHARED = ("assembly.ps1", "protocol.ps1", "errors.ps1")
OWN = {"Hyper-V": ("objects.ps1", "lookup.ps1", "steps.ps1"), "CimCmdlets": ("cim.ps1",)}
"""The files in ``shared`` that a module contains in addition to `SHARED`."""


def modules() -> Path:
    """Return the folder of the modules. They are written again after any of their sources has changed."""
    folder = Path(tempfile.gettempdir()) / f"hvtui-fake-host-{_fingerprint()}"
    if not folder.exists():
        temporary = Path(tempfile.mkdtemp(dir=folder.parent))
        for name in facts.FAKE_MODULES:
            write(name, temporary / name)
        (temporary / "types.ps1").write_text(_types(), "utf-8-sig", newline="\n")
        try:
            temporary.rename(folder)
        except OSError:  # another process has written them
            shutil.rmtree(temporary)
    return folder


def commands(module: str) -> list[str]:
    """Return the names of a module's commands, as a caller writes them."""
    return sorted({*facts.cmdlets()[module], *_aliases(module)})


def write(module: str, folder: Path) -> None:
    folder.mkdir()
    (folder / f"{module}.psm1").write_text(_script(module), "utf-8-sig", newline="\n")
    (folder / f"{module}.psd1").write_text(_manifest(module), "utf-8-sig", newline="\n")
    if module == "Hyper-V":
        (folder / "aliases.types.ps1xml").write_text(classes.property_aliases(), "utf-8", newline="\n")


def _script(module: str) -> str:
    blocks = ["Set-StrictMode -Version Latest"]
    blocks += [(HERE / "shared" / name).read_text("utf-8") for name in (*SHARED, *OWN.get(module, ()))]
    if module == "Hyper-V":
        blocks += [classes.reader_functions()]
    for name, cmdlet in facts.cmdlets()[module].items():
        body = (facts.BODIES / f"{name}.ps1").read_text("utf-8")
        blocks.append(signatures.function(name, cmdlet, body))
    blocks += [f"Set-Alias -Name {alias} -Value {target}" for alias, target in _aliases(module).items()]
    return "\n\n".join(blocks) + "\n"


def _types() -> str:
    body = (HERE / "shared" / "types.ps1").read_text("utf-8")
    return f"param([string]$File)\n{classes.type_tables()}\n\n{body}"


def _manifest(module: str) -> str:
    functions = sorted(signatures.function_name(name) for name in facts.cmdlets()[module])
    exports = {"FunctionsToExport": functions, "AliasesToExport": sorted(_aliases(module))}
    lines = ["@{", f"    RootModule = '{module}.psm1'", "    ModuleVersion = '2.0.0.0'"]
    lines += [f"    {key} = @({', '.join(map(signatures.quoted, names))})" for key, names in exports.items()]
    lines += ["    CmdletsToExport = @()", "    VariablesToExport = @()"]
    if module == "Hyper-V":
        lines += ["    TypesToProcess = @('aliases.types.ps1xml')"]
    return "\n".join([*lines, "}", ""])


def _aliases(module: str) -> dict[str, str]:
    found = {name: signatures.function_name(name) for name in facts.cmdlets()[module]}
    if module == "Hyper-V":
        more = facts.hyperv()["cmdletAliases"].items()
        found |= {alias: found[target] for alias, target in more if target in found}
    return {alias: target for alias, target in found.items() if alias != target}


def _fingerprint() -> str:
    sources = [*facts.FILES, *HERE.glob("*.py"), *HERE.glob("*/*.ps1")]
    digest = hashlib.sha256(str(os.getuid() if hasattr(os, "getuid") else "").encode())
    for path in sorted(sources):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]
