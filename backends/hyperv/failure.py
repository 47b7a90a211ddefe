"""What an error record of Hyper-V says that does not depend on the language of the host."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from hvtui.backends.powershell.program import hresults

if TYPE_CHECKING:
    from hvtui.backends.powershell.program import ErrorRecord, Request


class Asked(StrEnum):
    """What the failed cmdlet was asked for."""

    HYPERV = "hyper-v"
    """The VMs or the host. A script that asks for one VM proves itself that it is gone."""
    VM_PARTS = "vm-parts"
    """The checkpoints, drives or services of a VM that was found."""
    FILE = "file"
    CHANGE = "change"
    OTHER = "other"
    """Something that no cmdlet of Hyper-V was asked for."""


_HYPER_V = "Microsoft.HyperV.PowerShell."
_VHD = "Microsoft.Vhd.PowerShell."
_QUOTES = "'\"„“”‟«»‘’‚‹›「」『』"
_GUID = r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_CODE = r"0x([0-9A-Fa-f]{8})(?![0-9A-Fa-f])"
_CODE_IN_BRACKETS = re.compile(rf"[(（]{_CODE}[)）]")
_ANY_CODE = re.compile(_CODE)
_QUOTED = re.compile(rf"[{_QUOTES}][^{_QUOTES}\r\n]*[{_QUOTES}]")
_VM_ID = re.compile(rf"\s*[(（][^()（）]*{_GUID}[^()（）]*[)）]\s*[.。]?\s*$")
# A quote inside a path is followed by a letter or a digit, the one at its end is not.
_END = rf"[{_QUOTES}](?![A-Za-z0-9_\\-])"
_PATH = re.compile(
    rf"[{_QUOTES}]\s*((?:[A-Za-z]:\\|\\\\).+?)\s*{_END}"
)  # French puts spaces inside of its quotes
_EXTENSION = r"\.(?:a?vhdx?|vhds|vmrs|vmcx|vmgs|vsv|bin|iso)"
_BARE_PATH = re.compile(rf"((?:\b[A-Za-z]:\\|\\\\)[^{_QUOTES}:]*?{_EXTENSION})(?![A-Za-z0-9])", re.IGNORECASE)
_FILE_NAME = re.compile(rf"[{_QUOTES}]\s*([^{_QUOTES}\\/:]+{_EXTENSION})\s*{_END}", re.IGNORECASE)


class Failure(Struct, frozen=True, kw_only=True):
    """The error record of a failed operation, and what the host was asked for."""

    record: ErrorRecord
    request: Request

    @property
    def id(self) -> str:
        """The part of the error id before the name of the cmdlet."""
        return self.record["Id"].partition(",")[0]

    @property
    def cmdlet(self) -> str:
        """The name of the cmdlet's class, without "Command", with which it ends in module 1.1 (facts §8)."""
        return self._class.rpartition(".")[2].removesuffix("Command")

    @property
    def message(self) -> str:
        return self.record["Message"]

    @property
    def codes(self) -> frozenset[int]:
        """The HRESULTs of the exceptions and of the message."""
        # Names of VMs and files are in quotes, and may look like one.
        found = _CODE_IN_BRACKETS.findall(self.message) or _ANY_CODE.findall(_QUOTED.sub("", self.message))
        return frozenset([*hresults(self.record), *(int(code, 16) for code in found)])

    @property
    def asked(self) -> Asked:
        if self._class.startswith(_VHD):
            return Asked.FILE
        if not self._class.startswith(_HYPER_V):
            return Asked.OTHER
        if self.cmdlet in ("GetVM", "GetVMHost"):
            return Asked.HYPERV
        return Asked.VM_PARTS if self.cmdlet.startswith("Get") else Asked.CHANGE

    @property
    def path(self) -> str:
        """The file that the message names; "" if it names none."""
        lines = self.message.splitlines()
        for line in [*filter(_ANY_CODE.search, reversed(lines)), *lines]:
            if found := _PATH.search(line) or _BARE_PATH.search(line) or _FILE_NAME.search(line):
                return found[1]
        return ""

    @property
    def reason(self) -> str:
        """The most specific line of the message, without the id of the VM.

        The service writes what failed first and then why, from the outer cause to the inner one; the inner one has the
        HRESULT.
        """
        lines = [line for each in self.message.splitlines() if (line := _VM_ID.sub("", each).strip())]
        if len(lines) < 2 or self.record["Type"].startswith("System."):
            return lines[0] if lines else ""
        return next(filter(_ANY_CODE.search, reversed(lines[1:])), lines[1])

    @property
    def _class(self) -> str:
        return self.record["Id"].partition(",")[2]
