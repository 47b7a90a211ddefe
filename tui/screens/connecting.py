"""The way to a host: its password, its certificate, and what a person is asked on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import Remote, Trusting
from hvtui.backends.errors import AuthenticationFailed, BackendError, CertificateUntrusted, ConnectError
from hvtui.backends.hosts.config import PasswordFrom
from hvtui.backends.hosts.credentials import with_password
from hvtui.backends.hosts.passwords import Keyring
from hvtui.backends.secret import Secret, redact
from hvtui.tui.dialogs.error import ErrorDialog
from hvtui.tui.dialogs.password import PasswordDialog
from hvtui.tui.dialogs.save_host import SaveHostDialog
from hvtui.tui.dialogs.trust import TrustDialog
from hvtui.tui.text.problems import problem
from hvtui.tui.text.safe import safe

if TYPE_CHECKING:
    from hvtui.backends.hosts.targets import Target, Targets
    from hvtui.tui.host import Connection
    from hvtui.tui.screens.hosts import HostsScreen


class Reaching:
    def __init__(self, screen: HostsScreen, places: Targets) -> None:
        self._screen, self._places = screen, places
        self._keyring = Keyring()
        self._refused: set[str] = set()
        """Where the password that was found was refused: it is not tried again, as that locks accounts."""
        self._unsent: tuple[Target, tuple[Target, bool]] | None = None
        """Where a certificate was not trusted, and how it was signed in there: nobody need type it again."""

    async def reach(self, place: Target, *, offer_to_save: bool) -> None:
        """Go to the host's own screen; or stay, where the person says so. Raises `BackendError`."""
        unsent, self._unsent = self._unsent, None
        signed_in = unsent[1] if unsent and unsent[0] == place else await self._signed_in(place)
        if signed_in is None:
            self._screen.say("")
            return
        wanted, (place, keep) = place, signed_in
        connection = await self._connected(place)
        if connection is None:
            self._unsent = wanted, signed_in
            self._screen.say("Nothing was sent to it.")
            return
        try:
            if keep:
                await self._keyring.store(place.account, place.settings.password)
            elif offer_to_save:
                await self._offer_to_save(place)
        except BackendError as error:
            connection.untold.append(problem(error))
        app = self._screen.app
        while app.screen is not self._screen:
            app.pop_screen()  # the help, or the palette, which was opened meanwhile
        app.switch_screen(connection.main)

    async def _signed_in(self, place: Target) -> tuple[Target, bool] | None:
        """And whether the password is to be kept. None: the person does not want to go there."""
        why, keyring_works = "", True
        if place.remote and place.id in self._refused:
            place, why = place.signed_in(place.settings.user, Secret("")), "The last password was refused."
        elif place.needs_password:
            self._screen.say(f"Looking for the password of {safe(place.name)}… Escape cancels it.")
            try:
                place = await with_password(place, self._keyring)
            except ConnectError as error:
                why, keyring_works = f"{error.message} {redact(error.detail)}".strip(), False
        if not place.needs_password:
            return place, False
        self._screen.say("")
        can_keep = keyring_works and place.saved is not None and place.saved.password is PasswordFrom.KEYRING
        asked = PasswordDialog(place.name, place.settings.user, why=why, can_keep=can_keep)
        answer = await self._screen.app.open(asked)
        return (place.signed_in(answer.user, answer.password), answer.keep) if answer else None

    async def _connected(self, place: Target) -> Connection | None:
        """None: the person does not trust its certificate. Raises `BackendError`."""
        while True:
            self._screen.say(f"Connecting to {safe(place.name)}… Escape cancels it.")
            if isinstance(place.backend, Remote) and (warning := place.backend.warning(place.settings)):
                self._screen.notify(safe(warning), severity="warning", markup=False)
            connection = self._screen.app.connect(place)
            await connection.opened.wait()
            failure = connection.failure
            if failure is None:
                return connection
            self._screen.app.leave()
            if isinstance(failure, AuthenticationFailed):
                self._refused.add(place.id)
            if not isinstance(failure, CertificateUntrusted) or not isinstance(place.backend, Trusting):
                raise failure
            if failure.changed:
                failure.hint = f"{failure.hint} To forget it: hvtui forget {place.command}"
                await self._screen.app.open(ErrorDialog(problem(failure)))
                raise failure
            if not await self._screen.app.open(TrustDialog(failure)):
                return None
            place.backend.trust(place.settings, failure)

    async def _offer_to_save(self, place: Target) -> None:
        has_password = bool(place.settings.password)
        why_not = await self._keyring.why_not() if has_password else ""
        taken = [saved.name for saved in self._places.saved()]
        asked = SaveHostDialog(place.name, taken, can_keep=has_password and not why_not, why_not=why_not)
        answer = await self._screen.app.open(asked)
        if answer is None:
            return
        self._places.save(place, answer.name, answer.password)
        if answer.password is PasswordFrom.KEYRING:
            await self._keyring.store(place.account, place.settings.password)
