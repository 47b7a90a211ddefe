"""Gets the password of a host from the source that its configuration names, before a person is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.hosts.config import PasswordSource
from hvtui.backends.hosts.passwords import from_command

if TYPE_CHECKING:
    from hvtui.backends.hosts.passwords import Keyring
    from hvtui.backends.hosts.target import Target


async def with_password(target: Target, keyring: Keyring) -> Target:
    """Return the target with its password, or unchanged if a person has to be asked for it.

    Raises `ConnectError` or `SettingsError`, the latter for any setting that is wrong.
    """
    if not target.needs_password:
        return target
    target.check_settings()
    saved, user = target.saved, target.settings.user
    if saved is None or not user:
        return target
    # The command prints the password of the saved user.
    if saved.password_command and user == saved.settings.get("user", ""):
        return target.signed_in(user, await from_command(saved.password_command))
    if saved.password is PasswordSource.KEYRING and (found := await keyring.find(target.account)):
        return target.signed_in(user, found)
    return target
