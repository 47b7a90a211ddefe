"""What a backend is. A session of one is all that the screens ever talk to.

A backend that cannot do a verb leaves it out of `Capabilities`; calling it raises `Unsupported`.
Every write either returns (done), raises `OutcomeUnknown` (nobody knows), or raises another `BackendError`
(it was refused or failed, and the host is as it was before, or as the error says).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeVar, runtime_checkable

from hvtui.backends.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection
    from contextlib import AbstractAsyncContextManager

    from hvtui.backends.errors import CertificateUntrusted
    from hvtui.backends.model import CheckpointId, Inventory, VmDisks, VmId


class Verb(StrEnum):
    """What a session may be able to do besides reading the inventory."""

    DISKS = "disks"
    CREATE = "create_checkpoint"
    RENAME = "rename_checkpoint"
    APPLY = "apply_checkpoint"
    DELETE = "delete_checkpoint"
    START = "start_vm"
    STOP = "stop_vm"
    SAVE = "save_vm"


class StopHow(StrEnum):
    SHUT_DOWN = "shut down"
    """Ask the guest to shut down."""
    TURN_OFF = "turn off"
    """Cut its power."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    verbs: frozenset[Verb]
    demo: bool = False
    """Nothing here is real: the screen says DEMO at all times."""


class Session(Protocol):
    """A conversation with one host. Its coroutines may run at the same time; writes to one VM may not."""

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def reconnecting(self) -> bool:
        """The line to the host broke, and a reading that waits goes on by itself when it is back."""
        return False

    def give_up(self) -> None:
        """End the readings that wait: they raise `ConnectionLost` now. Writes go on; the next reading starts anew."""
        return

    async def inventory(self, vm_ids: Collection[VmId] | None = None) -> Inventory:
        """Read the host, all its VMs (or these), their checkpoints, and what is running, in one request.

        An id that the host no longer has is left out of the answer.
        """
        ...

    async def disks(self, vm_ids: Collection[VmId]) -> tuple[VmDisks, ...]:
        """Read drives and chains. Costly: only for the VM that is looked at."""
        raise _absent(Verb.DISKS)

    async def create_checkpoint(self, vm: VmId, *, name: str) -> CheckpointId:
        """Make a checkpoint of the kind that the VM is set to, and return its id."""
        raise _absent(Verb.CREATE)

    async def rename_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, name: str) -> None:
        raise _absent(Verb.RENAME)

    async def apply_checkpoint(self, vm: VmId, checkpoint: CheckpointId) -> None:
        """Bring the VM back to this checkpoint; its present state is lost."""
        raise _absent(Verb.APPLY)

    async def delete_checkpoint(self, vm: VmId, checkpoint: CheckpointId, *, subtree: bool) -> None:
        """Delete one checkpoint, its children moving up to its parent, or it and all below it.

        Returns when the checkpoint is gone; its disks may go on merging after that.
        """
        raise _absent(Verb.DELETE)

    async def start_vm(self, vm: VmId) -> None:
        raise _absent(Verb.START)

    async def stop_vm(self, vm: VmId, *, how: StopHow) -> None:
        raise _absent(Verb.STOP)

    async def save_vm(self, vm: VmId) -> None:
        raise _absent(Verb.SAVE)

    async def settle(self, left_behind_id: str) -> None:
        """Forget a write left behind, once what it came to has been seen."""
        return


S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)


class Backend(Protocol[S]):
    """A kind of host. `Settings` is a frozen dataclass; see `backends.settings` for its fields' metadata."""

    name: ClassVar[str]
    title: ClassVar[str]
    Settings: type[S]

    def connect(self, settings: S) -> AbstractAsyncContextManager[Session]:
        """Open a session. Raises `SettingsError` or `ConnectError`."""
        ...


@runtime_checkable
class Remote(Protocol[S_contra]):
    """A backend that reaches other machines. Its `Settings` have a `user` and a `password`, which is a `Secret`."""

    def typed(self, text: str) -> dict[str, str]:
        """The settings that a person means by ``user@host``. Raises `SettingsError`."""
        ...

    def needs_password(self, settings: S_contra) -> bool:
        """Whether these say how to sign in but for the password, or the user and the password."""
        ...

    def account(self, settings: S_contra) -> str:
        """Who signs in where, as a keyring knows it. Raises `SettingsError`."""
        ...

    def warning(self, settings: S_contra) -> str:
        """What a person must know before signing in like this, as a sentence; "" where there is nothing."""
        ...

    def works_here(self) -> bool:
        """Whether it can look after this computer too, with settings that name no host."""
        ...


@runtime_checkable
class Trusting(Protocol[S_contra]):
    """A backend whose hosts show certificates that a person may trust."""

    def trust(self, settings: S_contra, error: CertificateUntrusted) -> None:
        """From now on accept this host's certificate, and no other. Raises `BackendError`."""
        ...

    def forget(self, settings: S_contra) -> bool:
        """Trust no certificate of this host any more; whether one was trusted. Raises `BackendError`."""
        ...


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at, on the way to a host or on it."""

    name: str
    """Short and steady, for scripts: ``hyper-v-module``."""
    verdict: Verdict
    words: str
    """What was found, as a sentence; it may hold the host's words."""
    remedy: str = ""


@runtime_checkable
class Diagnosing(Protocol[S_contra]):
    """A backend that can say what stands between hvtui and a host."""

    def diagnose(self, settings: S_contra) -> AsyncIterator[Check]:
        """Look step by step, each check as it is done; changes nothing on the host. Raises `SettingsError`."""
        ...


def _absent(verb: Verb) -> Unsupported:
    return Unsupported(f"This backend cannot {verb.value.replace('_', ' ')}.")
