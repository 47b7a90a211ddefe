"""Asks the person for what the hosts of a group need before they can be connected to: passwords, and trust."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from hvtui.backends.contract import HostChecking
from hvtui.backends.errors import AuthenticationFailed, BackendError, CertificateUntrusted
from hvtui.backends.operations.readings.polling import PollingStopped
from hvtui.tui.screens.connecting import Connecting

if TYPE_CHECKING:
    from hvtui.backends.hosts.targets import Targets
    from hvtui.tui.dialogs.dialog_app import DialogApp
    from hvtui.tui.group.connection import GroupConnection
    from hvtui.tui.group.member import Member


SILENT_SECONDS = 2.0
"""After so long, the hosts that have not answered are asked for last."""


class SigningIn:
    def __init__(self, app: DialogApp, targets: Targets, group: GroupConnection) -> None:
        self._group = group
        self._app, self._targets = app, targets
        self._refused: set[str] = set()

    def member(self, host: str) -> Member | None:
        return next((member for member in self._group.members if member.name == host), None)

    async def ask_for_passwords(self) -> None:
        """Ask for the password of each user that hosts wait for. An accepted one serves all hosts of that user.

        A host that cannot be reached is not asked for: its row says why.
        """
        for member in self._group.members:
            await member.password_looked_for.wait()
        waiting = [member for member in self._group.members if member.waits_for_sign_in]
        reached = {member: asyncio.create_task(_is_reached(member)) for member in waiting}
        try:
            if reached:
                await asyncio.wait(reached.values(), timeout=SILENT_SECONDS)
            for member in sorted(waiting, key=lambda member: not reached[member].done()):
                if await reached[member] and member.waits_for_sign_in and not await self.sign_in(member):
                    return
        finally:
            for task in reached.values():
                task.cancel()

    async def sign_in(self, member: Member) -> bool:
        """Ask for what one host needs, and connect to it. Returns whether it is connected."""
        connecting = Connecting(
            self._app,
            self._targets,
            connect=partial(member.connect, by_person=True),
            disconnect=lambda: None,
            show=lambda words: None,
            refused=self._refused,
        )
        failure = member.failure or member.state.failure
        if isinstance(failure, PollingStopped) and member.connection:
            member.connection.refresh()
            return True
        if isinstance(failure, AuthenticationFailed):
            self._refused.add(member.target.id)
        try:
            connection = await connecting.connect(member.target, offer_to_save=False)
        except BackendError as error:
            if member.target.needs_password:
                member.fail(error)
            self._group.report(error, host=member.name)
            return False
        if connection is None:
            return False
        self._group.share_password(member.target)
        return True


async def _is_reached(member: Member) -> bool:
    """Return whether the host can be reached. If not, the member says why."""
    backend = member.target.backend
    if not isinstance(backend, HostChecking):
        return True
    try:
        await backend.check_host(member.target.settings)
    except CertificateUntrusted:
        return True  # the person is asked whether to trust it
    except BackendError as error:
        member.fail(error)
        return False
    return True
