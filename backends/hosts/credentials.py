"""The password of a host from where its config says, before a person is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.hosts.config import PasswordFrom
from hvtui.backends.hosts.passwords import from_command

if TYPE_CHECKING:
    from hvtui.backends.hosts.passwords import Keyring
    from hvtui.backends.hosts.targets import Target


async def with_password(place: Target, keyring: Keyring) -> Target:
    """As it was where only a person can say. Raises `ConnectError` or `SettingsError`."""
    saved = place.saved
    if saved is None or not place.needs_password or not place.settings.user:
        return place
    if saved.password_command and place.settings.user == saved.user:  # it is that one's password
        return place.signed_in(place.settings.user, await from_command(saved.password_command))
    if saved.password is PasswordFrom.KEYRING and (found := await keyring.find(place.account)):
        return place.signed_in(place.settings.user, found)
    return place
