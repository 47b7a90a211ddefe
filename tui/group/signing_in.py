"""Asks the person for what the hosts of a group need before they can be connected to: passwords, and trust."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hvtui.backends.errors import AuthenticationFailed, BackendError
from hvtui.backends.operations.polling import PollingStopped
from hvtui.tui.screens.connecting import Connecting

if TYPE_CHECKING:
    from hvtui.backends.hosts.targets import Targets
    from hvtui.tui.dialogs.dialog_app import DialogApp
    from hvtui.tui.group.connection import GroupConnection
    from hvtui.tui.group.member import Member


class SigningIn:
    def __init__(self, app: DialogApp, targets: Targets, group: GroupConnection) -> None:
        self._group = group
        self._app, self._targets = app, targets
        self._refused: set[str] = set()

    def member(self, host: str) -> Member | None:
        return next((member for member in self._group.members if member.name == host), None)

    async def ask_for_passwords(self) -> None:
        """Ask for the password of each user that hosts wait for. An accepted one serves all hosts of that user."""
        for member in self._group.members:
            await member.prepared.wait()
            if member.waits_for_sign_in and not await self.sign_in(member):
                return

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
            self._group.report(error, host=member.name)
            return False
        if connection is None:
            return False
        self._group.share_password(member.target)
        return True
