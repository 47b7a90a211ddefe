"""What a backend has to provide. Front ends and rules talk to a host only through a `Session`.

A backend lists the verbs that it supports in `Capabilities`; calling another one raises `Unsupported`. A write returns
when it is done. It raises `OutcomeUnknown` if its answer was lost, and another `BackendError` if it was refused or failed. A
write can fail after its effect: whether the host is unchanged, only another read shows.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar, runtime_checkable

from msgspec import Struct

from hvtui.backends.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping
    from contextlib import AbstractAsyncContextManager
    from datetime import datetime

    from hvtui.backends.errors import CertificateUntrusted
    from hvtui.backends.model import CheckpointId, HostDetails, Inventory, MergeEvent, VmDisks, VmId
    from hvtui.backends.secret import Secret


class Verb(StrEnum):
    """The operations that a session may support, besides reading the inventory."""

    DISKS = "disks"
    EVENTS = "events"
    CREATE = "create_checkpoint"
    RENAME = "rename_checkpoint"
    APPLY = "apply_checkpoint"
    DELETE = "delete_checkpoint"
    START = "start_vm"
    STOP = "stop_vm"
    SAVE = "save_vm"
    DISCARD_SAVED_STATE = "discard_saved_state"


class StopHow(StrEnum):
    SHUT_DOWN = "shut down"
    """Ask the guest to shut down."""
    TURN_OFF = "turn off"
    """Cut its power."""


class Capabilities(Struct, frozen=True, kw_only=True):
    """What a session can do, and the limits of its kind of host."""

    verbs: frozenset[Verb]
    max_checkpoints: int | None = None
    """The most checkpoints that one VM may have; None where the backend sets no limit."""
    read_only: bool = False
    """Every write raises `NotAllowed`."""
    cache_seconds: float = 0.0
    """For so long after a write, the host may list the checkpoints of a VM as they were before it."""
    delete_may_reach_below: bool = False
    """It is not known whether deleting one checkpoint deletes those below it too."""
    demo: bool = False
    """The host is simulated: front ends say DEMO at all times."""


class Session(Protocol):
    """An open connection to one host.

    Its coroutines may run concurrently, but only one write at a time for each VM. A backend may omit
    the members that have a default here. `backends.wrappers` forwards every member; a test checks that.
    """

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def reconnecting(self) -> bool:
        """Whether the connection is lost and being restored. Waiting reads continue when it is restored."""
        return False

    @property
    def warning(self) -> str:
        """What a person should know about this connection, as a sentence; "" if nothing."""
        return ""

    def allow_sign_in(self) -> None:
        """Allow another sign-in after a refused one. Only for a person's request: failed sign-ins lock accounts."""
        return

    def cancel_reads(self) -> None:
        """Make pending reads raise `ConnectionLost` now. Writes continue, and later reads are possible."""
        return

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        """Read the VMs of the host (all, or those of `vm_ids`) and their checkpoints, in one request.

        An id that the host proved it no longer has is left out of the answer; what could not be read of a VM is in
        `Inventory.unread`. `Inventory.jobs` is `()` only if it was read that no job is running. Raises `HyperVUnavailable` or another `BackendError` if nothing can be said of any VM.
        """
        ...

    async def host_details(self) -> HostDetails | None:
        """Read what is known of the host besides its VMs; None if `inventory` includes that.

        It may be slow, and parts of it may fail: call it rarely, and wait a moment at most for it to show VMs.
        """
        return None

    async def refresh_vm(self, vm: VmId) -> None:
        """Make the next reading of this VM as new as its host, if the server answers from what it read before.

        Called before a write and never to poll: it may lock the VM for seconds. Raises `BackendError`, and then nothing
        may be written: what the readings show may be old.
        """
        return

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        """Read the drives and file chains of a few VMs. This is expensive: call it only for the VM that is shown."""
        raise _absent(Verb.DISKS)

    async def events(self, vm_ids: Collection[VmId], *, since: datetime) -> tuple[MergeEvent, ...]:
        """Read what the host's event log says about merges of a few VMs' disks, the newest first.

        Raises `NotAllowed` if the user may not read the log.
        """
        raise _absent(Verb.EVENTS)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        """Create a checkpoint of the type that the VM is configured for, and return its id."""
        raise _absent(Verb.CREATE)

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        raise _absent(Verb.RENAME)

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        """Apply a checkpoint: the VM's present state is lost."""
        raise _absent(Verb.APPLY)

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        """Delete a checkpoint; its children move up to its parent. With `subtree`, delete it and all below it.

        Returns when the checkpoint is gone. Its disks may still be merging then.
        """
        raise _absent(Verb.DELETE)

    async def start_vm(self, vm: VmId) -> None:
        raise _absent(Verb.START)

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        raise _absent(Verb.STOP)

    async def save_vm(self, vm: VmId) -> None:
        raise _absent(Verb.SAVE)

    async def discard_saved_state(self, vm: VmId) -> None:
        """Delete the memory of a saved VM: it is off afterwards, and starts as after a power cut."""
        raise _absent(Verb.DISCARD_SAVED_STATE)

    async def forget_orphan(self, orphan_id: str) -> None:
        """Remove the record of an orphaned write, once its outcome has been shown."""
        return


S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)


class Backend(Protocol[S]):
    """A kind of host. `Settings` is a frozen dataclass; `backends.settings` describes the metadata of its fields."""

    name: ClassVar[str]
    Settings: type[S]

    def connect(self, settings: S) -> AbstractAsyncContextManager[Session]:
        """Open a session. Raises `SettingsError` or `ConnectError`."""
        ...


class RemoteSettings(Protocol):
    """The fields that the settings of every `Remote` backend have."""

    @property
    def host(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def password(self) -> Secret: ...


R_contra = TypeVar("R_contra", bound=RemoteSettings, contravariant=True)


@runtime_checkable
class Remote(Protocol[R_contra]):
    """A backend for hosts that have an address and require a sign-in. Its `Settings` are `RemoteSettings`."""

    def parse_address(self, text: str) -> dict[str, str]:
        """Return the settings `host` and, where given, `user` of ``user@host``. Raises `SettingsError`."""
        ...

    def check_settings(self, settings: R_contra) -> None:
        """Raise `SettingsError` if `connect` would refuse these settings with every password."""
        ...

    def needs_password(self, settings: R_contra) -> bool:
        """Whether a password has to be asked for before `connect`."""
        ...

    def account(self, settings: R_contra) -> str:
        """The name under which a keyring keeps the password. Raises `SettingsError`."""
        ...

    def warning(self, settings: R_contra) -> str:
        """What a person must know before signing in with these settings, as a sentence; "" if nothing."""
        ...

    def works_locally(self) -> bool:
        """Whether the backend can also manage this computer, with settings that name no host."""
        ...


@runtime_checkable
class SeveralHosts(Protocol[S]):
    """A backend whose settings may stand for several hosts."""

    def hosts(self, settings: S) -> Mapping[str, S]:
        """Return the settings of each host, by its name; an empty mapping if the settings are of one host."""
        ...

    def cluster_of(self, settings: S) -> str:
        """Return the name of the failover cluster whose node the host is; "" if it is none."""
        ...


@runtime_checkable
class Trusting(Protocol[S_contra]):
    """A backend whose hosts present certificates that a person may trust."""

    def trust(self, settings: S_contra, error: CertificateUntrusted) -> None:
        """Accept this certificate of the host from now on, and no other. Raises `BackendError`."""
        ...

    def forget(self, settings: S_contra) -> bool:
        """Stop trusting the certificate of this host. Returns whether one was trusted. Raises `BackendError`."""
        ...


@runtime_checkable
class HostChecking(Protocol[S_contra]):
    """A backend that can check a host before anybody signs in."""

    async def check_host(self, settings: S_contra) -> None:
        """Connect to the host without signing in. Raises `BackendError`, also if its certificate is not trusted."""
        ...


@runtime_checkable
class Identifying(Protocol[S_contra]):
    """A backend that tells which of its settings lead to the same host."""

    def host_key(self, settings: S_contra) -> str:
        """Return what identifies the host, however and by whomever it is signed in to. Raises `SettingsError`."""
        ...


@runtime_checkable
class LocalProgram(Protocol):
    """A backend that manages this computer through another program."""

    def local_program(self) -> str:
        """Return the path of the program. Raises `ConnectError` if there is none."""
        ...


class Verdict(StrEnum):
    OK = "ok"
    SKIPPED = "skipped"
    """The check could not be made."""
    WARNING = "warning"
    FAILED = "failed"


class Check(Struct, frozen=True, kw_only=True):
    """The result of one check of the connection to a host, or of the host."""

    name: str
    """Short and stable, for scripts: ``hyper-v-module``."""
    verdict: Verdict
    words: str
    """What was found, as a sentence; it may contain text from the host."""
    remedy: str = ""


@runtime_checkable
class Diagnosing(Protocol[S_contra]):
    """A backend that can check the connection to a host and the host itself."""

    def diagnose(self, settings: S_contra) -> AsyncIterator[Check]:
        """Yield each check as it is done. Nothing on the host is changed. Raises `SettingsError`."""
        ...


def _absent(verb: Verb) -> Unsupported:
    return Unsupported(f"This backend cannot {verb.value.replace('_', ' ')}.")
