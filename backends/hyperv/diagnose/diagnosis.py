"""The checks of a Hyper-V host, after those of the connection."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hvtui.backends.contract import Check, Verdict
from hvtui.backends.errors import BackendError
from hvtui.backends.hyperv import errors, parse
from hvtui.backends.hyperv.diagnose import findings
from hvtui.backends.hyperv.management import explained, is_ambiguous, management
from hvtui.backends.powershell.diagnose.diagnosis import Diagnosis
from hvtui.backends.powershell.winrm.probe import failed, ok

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.model import Inventory


class HyperVDiagnosis(Diagnosis):
    def _prepared(self, prepared: Any) -> Check:
        if isinstance(prepared, str):
            return ok("hyper-v-module", f"The Hyper-V module {prepared} is loaded.")
        return failed("hyper-v-module", errors.at_start(prepared, self._where))

    async def _host(self) -> AsyncIterator[Check]:
        facts = await self._agent.call("diagnose", Remote=self._target is not None)
        for check in findings.checks(facts, self._where):
            yield check
            if check.verdict is Verdict.FAILED:
                return
        began = time.monotonic()
        try:
            found = await self._agent.read(parse.inventory, "inventory", All=True, VmIds=[])
        except BackendError as error:
            yield await self._failed_refresh(error)
            return
        yield refresh(found, time.monotonic() - began)

    async def _failed_refresh(self, error: BackendError) -> Check:
        if is_ambiguous(error):
            with suppress(BackendError):
                error = explained(error, await self._agent.read(management, "management"), self._where)
        host_words = " ".join(error.detail.split())
        words = f"A refresh failed: {error.message}{f' The host: {host_words}' if host_words else ''}"
        return Check(name="inventory", verdict=Verdict.FAILED, words=words, remedy=error.hint)


def refresh(found: Inventory, seconds: float) -> Check:
    """Judge a reading of all VMs, which may lack some that are there."""
    words = f"A refresh of {len(found.vms)} VMs takes {seconds:.1f} s."
    lacks = []
    if found.unread:
        lacks.append(f"Of {len(found.unread)} VMs something could not be read: {found.unread[0].words}")
    if found.incomplete:
        lacks.append(f"The host may have VMs that are not listed: {found.incomplete}")
    if not lacks:
        return ok("inventory", words)
    return Check(
        name="inventory",
        verdict=Verdict.WARNING,
        words=" ".join([words, *lacks]),
        remedy="Look at these VMs in Hyper-V Manager, and at the host's event log Hyper-V-VMMS.",
    )
