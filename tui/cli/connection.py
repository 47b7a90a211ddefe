"""Finds the target that the command line names, and signs in to it on the terminal."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.contract import Remote
from hvtui.backends.errors import CertificateUntrusted, ConnectError, SettingsError
from hvtui.backends.hosts.credentials import with_password
from hvtui.backends.hosts.passwords import Keyring
from hvtui.backends.hosts.sessions import open_session
from hvtui.backends.hosts.target import THIS_COMPUTER, Group
from hvtui.backends.hosts.targets import Targets
from hvtui.backends.paths import config_file
from hvtui.backends.registry import DEFAULT_BACKEND
from hvtui.backends.secret import Secret
from hvtui.tui.cli import output
from hvtui.tui.cli.interrupts import interrupts_end_it
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from hvtui.backends.contract import Session
    from hvtui.backends.hosts.target import Target
    from hvtui.tui.cli.arguments import Arguments
    from hvtui.tui.cli.syntax import LoadBackend


def targets_of(arguments: Arguments, load: LoadBackend) -> Targets:
    """Return the `Targets` that use the options in these arguments. Raises `SettingsError`."""
    remote = isinstance(load(arguments.backend), Remote)
    return Targets(
        config_file(),
        arguments.settings if remote else {},
        remote=arguments.backend if remote else DEFAULT_BACKEND,
        read_only=arguments.options.read_only,
        load=load,
    )


def target_of(arguments: Arguments, targets: Targets, load: LoadBackend) -> Target | Group | None:
    """Return the host or the group that the arguments choose; None if they choose none. Raises `SettingsError`."""
    backend = load(arguments.backend)
    if arguments.demo is not None:
        scenario = {"scenario": arguments.demo} if arguments.demo else {}
        return targets.demo(**(arguments.settings | scenario))
    if arguments.local:
        return targets.make(arguments.backend, arguments.settings, name=THIS_COMPUTER)
    if arguments.options.cluster is not None:
        return replace(targets.named(arguments.options.cluster), cluster=True)
    if arguments.host:
        if not isinstance(backend, Remote):
            raise SettingsError(
                f"“{arguments.backend}” takes no host.", hint="Leave the host or --backend out."
            )
        return targets.chosen([arguments.host, *arguments.more_hosts])
    if arguments.options.backend:
        return targets.make(arguments.backend, arguments.settings, name=arguments.backend)
    return None


def require_targets(arguments: Arguments, targets: Targets, load: LoadBackend) -> Target | Group:
    """Return the host or the group that the arguments choose. Raises `SettingsError` if they choose none."""
    target = target_of(arguments, targets, load)
    if target is None:
        raise SettingsError(
            "No host chosen.", hint="Name one, or use --local. To look around without a host: hvtui --demo."
        )
    return target


def require_target(arguments: Arguments, load: LoadBackend) -> Target:
    """Return the host that the arguments choose. Raises `SettingsError` if they choose none, or several."""
    target = require_targets(arguments, targets_of(arguments, load), load)
    if isinstance(target, Group):
        if arguments.demo is not None:
            raise SettingsError(
                "This demo has several hosts, and this command takes one.",
                hint="Use another demo, such as --demo lab.",
            )
        names = ", ".join(each.name for each in target.targets)
        raise SettingsError(
            f"“{target.name}” is a group of hosts, and this command takes one host.",
            hint=f"Name one of them: {names}.",
        )
    return target


async def signed_in(target: Target) -> Target:
    """Return the target with its password. Asks the person for it if necessary. Raises `BackendError`."""
    target = await with_password(target, Keyring())
    if not target.needs_password:
        return target
    user = target.settings.user
    if not user:
        raise SettingsError("No user name given.", hint=f"Write user@{target.name}, or use --user.")
    if sys.stdin is None or not sys.stdin.isatty():
        raise ConnectError(
            f"There is no password for {user} on {target.name}, and no terminal to ask for it on.",
            hint="Set HVTUI_PASSWORD, or password_command in the config file.",
        )
    import getpass  # the screen does not need it

    with interrupts_end_it():
        password = Secret(getpass.getpass(f"Password of {user} on {target.name}: "))
    return target.signed_in(user, password)


@asynccontextmanager
async def connected(target: Target, *, one_of_several: bool = False) -> AsyncIterator[Session]:
    """Sign in and open a session. Raises `BackendError`. `one_of_several` as in `open_session`."""
    target = await signed_in(target)
    if target.warning:
        output.warn(f"hvtui: {safe(target.warning)}")
    try:
        async with open_session(target, one_of_several=one_of_several) as session:
            yield session
    except CertificateUntrusted as error:
        raise _how_to_trust(target, error) from error


def _how_to_trust(target: Target, error: CertificateUntrusted) -> CertificateUntrusted:
    if error.changed:
        hint = f"The host now presents {error.fingerprint}. {error.hint} To forget the trusted one: hvtui forget {target.command}"
    else:
        hint = f"{error.hint} To trust it: hvtui trust {target.command} {error.fingerprint}"
    return error.with_message(error.message, hint=hint)
