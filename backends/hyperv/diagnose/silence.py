"""What keeps a Hyper-V from answering, as checks of their own: the platform, its service, elevation and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.hyperv import management
from hvtui.backends.hyperv.errors import JOIN_HYPER_V
from hvtui.backends.hyperv.management import RUNNING, Management
from hvtui.backends.powershell.diagnose.verdicts import Skipped, Warned, failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.errors import BackendError
    from hvtui.backends.powershell.diagnose.verdicts import Fact


def told(error: BackendError, facts: dict[str, Fact], where: str) -> BackendError:
    """Return the error of reading the VMs, with its cause if these facts tell it."""
    if not management.is_ambiguous(error):
        return error
    rights = facts["Rights"]
    found = management.management(
        {**facts["Management"], "Token": None if "Failure" in rights else rights}
        if "Failure" not in facts["Management"]
        else {"Service": None, "Platform": None, "Token": None}
    )
    return management.explained(error, found, where)


def _found(facts: dict[str, Fact]) -> Management:
    fact = facts["Management"]
    if "Failure" in fact:
        raise Skipped(f"It cannot be read: {failure(fact)}")
    return Management(service=fact["Service"], platform=fact["Platform"], token=None)


def _platform(facts: dict[str, Fact]) -> str:
    found = _found(facts)
    if found.platform:
        return "Hyper-V is installed: WMI has its namespace."
    if found.platform is False:
        raise Warned("WMI has no namespace of Hyper-V: it is not installed.", management.INSTALL)
    raise Skipped("Whether Hyper-V is installed cannot be read from WMI.")


def _service(facts: dict[str, Fact]) -> str:
    found = _found(facts)
    if found.service == RUNNING:
        return "Hyper-V's management service (vmms) is running."
    if found.service:
        raise Warned(
            f"Hyper-V's management service (vmms) is {management.service_state(found.service)}.",
            management.start_service(found.service),
        )
    if found.service == "" and not found.platform:
        raise Warned("There is no service vmms.", management.INSTALL)
    raise Skipped("The state of the service vmms cannot be read.")


def _elevation(facts: dict[str, Fact]) -> str:
    fact = facts["Rights"]
    if "Failure" in fact:
        raise Skipped(f"Your token cannot be read: {failure(fact)}")
    if fact["Filtered"]:
        remedy = management.FULL_TOKEN if fact["Network"] else management.ELEVATE
        raise Warned("PowerShell runs without your rights as an administrator.", remedy)
    return "PowerShell runs with all the rights that you have."


def _rights(facts: dict[str, Fact]) -> str:
    fact, vms = facts["Rights"], facts["Vms"]
    if "Failure" in fact:
        raise Skipped(f"Your groups cannot be read: {failure(fact)}")
    groups = [
        words
        for name, words in (("Administrator", "Administrators"), ("HyperV", "Hyper-V Administrators"))
        if fact[name]
    ]
    if groups:
        return f"{fact['User']} is a member of {' and '.join(groups)}."
    if fact["Filtered"]:
        raise Skipped(f"{fact['User']} is a member of Administrators, which counts only when elevated.")
    words = f"{fact['User']} is a member of neither Administrators nor Hyper-V Administrators"
    if vms.get("Count"):
        return f"{words}, but can see VMs."
    raise Warned(f"{words}, and sees no VM: perhaps only because of missing rights.", JOIN_HYPER_V)


JUDGES: dict[str, Callable[[dict[str, Fact]], str]] = {
    "platform": _platform,
    "service": _service,
    "elevation": _elevation,
    "rights": _rights,
}
