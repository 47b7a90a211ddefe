"""Where hvtui can go: the hosts of the config file, one that is typed, this computer, the demo."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from hvtui.backends import registry
from hvtui.backends.contract import Remote
from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts import config
from hvtui.backends.hosts.config import PasswordFrom, SavedHost
from hvtui.backends.settings import described, from_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from hvtui.backends.contract import Backend
    from hvtui.backends.secret import Secret

HERE, DEMO = "This computer", "Demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    name: str
    backend: Backend[Any]
    settings: Any = field(repr=False)
    saved: SavedHost | None = None
    remote: bool = False
    """It is reached by a name, as somebody who signs in."""
    command: str = ""
    """What names it on the command line."""

    @property
    def id(self) -> str:
        return f"saved {self.name}" if self.saved else self.name

    @property
    def label(self) -> str:
        return self.saved.label if self.saved else ""

    @property
    def read_only(self) -> bool:
        return self.saved is not None and self.saved.read_only

    @property
    def needs_password(self) -> bool:
        backend = self.backend
        return self.remote and isinstance(backend, Remote) and backend.needs_password(self.settings)

    @property
    def account(self) -> str:
        """Raises `SettingsError`."""
        assert isinstance(self.backend, Remote)
        return self.backend.account(self.settings)

    def signed_in(self, user: str, password: Secret) -> Target:
        return replace(self, settings=replace(self.settings, user=user, password=password))


class Targets:
    """Flags win over the environment, that over the config file, and that over what a backend takes by itself."""

    def __init__(
        self,
        file: Path,
        flags: Mapping[str, str] = MappingProxyType({}),
        *,
        remote: str = "hyperv",
        load: Callable[[str], Backend[Any]] = registry.load,
    ) -> None:
        """`flags` are settings of `remote`, the backend for hosts that are named."""
        self._file = file
        self._flags = flags
        self._remote_name = remote
        self._load = load
        self._backends: dict[str, tuple[Backend[Any], dict[str, Any]]] = {}

    def saved(self) -> list[Target]:
        """As the config file has them now. Raises `SettingsError`."""
        return [self._of(host) for host in config.load(self._file)]

    def save(self, place: Target, name: str, password: PasswordFrom) -> None:
        """Under this name from now on. Raises `SettingsError`."""
        defaults = {item.name: item.default for item in described(place.backend.Settings)}
        given = {
            key: getattr(place.settings, key) for key in ("transport", "port", "auth", "user", "ca_file")
        }
        kept = {key: value for key, value in given.items() if value != defaults[key]}
        port = int(kept.pop("port", 0))
        address = "" if name == place.settings.host else place.settings.host
        config.save(self._file, SavedHost(name=name, address=address, port=port, password=password, **kept))

    def named(self, text: str) -> Target:
        """A saved host of this name, else the address, with or without ``user@``. Raises `SettingsError`.

        Where the file cannot be read it is no address either: the host may stand there, as read only.
        """
        try:
            hosts = {host.name: host for host in config.load(self._file)}
        except SettingsError as error:
            raise SettingsError(
                f"{error.message} So the file is not read, and whether “{text.strip()}” is saved there,"
                " perhaps as read only, nobody knows: nothing was connected to.",
                hint=error.hint,
            ) from error
        if text.strip() in hosts:
            return self._of(hosts[text.strip()])
        backend = self._remote()
        typed = backend.parse_address(text)
        if typed.get("user") and self._flags.get("user", typed["user"]) != typed["user"]:
            raise SettingsError(
                f"“{text}” says who signs in, and --user says another.", hint="Leave one of them out."
            )
        if typed["host"] in hosts:
            return self._of(hosts[typed["host"]], typed | {"host": hosts[typed["host"]].settings["host"]})
        return self.make(self._remote_name, {**typed, **self._flags}, name=typed["host"], words=text.strip())

    def here(self) -> Target | None:
        """None where there is nothing to look after this computer with."""
        return self.make(self._remote_name, {}, name=HERE) if self._remote().works_locally() else None

    def demo(self, **given: str) -> Target:
        return self.make("mock", given, name=DEMO)

    def make(
        self,
        backend_name: str,
        given: Mapping[str, Any],
        *,
        name: str,
        saved: SavedHost | None = None,
        words: str = "",
    ) -> Target:
        """`given` wins over the environment. Raises `SettingsError`."""
        backend, environment = self._backend(backend_name)
        values = (saved.settings if saved else {}) | environment | dict(given)
        try:
            settings = backend.Settings(**values)
        except (TypeError, ValueError) as error:
            raise SettingsError(f"The settings of “{backend.name}” do not fit: {error}.") from error
        if words:
            words = " ".join([shlex.quote(words), *self._way(backend)])
        return Target(
            name=name, backend=backend, settings=settings, saved=saved, remote=bool(words), command=words
        )

    def _of(self, saved: SavedHost, typed: Mapping[str, str] = MappingProxyType({})) -> Target:
        given = {**typed, **self._flags}
        return self.make(self._remote_name, given, name=saved.name, saved=saved, words=saved.name)

    def _way(self, backend: Backend[Any]) -> Iterator[str]:
        """The flags that say where on a host, as they were given."""
        for item in described(backend.Settings):
            if item.name in ("transport", "port") and item.name in self._flags:
                yield f"{item.flag} {shlex.quote(self._flags[item.name])}"

    def _remote(self) -> Remote[Any]:
        backend, _ = self._backend(self._remote_name)
        if not isinstance(backend, Remote):
            raise SettingsError(f"“{self._remote_name}” takes no host.", hint="Leave the host out.")
        return backend

    def _backend(self, name: str) -> tuple[Backend[Any], dict[str, Any]]:
        """And what the environment says for it, which can be read only once: secrets are taken out of it."""
        if name not in self._backends:
            backend = self._load(name)
            self._backends[name] = backend, dict(from_environment(backend.Settings))
        return self._backends[name]
