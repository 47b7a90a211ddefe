"""Tells apart why the Hyper-V of a host cannot be asked: from its service, its part of WMI, and the user's token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from hvtui.backends.errors import HyperVUnavailable, NotAllowed, OperationFailed, UnavailableCause
from hvtui.backends.hyperv.errors import JOIN_HYPER_V, NOT_PERMITTED

if TYPE_CHECKING:
    from hvtui.backends.errors import BackendError

RUNNING = "Running"
_PENDING = {
    "Start Pending": "starting",
    "Stop Pending": "stopping",
    "Pause Pending": "pausing",
    "Continue Pending": "resuming",
}
START_SERVICE = "Start it there, as an administrator: Start-Service vmms"
WAIT_FOR_SERVICE = (
    "Wait until it runs. If it does not come up, start it there, as an administrator: Start-Service vmms"
)
ELEVATE = "Start PowerShell or your terminal with “Run as administrator”, and start hvtui in it."
FULL_TOKEN = (
    "Windows takes the rights of a local administrator away over the network. Sign in with a domain account, with a"
    " member of Hyper-V Administrators, or ask about LocalAccountTokenFilterPolicy."
)
INSTALL = (
    "Install the Hyper-V role there: only its management tools are installed. Or connect to a Hyper-V host."
)


class Token(Struct, frozen=True, kw_only=True):
    user: str
    administrator: bool
    hyper_v: bool
    """The user is in the group Hyper-V Administrators."""
    network: bool
    """The sign-in came over the network."""
    filtered: bool
    """The user is an administrator whose rights are taken away in this process."""

    @property
    def suffices(self) -> bool:
        return self.administrator or self.hyper_v


class Management(Struct, frozen=True, kw_only=True):
    """What could be learnt without asking Hyper-V. None is not known."""

    service: str | None
    """The state of the service vmms; "" if there is none, or if the user may not see it."""
    platform: bool | None
    """Whether WMI has the namespace of Hyper-V."""
    token: Token | None

    @property
    def installed(self) -> bool | None:
        if self.service or self.platform:
            return True
        if self.platform is False:
            return False
        # A user who signed in over the network and is no administrator sees no service.
        sees_services = self.token is not None and (self.token.administrator or not self.token.network)
        return False if self.service == "" and sees_services else None


def management(value: Any) -> Management:
    token = value["Token"]
    return Management(
        service=value["Service"],
        platform=value["Platform"],
        token=token
        and Token(
            user=token["User"],
            administrator=token["Administrator"],
            hyper_v=token["HyperV"],
            network=token["Network"],
            filtered=token["Filtered"],
        ),
    )


def service_state(service: str) -> str:
    """Return what Windows says of a service that does not run, as a word: ``stopping``."""
    return _PENDING.get(service, service.lower())


def start_service(service: str) -> str:
    """Return how to get a service to run that does not."""
    return WAIT_FOR_SERVICE if service in ("Start Pending", "Continue Pending") else START_SERVICE


def is_ambiguous(error: BackendError) -> bool:
    """Return whether Hyper-V itself refused to answer, for a reason that the second question may tell."""
    if isinstance(error, HyperVUnavailable):
        return error.cause is UnavailableCause.UNKNOWN
    if isinstance(error, OperationFailed):
        # What is not found may be silent: the service may have stopped after the VM was found.
        return error.category == "ObjectNotFound"
    return isinstance(error, NotAllowed) and error.message == NOT_PERMITTED


def explained(error: BackendError, found: Management, where: str) -> BackendError:
    """Return the error with its cause, or the same one if the cause stays unknown."""
    token = found.token
    if found.installed is False:
        return _unavailable(
            error, f"Hyper-V is not installed on {where}.", UnavailableCause.NO_PLATFORM, INSTALL
        )
    if found.service and found.service != RUNNING:
        return _unavailable(
            error,
            f"Hyper-V's management service on {where} is {service_state(found.service)}.",
            UnavailableCause.SERVICE_STOPPED,
            start_service(found.service),
        )
    if token is None or isinstance(error, OperationFailed):
        return error
    if not token.suffices and token.filtered:
        return _unavailable(
            error,
            f"hvtui runs without your rights as an administrator of {where}: it is not elevated.",
            UnavailableCause.NOT_ELEVATED,
            FULL_TOKEN if token.network else ELEVATE,
        )
    if not token.suffices:
        return _of(
            NotAllowed(
                f"{token.user} may not manage Hyper-V on {where}.", hint=JOIN_HYPER_V, detail=error.detail
            ),
            error,
        )
    if isinstance(error, NotAllowed):
        group = "Administrators" if token.administrator else "Hyper-V Administrators"
        return error.with_message(
            error.message,
            hint=f"{token.user} is a member of {group} there, so membership is not what is missing."
            " See the host's own message below.",
        )
    if found.service == RUNNING:
        return error.with_message(
            error.message,
            hint="Its service vmms runs, and you have the rights. See the host's own message below, and its event log"
            " Hyper-V-VMMS.",
        )
    return error


def _unavailable(error: BackendError, message: str, cause: UnavailableCause, hint: str) -> BackendError:
    return _of(HyperVUnavailable(message, cause=cause, hint=hint, detail=error.detail), error)


def _of(told: BackendError, error: BackendError) -> BackendError:
    told.effect = error.effect
    return told
