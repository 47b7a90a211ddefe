"""Connects to a chosen host: finds its password, checks its certificate, and asks the person if necessary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.contract import HostChecking, Trusting
from hvtui.backends.errors import AuthenticationFailed, BackendError, CertificateUntrusted, ConnectError
from hvtui.backends.hosts.config import PasswordSource
from hvtui.backends.hosts.credentials import with_password
from hvtui.backends.hosts.passwords import Keyring
from hvtui.backends.secret import Secret, redact
from hvtui.tui.dialogs.hosts.password import PasswordDialog
from hvtui.tui.dialogs.hosts.save_host import SaveHostDialog
from hvtui.tui.dialogs.hosts.trust import CertificateChangedDialog, TrustDialog
from hvtui.tui.text.safe import SafeText, compose

if TYPE_CHECKING:
    from collections.abc import Callable

    from hvtui.backends.hosts.target import Target
    from hvtui.backends.hosts.targets import Targets
    from hvtui.tui.connection import Connection
    from hvtui.tui.dialogs.dialog_app import DialogApp
    from hvtui.tui.dialogs.hosts.save_host import Save


class Connecting:
    def __init__(
        self,
        app: DialogApp,
        targets: Targets,
        *,
        connect: Callable[[Target], Connection],
        disconnect: Callable[[], None],
        show: Callable[[SafeText], None],
        refused: set[str] | None = None,
    ) -> None:
        """`show` displays the progress. `refused` are the ids of targets whose password was refused before."""
        self._app, self._targets = app, targets
        self._connect, self._disconnect, self._show = connect, disconnect, show
        self._keyring = Keyring()
        self._refused_targets = refused if refused is not None else set()
        """The password of these is not sent again, because repeated failures lock accounts."""

    async def connect(self, target: Target, *, offer_to_save: bool) -> Connection | None:
        """Return the open connection; None if the person cancels. Raises `BackendError`."""
        sign_in = await self._sign_in(target)
        if sign_in is None:
            return None
        target, keep = sign_in
        connection = await self._open(target)
        if connection is None:
            return None
        try:
            if keep:
                await self._keyring.store(target.account, target.settings.password)
            elif offer_to_save and (answer := await self._ask_to_save(target)) is not None:
                saved = self._targets.save(
                    target, answer.name, answer.password, label=answer.label, read_only=answer.read_only
                )
                if answer.label or answer.read_only:  # both are in force from the start of a connection
                    self._disconnect()
                    connection = None
                    connection = await self._open(saved)
                if answer.password is PasswordSource.KEYRING:
                    await self._keyring.store(target.account, target.settings.password)
        except BackendError as error:
            if connection is None:
                raise
            connection.report(error)
        return connection

    async def _sign_in(self, target: Target) -> tuple[Target, bool] | None:
        """Return the target with its password, and whether to keep that in the keyring; None if the person cancels."""
        why, keyring_works = "", True
        if target.remote and target.id in self._refused_targets:
            target, why = target.signed_in(target.settings.user, Secret("")), "The last password was refused."
        elif target.needs_password:
            self._show(self._cancellable("Looking for the password of {name}… {key} cancels it.", target))
            try:
                target = await with_password(target, self._keyring)
            except ConnectError as error:
                why, keyring_works = f"{error.message} {redact(error.detail)}".strip(), False
        if not target.needs_password:
            return target, False
        if not await self._may_ask_for_password(target):
            return None
        self._show(SafeText(""))
        saved = target.saved
        can_keep = keyring_works and saved is not None and saved.password is PasswordSource.KEYRING
        why = f"{why} {target.warning}".strip()
        dialog = PasswordDialog(target.name, target.settings.user, why=why, can_keep=can_keep)
        answer = await self._app.open(dialog)
        return (target.signed_in(answer.user, answer.password), answer.keep) if answer else None

    async def _may_ask_for_password(self, target: Target) -> bool:
        """Check that the host is there and that its certificate is trusted, before a password is typed for it.

        Return False if the person does not trust the certificate. Raises `BackendError`.
        """
        if not isinstance(target.backend, HostChecking):
            return True
        while True:
            self._show(self._cancellable("Connecting to {name}… {key} cancels it.", target))
            try:
                await target.backend.check_host(target.settings)
            except CertificateUntrusted as error:
                if not await self._trusts(target, error):
                    return False
            else:
                return True

    async def _open(self, target: Target) -> Connection | None:
        """Return the open connection; None if the person does not trust the certificate. Raises `BackendError`."""
        while True:
            self._show(self._cancellable("Connecting to {name}… {key} cancels it.", target))
            if target.warning:
                self._app.notify(compose("{words}", words=target.warning), severity="warning", markup=False)
            connection = self._connect(target)
            await connection.opened.wait()
            failure = connection.failure
            if failure is None:
                return connection
            self._disconnect()
            if isinstance(failure, AuthenticationFailed):
                self._refused_targets.add(target.id)
            if not isinstance(failure, CertificateUntrusted):
                raise failure
            if not await self._trusts(target, failure):
                return None

    async def _trusts(self, target: Target, error: CertificateUntrusted) -> bool:
        """Ask the person whether to trust the certificate. Raises the error if it cannot be trusted from here."""
        if not isinstance(target.backend, Trusting):
            raise error
        if error.changed:
            error = error.with_message(
                error.message, hint=f"{error.hint} To forget it: hvtui forget {target.command}"
            )
            await self._app.open(CertificateChangedDialog(error))
            raise error
        if await self._app.open(TrustDialog(error)):
            target.backend.trust(target.settings, error)
            return True
        self._show(SafeText("Nothing was sent to it."))
        return False

    def _cancellable(self, words: str, target: Target) -> SafeText:
        """Return the words with the target and the key that cancels."""
        return compose(words, name=target.name, key=self._app.key_of("hosts.back"))

    async def _ask_to_save(self, target: Target) -> Save | None:
        """Ask the person whether to save the target, and how; return None if it is not to be saved."""
        has_password = bool(target.settings.password)
        why_not = await self._keyring.why_not() if has_password else ""
        taken = [saved.name for saved in self._targets.saved()]
        dialog = SaveHostDialog(target.name, taken, can_keep=has_password and not why_not, why_not=why_not)
        return await self._app.open(dialog)
