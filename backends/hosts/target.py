"""A host that hvtui can connect to, with the settings for it, and several of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec import Struct
from msgspec.structs import replace

from hvtui.backends import registry
from hvtui.backends.contract import Identifying, Remote
from hvtui.backends.errors import SettingsError
from hvtui.backends.secret import Secret

if TYPE_CHECKING:
    from hvtui.backends.contract import Backend
    from hvtui.backends.hosts.config import SavedHost

THIS_COMPUTER, DEMO = "This computer", "Demo"


class Target(Struct, frozen=True, kw_only=True):
    """A host that can be connected to, with the settings for it."""

    name: str
    backend: Backend[Any]
    backend_name: str = registry.DEFAULT_BACKEND
    """The name under which the backend is registered."""
    settings: Any
    saved: SavedHost | None = None
    remote: bool = False
    """The host has an address and requires a sign-in."""
    command: str = ""
    """The arguments that name the target on the command line."""
    force_read_only: bool = False
    cluster: bool = False
    """All nodes of the host's failover cluster are wanted."""
    node_of: str = ""
    """The failover cluster whose node it is read as, with VMs that keep their ids on all its nodes; "" if none."""

    def __repr__(self) -> str:
        return f"Target({self.id!r})"  # its settings may hold a secret

    @property
    def id(self) -> str:
        return f"saved {self.name}" if self.saved else self.name

    @property
    def label(self) -> str:
        return self.saved.label if self.saved else ""

    @property
    def read_only(self) -> bool:
        return self.force_read_only or (self.saved is not None and self.saved.read_only)

    @property
    def needs_password(self) -> bool:
        backend = self.backend
        return self.remote and isinstance(backend, Remote) and backend.needs_password(self.settings)

    def check_settings(self) -> None:
        """Raise `SettingsError` if no password makes these settings valid."""
        if isinstance(self.backend, Remote):
            self.backend.check_settings(self.settings)

    @property
    def account(self) -> str:
        """The name under which a keyring keeps its password. Raises `SettingsError`."""
        assert isinstance(self.backend, Remote)
        return self.backend.account(self.settings)

    @property
    def warning(self) -> str:
        """What a person must know before signing in, as a sentence; "" if nothing."""
        return self.backend.warning(self.settings) if isinstance(self.backend, Remote) else ""

    def is_same_host(self, other: Target) -> bool:
        """Return whether the other one is the same host, whoever signs in to it and whatever it is called."""
        if self.backend_name != other.backend_name or self.remote is not other.remote:
            return False
        if isinstance(self.backend, Identifying):
            try:
                return self.backend.host_key(self.settings) == self.backend.host_key(other.settings)
            except SettingsError:
                return False
        if self.remote:
            other = other.signed_in(self.settings.user, self.settings.password)
        return bool(self.settings == other.settings)

    def without_password(self) -> Target:
        return self.signed_in(self.settings.user, Secret("")) if self.remote else self

    def signed_in(self, user: str, password: Secret) -> Target:
        return replace(self, settings=dataclasses.replace(self.settings, user=user, password=password))


class Group(Struct, frozen=True, kw_only=True):
    """Several hosts that are shown together."""

    name: str
    targets: tuple[Target, ...]
    label: str = ""
    """The label of the cluster whose nodes they are; "" for other groups."""

    saved: ClassVar[SavedHost | None] = None
    remote: ClassVar[bool] = True

    @property
    def id(self) -> str:
        return f"group {self.name}"

    @property
    def read_only(self) -> bool:
        return all(target.read_only for target in self.targets)
