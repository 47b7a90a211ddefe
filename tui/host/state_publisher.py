"""Keeps the state of a host and the operations on it, and shows each change of them on the screen."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.operations import orphans
from hvtui.backends.operations.operation import Operations
from hvtui.tui.host.state import HostState
from hvtui.tui.text.problems import operation_problem, problem

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

    from hvtui.backends.errors import BackendError
    from hvtui.backends.model import VmId
    from hvtui.backends.operations.operation import Operation
    from hvtui.tui.host.state import Viewer
    from hvtui.tui.text.problems import Problem


class StatePublisher:
    def __init__(self, before: StatePublisher | None = None) -> None:
        """It takes the place of `before`, if that is given, and takes over its operations and unread problems.

        Until `before` is left, both show them: the host may have to be signed in to again before that.
        """
        self.state = HostState()
        self.operations = Operations()
        self.failure: BackendError | None = None
        """The error that kept the screen from showing any data of the host; None if there is none."""
        self.left = False
        """Whether the host is no longer on screen."""
        self._viewer: Viewer | None = None
        if before is not None:
            self.operations = before.operations
            unseen = (each for each in before.state.problems if not each.of_readings)
            self.publish(orphans=before.state.orphans, problems=tuple(unseen))
        self.operations.watch(self)
        self.publish_operations()

    def attach(self, viewer: Viewer) -> None:
        """Show the present state on this screen now, and every later state when it is published."""
        self._viewer = viewer
        viewer.show_state(self.state)

    def leave(self) -> None:
        """Publish nothing from now on, even if operations are still running."""
        self.left = True
        self.operations.unwatch(self)

    @property
    def highlighted(self) -> VmId | None:
        return self._viewer.vm_id if self._viewer else None

    @property
    def disk_key(self) -> object:
        """A value that changes whenever the highlighted VM may have other disk files."""
        return self.state.disk_key(self.highlighted)

    def vms_on_screen(self) -> Collection[VmId]:
        return self._viewer.vms_on_screen() if self._viewer else ()

    def publish(self, **changes: Any) -> None:
        """Change these fields of the state."""
        if self.left:
            return
        # Comparing two inventories takes long, and a new one is always shown.
        if "inventory" in changes or any(
            value != getattr(self.state, name) for name, value in changes.items()
        ):
            self.state = replace(self.state, **changes)
            if self._viewer:
                self._viewer.show_state(self.state)

    def publish_operations(self) -> None:
        inventory, running = self.state.inventory, dict(self.operations.running)
        self.publish(
            running=MappingProxyType(running),
            finished=tuple(self.operations.finished),
            other_work=tuple(orphans.other_work(inventory, running)) if inventory else (),
        )

    def take_ended(self, operation: Operation) -> None:
        if (failed := operation_problem(operation)) is not None:
            self.add_problem(failed)

    def add_problem(self, added: Problem) -> None:
        self.publish(problems=(*self.state.problems, added))

    def report(self, error: BackendError) -> None:
        """Show an error that is not from a reading or a command."""
        self.add_problem(problem(error))

    def mark_read(self, read: Problem) -> None:
        self.publish(problems=tuple(each for each in self.state.problems if each is not read))
