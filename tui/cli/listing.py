"""Where there is no screen: a host's VMs as a table or as JSON, what stands in the way, and which certificates to trust."""

from __future__ import annotations

import getpass
import json
import re
import sys
from typing import TYPE_CHECKING

from hvtui.backends.contract import Diagnosing, Remote, Trusting
from hvtui.backends.errors import CertificateUntrusted, ConnectError, SettingsError
from hvtui.backends.hosts.credentials import with_password
from hvtui.backends.hosts.passwords import Keyring
from hvtui.backends.secret import Secret
from hvtui.tui.cli.arguments import program_version
from hvtui.tui.text.safe import fit, safe
from hvtui.tui.text.words import state

if TYPE_CHECKING:
    from hvtui.backends.hosts.targets import Target
    from hvtui.backends.model import Inventory


async def listed(place: Target, *, as_json: bool) -> str:
    """Raises `BackendError`."""
    place = _asked(await with_password(place, Keyring()))
    if isinstance(place.backend, Remote) and (warning := place.backend.warning(place.settings)):
        sys.stderr.write(f"hvtui: {safe(warning)}\n")
    try:
        async with place.backend.connect(place.settings) as session:
            inventory = await session.inventory()
    except CertificateUntrusted as error:
        raise _how_to_trust(place, error) from error
    return _json(inventory) if as_json else _table(inventory)


async def diagnosed(place: Target, *, as_json: bool) -> int:
    """Print what stands between hvtui and this host, and give the exit code. Raises `BackendError`."""
    from hvtui.tui.cli.diagnose import report

    backend = place.backend
    if not isinstance(backend, Diagnosing):
        raise SettingsError(f"There is nothing to diagnose: “{backend.name}” looks at no host.")
    settings = _asked(await with_password(place, Keyring())).settings
    return await report(backend.diagnose(settings), version=program_version(), as_json=as_json)


def trust(place: Target, fingerprint: str) -> None:
    """Raises `BackendError`."""
    digits = fingerprint.replace(":", "").upper()
    if not re.fullmatch(r"[0-9A-F]{64}", digits):
        raise SettingsError(
            "That is no SHA-256 fingerprint.",
            hint="It is 32 pairs of hex digits, as hvtui or the host shows it.",
        )
    pairs = ":".join(digits[i : i + 2] for i in range(0, len(digits), 2))
    _trusting(place).trust(place.settings, CertificateUntrusted("", fingerprint=pairs))


def forget(place: Target) -> bool:
    """Whether one was trusted. Raises `BackendError`."""
    return _trusting(place).forget(place.settings)


def _trusting(place: Target) -> Trusting[object]:
    if not isinstance(place.backend, Trusting):
        raise SettingsError(f"Hosts of “{place.backend.name}” show no certificates.")
    return place.backend


def _how_to_trust(place: Target, error: CertificateUntrusted) -> CertificateUntrusted:
    if error.changed:
        hint = f"It shows {error.fingerprint}. {error.hint} To forget: hvtui forget {place.command}"
    else:
        hint = f"{error.hint} To trust it: hvtui trust {place.command} {error.fingerprint}"
    return CertificateUntrusted(
        error.message, fingerprint=error.fingerprint, changed=error.changed, hint=hint
    )


def _asked(place: Target) -> Target:
    if not place.needs_password:
        return place
    if not place.settings.user:
        raise SettingsError("It is not said who signs in.", hint=f"Write user@{place.name}, or use --user.")
    if not sys.stdin.isatty():
        raise ConnectError(
            f"There is no password for {place.settings.user} on {place.name}, and nobody to ask.",
            hint="Set HVTUI_PASSWORD, or password_command in the config file.",
        )
    typed = Secret(getpass.getpass(f"Password of {place.settings.user} on {place.name}: "))
    return place.signed_in(place.settings.user, typed)


def _table(inventory: Inventory) -> str:
    checkpoints = inventory.checkpoints_by_vm()
    return "".join(
        f"{fit(safe(vm.name), 32)}  {state(vm):10}  {len(checkpoints.get(vm.id, ())):>2}  {vm.id}\n"
        for vm in inventory.vms
    )


def _json(inventory: Inventory) -> str:
    checkpoints = inventory.checkpoints_by_vm()
    return (
        json.dumps(
            [
                {
                    "id": vm.id,
                    "name": vm.name,
                    "state": vm.state.value,
                    "current": vm.current,
                    "checkpoints": [
                        {
                            "id": c.id,
                            "name": c.name,
                            "parent": c.parent,
                            "created": c.created.isoformat(),
                            "kind": c.kind.value,
                            "with_memory": c.with_memory,
                        }
                        for c in checkpoints.get(vm.id, ())
                    ],
                }
                for vm in inventory.vms
            ],
            indent=2,
        )
        + "\n"
    )
