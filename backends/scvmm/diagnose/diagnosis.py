"""The checks of a VMM server, after those of the connection."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.powershell.diagnose.diagnosis import Diagnosis
from hvtui.backends.powershell.winrm.probe import failed, ok
from hvtui.backends.scvmm import errors, parse
from hvtui.backends.scvmm.diagnose import findings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class ScvmmDiagnosis(Diagnosis):
    def _prepared(self, prepared: Any) -> Check:
        if isinstance(prepared, str):
            return ok(
                "vmm-module", f"The module VirtualMachineManager {prepared} is loaded, and VMM answers."
            )
        return failed("vmm-module", errors.at_start(prepared, self._where))

    async def _host(self) -> AsyncIterator[Check]:
        facts = await self._agent.call("diagnose")
        for check in findings.checks(facts, self._where):
            yield check
            if check.verdict is Verdict.FAILED:
                return
        began = time.monotonic()
        found = await self._agent.read(parse.inventory, "inventory", All=True, VmIds=[])
        seconds = time.monotonic() - began
        yield ok("inventory", f"A refresh of {len(found.vms)} VMs takes {seconds:.1f} s.")
