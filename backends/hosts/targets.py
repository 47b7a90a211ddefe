"""Finds the targets that hvtui can connect to: saved hosts, hosts by their address, this computer, and the demo."""

from __future__ import annotations

import dataclasses
import re
import shlex
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from hvtui.backends import registry
from hvtui.backends.contract import Remote, SeveralHosts
from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts import config, document
from hvtui.backends.hosts.addresses import machine_in, port_in, with_machine
from hvtui.backends.hosts.config import PasswordSource, SavedHost
from hvtui.backends.hosts.target import DEMO, THIS_COMPUTER, Group, Target
from hvtui.backends.settings import describe_settings, from_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from hvtui.backends.contract import Backend
    from hvtui.backends.secret import Secret

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Targets:
    """Finds targets. Flags take precedence over the environment, then the config file, then the defaults."""

    def __init__(
        self,
        file: Path,
        flags: Mapping[str, str] = MappingProxyType({}),
        *,
        remote: str = registry.DEFAULT_BACKEND,
        read_only: bool = False,
        load: Callable[[str], Backend[Any]] = registry.load,
    ) -> None:
        """`remote` is the backend for hosts that are not saved; `flags` are its settings from the command line."""
        self._file = file
        self._flags = flags
        self._remote_name = remote
        self._read_only = read_only
        self._load = load
        self._backends: dict[str, tuple[Backend[Any], dict[str, Any]]] = {}
        self._secrets: dict[str, Secret] = {}
        """Those of the environment, by the names of their variables."""
        self._groups: Mapping[str, tuple[str, ...]] = {}
        self._all_read_only: bool | None = None
        """Whether the config file makes every host read-only; None until it was read."""

    def saved(self) -> list[Target]:
        """Read the config file and return its targets. Raises `SettingsError`."""
        return [self._from_saved(host) for host in self._saved_hosts()]

    def save(
        self,
        target: Target,
        name: str,
        password: PasswordSource,
        *,
        label: str = "",
        read_only: bool = False,
    ) -> Target:
        """Save a target under this name, with its backend and settings, and return the saved one, signed in.

        Raises `SettingsError`.
        """
        kept = {
            item.name: str(getattr(target.settings, item.name))
            for item in describe_settings(target.backend.Settings)
            if item.flag and not item.secret and getattr(target.settings, item.name) != item.default
        }
        if name != target.settings.host:
            kept["host"] = target.settings.host
        host = SavedHost(
            name=name,
            backend=target.backend_name,
            settings=kept,
            label=label,
            read_only=read_only,
            password=password,
        )
        config.save(self._file, host, load_backend=self._load_backend)
        return replace(target, name=name, saved=host, command=shlex.quote(name))

    def group_names(self) -> tuple[str, ...]:
        """Read the config file and return the names of its groups. Raises `SettingsError`."""
        self._saved_hosts()
        return tuple(self._groups)

    def names_host(self, text: str) -> bool:
        """Return whether this is a saved host, a group, or an address with a user or a scheme. Raises `SettingsError`.

        An ID before the ``@`` is that of a VM of one of several hosts.
        """
        saved = {host.name for host in self._saved_hosts()}
        user, at, _ = text.partition("@")
        has_user = bool(at) and not _GUID.fullmatch(user)
        return text in saved or text in self._groups or has_user or "://" in text

    def chosen(self, names: Sequence[str]) -> Target | Group:
        """Return what these names choose together: hosts, and groups of the config file. Raises `SettingsError`."""
        self._saved_hosts()
        if len(names) == 1 and names[0] not in self._groups:
            return self.named(names[0])
        hosts = [host for name in names for host in self._groups.get(name, (name,))]
        if any(name in self._groups for name in names):
            hosts = list(dict.fromkeys(hosts))  # groups may have hosts in common
        return self._group(", ".join(names), hosts)

    def of_cluster(self, seed: Target, nodes: Sequence[str]) -> Group:
        """Return the nodes of a cluster that was reached as `seed`. Those that are not saved use its settings.

        A node has a name without a domain: it is taken to be in that of `seed`. If `seed` is read-only, each node is.
        Raises `SettingsError`.
        """
        _, _, domain = machine_in(seed.settings.host).partition(".")
        in_domain = bool(domain) and not domain.replace(".", "").isdigit()
        targets = []
        for node in nodes:
            target = self.named(f"{node}.{domain}" if in_domain else node)
            if target.saved is None:
                address = with_machine(seed.settings.host, target.settings.host)
                settings = dataclasses.replace(seed.settings, host=address)
                target = replace(target, name=node, settings=settings)
            read_only = target.force_read_only or seed.read_only
            targets.append(replace(target, force_read_only=read_only, node_of=seed.name))
        return Group(name=seed.name, targets=tuple(targets), label=seed.label)

    def _group(self, name: str, hosts: Sequence[str]) -> Group:
        targets: dict[tuple[str, str], Target] = {}
        for host in hosts:
            target = self.named(host)
            address = target.settings.host
            machine = machine_in(address), port_in(address) or str(getattr(target.settings, "port", ""))
            if (other := targets.get(machine)) is not None:
                names = f": as “{other.name}” and as “{target.name}”" if other.name != target.name else ""
                raise SettingsError(
                    f"“{name}” has the host {target.settings.host} twice{names}.",
                    hint="Leave one of them out.",
                )
            targets[machine] = target
        return Group(name=name, targets=tuple(targets.values()))

    def choices(self) -> dict[str, tuple[tuple[str, ...], str]]:
        """Return the settings of a host by address that have a few values: these, and the one that is in force.

        Raises `SettingsError`.
        """
        backend, _ = self._backend(self._remote_name)
        return {
            item.name: (item.choices, self._flags.get(item.name) or item.default or item.choices[0])
            for item in describe_settings(backend.Settings)
            if item.choices and isinstance(backend, Remote)
        }

    def named(self, text: str, chosen: Mapping[str, str] = MappingProxyType({})) -> Target:
        """Return the saved host of this name, or the host with this address, with or without ``user@``.

        An address of a machine that is saved as read-only is read-only too, also with another port.

        `chosen` settings take precedence over all others.

        Raises `SettingsError`, also where the config file cannot be read: the host may be saved there as read-only.
        """
        text = text.strip()
        try:
            hosts = {host.name: host for host in self._saved_hosts()}
        except SettingsError as error:
            raise SettingsError(
                f"{error.message} Not connecting.",
                hint=f"{error.hint} “{text}” may be saved there as read-only.",
            ) from error
        if text in hosts:
            return self._from_saved(hosts[text], chosen=chosen)
        backend = self._remote()
        typed = backend.parse_address(text)
        user = typed.get("user")
        if user and self._flags.get("user", user) != user:
            raise SettingsError(
                f"“{text}” names a user, and --user names another one.", hint="Leave one of them out."
            )
        if (host := hosts.get(typed["host"])) is not None:
            return self._from_saved(host, {"user": user} if user else {}, chosen)
        given = {**typed, **self._flags, **chosen}
        target = self.make(self._remote_name, given, name=typed["host"], address=text)
        read_only = [host for host in hosts.values() if host.read_only]
        locked = {
            machine_in(name) for host in read_only for name in (host.name, host.settings.get("host", ""))
        }
        return replace(target, force_read_only=target.force_read_only or machine_in(typed["host"]) in locked)

    def this_computer(self) -> Target | None:
        """Return this computer as a target; None if the backend cannot manage it. Raises `SettingsError`."""
        return (
            self.make(self._remote_name, {}, name=THIS_COMPUTER) if self._remote().works_locally() else None
        )

    def demo(self, **settings: str) -> Target | Group:
        target = self.make("mock", settings, name=DEMO)
        if not isinstance(target.backend, SeveralHosts):
            return target
        backend = target.backend
        members = tuple(
            replace(target, name=name, settings=each, node_of=backend.cluster_of(each))
            for name, each in backend.hosts(target.settings).items()
        )
        return Group(name=settings.get("scenario", DEMO), targets=members) if members else target

    def make(
        self,
        backend_name: str,
        given: Mapping[str, Any],
        *,
        name: str,
        saved: SavedHost | None = None,
        address: str = "",
    ) -> Target:
        """Return a target. `given` settings take precedence over the environment, then `saved`. Raises `SettingsError`.

        `address` is the host's name or address on the command line; "" if the target needs none.
        """
        backend, environment = self._backend(backend_name)
        kept = {"host": saved.name, **saved.settings} if saved else {}
        try:
            settings = backend.Settings(**(kept | environment | dict(given)))
        except (TypeError, ValueError) as error:
            raise SettingsError(f"The settings of “{backend.name}” do not fit: {error}.") from error
        words = [shlex.quote(address), *_address_flags(backend, given)]
        if saved is None and backend_name != registry.DEFAULT_BACKEND:
            words.append(f"--backend {backend_name}")
        return Target(
            name=name,
            backend=backend,
            backend_name=backend_name,
            settings=settings,
            saved=saved,
            remote=bool(address),
            command=" ".join(words) if address else "",
            force_read_only=self._read_only or self._read_only_by_file(demo=backend_name == "mock"),
        )

    def _saved_hosts(self) -> tuple[SavedHost, ...]:
        found = config.load(self._file, load_backend=self._load_backend)
        self._all_read_only, self._groups = found.read_only, found.groups
        return found.hosts

    def _read_only_by_file(self, *, demo: bool) -> bool:
        """Return whether the config file allows no change, or may do so: nobody knows if it cannot be read."""
        if self._all_read_only is None:
            try:
                self._all_read_only = document.all_read_only(document.read(self._file), self._file)
            except SettingsError:
                return not demo
        return self._all_read_only

    def _from_saved(
        self,
        saved: SavedHost,
        typed: Mapping[str, str] = MappingProxyType({}),
        chosen: Mapping[str, str] = MappingProxyType({}),
    ) -> Target:
        given = dict(typed)
        if saved.backend == self._remote_name:
            given |= {**self._flags, **chosen}
        return self.make(saved.backend, given, name=saved.name, saved=saved, address=saved.name)

    def _remote(self) -> Remote[Any]:
        backend, _ = self._backend(self._remote_name)
        if not isinstance(backend, Remote):
            raise SettingsError(f"“{self._remote_name}” takes no host.", hint="Leave the host out.")
        return backend

    def _backend(self, name: str) -> tuple[Backend[Any], dict[str, Any]]:
        """Return a backend and its settings from the environment. These are read once: reading removes secrets."""
        if name not in self._backends:
            backend = self._load(name)
            self._backends[name] = backend, from_environment(backend.Settings, self._secrets)
        return self._backends[name]

    def _load_backend(self, name: str) -> Backend[Any]:
        return self._backends[name][0] if name in self._backends else self._load(name)


def _address_flags(backend: Backend[Any], given: Mapping[str, Any]) -> Iterator[str]:
    """Yield the flags that are part of the address of a host, for the settings that were given."""
    for item in describe_settings(backend.Settings):
        if item.in_address and item.name in given:
            yield f"{item.flag} {shlex.quote(given[item.name])}"
