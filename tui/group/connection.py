"""The connections to the hosts of a group, which screens use as they use the connection to one host."""

from __future__ import annotations

import asyncio
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from hvtui.backends.errors import ConnectionLost
from hvtui.backends.hosts.sign_ins import SignIns, sign_in_of
from hvtui.backends.operations.operation import operation_on_any
from hvtui.backends.operations.readings.joined import Part, join_inventories, owners_of
from hvtui.backends.operations.readings.same_ids import SameIds, with_own_ids
from hvtui.tui.group.joined_state import joined_state
from hvtui.tui.group.lost_vms import LostVms
from hvtui.tui.group.member import Member
from hvtui.tui.host.state import HostState
from hvtui.tui.text.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from hvtui.backends.errors import BackendError
    from hvtui.backends.hosts.target import Group, Target
    from hvtui.backends.model import CheckpointId, DiskReading, Inventory, VmId
    from hvtui.backends.operations.command import Command, Selection
    from hvtui.backends.operations.operation import Operation, Operations
    from hvtui.backends.operations.readings.polling import Pauses
    from hvtui.tui.host.active_session import ActiveSession
    from hvtui.tui.host.state import Viewer
    from hvtui.tui.text.problems import Problem

JOIN_SECONDS = 0.2
"""The shortest pause between two joined states: many hosts may be read at about the same time."""


class GroupConnection:
    """Connects to each host by itself. None of them waits for another one."""

    def __init__(self, group: Group, clock: Callable[[], datetime], pauses: Pauses | None = None) -> None:
        self.target, self.clock = group, clock
        self.state = HostState()
        self.failure: BackendError | None = None
        """Always None: what fails is one of the hosts, and is shown with it."""
        self.opened = asyncio.Event()
        self._viewer: Viewer | None = None
        self._problems: tuple[Problem, ...] = ()
        self._owners: dict[VmId, Member] = {}
        self._inventory: Inventory | None = None
        self._looked: dict[VmId, tuple[ActiveSession, int]] = {}
        """For each VM with an open outcome: the session and the poll of its present node after which it was last looked for."""
        self._lost_vms, self._same_ids = LostVms(), SameIds()
        self._changed = False
        """A state has changed since all were joined."""
        self._joining: asyncio.TimerHandle | None = None
        self._pause = 0.0
        """Seconds from one joined state to the next: `JOIN_SECONDS` once there were VMs, the first of which are shown at once."""
        self._left = False
        sign_ins = SignIns()
        self.members = [
            Member(
                target,
                clock=clock,
                pauses=pauses,
                viewer=self,
                changed=self._take,
                sign_ins=sign_ins,
                elsewhere=self._read_elsewhere,
                find_operation=self._find_operation,
            )
            for target in group.targets
        ]
        self._parts = [Part(host=member.name) for member in self.members]

    async def run(self) -> None:
        """Keep the hosts connected until this is cancelled, and close their sessions."""
        self._join()
        self.opened.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                for member in self.members:
                    tasks.create_task(member.run(), name=f"host {member.name}")
        finally:
            if self._joining:
                self._joining.cancel()

    def leave(self) -> None:
        self._left = True
        for member in self.members:
            member.leave()

    def hang_up(self) -> None:
        for member in self.members:
            if member.connection:
                member.connection.hang_up()

    def attach(self, viewer: Viewer) -> None:
        self._viewer = viewer
        viewer.show_state(self.state)

    # ---- requests of the person ----

    def selection(self, vm_id: VmId | None, checkpoint_id: CheckpointId | None) -> Selection:
        """Return what is selected, in the last reading of the host that the VM is on."""
        owner = self._owners.get(vm_id) if vm_id else None
        if vm_id is None or owner is None or owner.connection is None:
            return self.state.selection(vm_id, checkpoint_id)
        selected = owner.connection.selection(vm_id, checkpoint_id)
        if selected.vm is None:  # it has left this node, and is listed until the others were read
            selected = replace(selected, inventory=self._inventory)
        lost = self._open_elsewhere().get(vm_id)
        selected = replace(selected, running=self.state.commands, open_elsewhere=lost[0] if lost else None)
        if selected.capabilities and self._is_locked(owner):
            return replace(selected, capabilities=replace(selected.capabilities, read_only=True))
        return selected

    def refresh(self) -> None:
        """Read all hosts as soon as possible, but those that refuse the sign-in: another try could lock the account."""
        for member in self.members:
            member.retry()
            if member.connection and not member.needs_sign_in:
                member.connection.refresh()

    @property
    def can_stop_trying(self) -> bool:
        return any(member.connection and member.connection.can_stop_trying for member in self.members)

    def stop_trying(self) -> None:
        for member in self.members:
            if member.connection and member.connection.can_stop_trying:
                member.connection.stop_trying()

    def start(self, command: Command, before: Selection) -> bool:
        """Run a command on the host of its VM. Returns False if another one is running on the VM, on any host."""
        owner = self._owners.get(command.vm.id)
        if owner is None or owner.connection is None or command.vm.id in self.state.running:
            return False
        if self._is_locked(owner):
            return False
        return owner.connection.start(command, before)

    def _is_locked(self, member: Member) -> bool:
        """Return whether the machine is read-only under one of its names."""
        hosts = self._inventory.hosts if self._inventory else ()
        return any(host.read_only for host in hosts if host.name == member.name)

    def mark_read(self, read: Problem) -> None:
        self._problems = tuple(each for each in self._problems if each is not read)
        for member in self.members:
            if member.connection and any(each is read for each in member.state.problems):
                member.connection.mark_read(read)
        self._join()

    def report(self, error: BackendError, *, host: str = "") -> None:
        """Show an error of one of the hosts, or of none of them."""
        self._problems = (*self._problems, problem(error, host=host))
        self._join()

    def read_disks(self, vm_id: VmId | None) -> None:
        owner = self._owners.get(vm_id) if vm_id else None
        if owner is not None and owner.connection is not None:
            owner.connection.read_disks(vm_id)

    def tick(self) -> None:
        for member in self.members:
            if member.connection:
                member.connection.tick()

    # ---- signing in ----

    def share_password(self, signed_in: Target) -> None:
        """Use an accepted password for the other hosts that wait for one of the same user. It is tried once on each.

        A host that is signed in to in another way, or that a person is warned of first, asks for it by itself.
        """
        user, password = signed_in.settings.user, signed_in.settings.password
        for member in self.members:
            alike = sign_in_of(member.target) == sign_in_of(signed_in) and not member.target.warning
            if member.takes_accepted_password and alike:
                member.connect(member.target.signed_in(user, password))

    # ---- the joined state ----

    @property
    def vm_id(self) -> VmId | None:
        highlighted = self._viewer.vm_id if self._viewer else None
        return None if highlighted in self._same_ids.shared else highlighted

    def vms_on_screen(self) -> Collection[VmId]:
        return self._viewer.vms_on_screen() if self._viewer else ()

    def show_state(self, state: HostState) -> None:
        """Does nothing: members show their states through `changed`."""

    def _take(self) -> None:
        """Join the states: at once if that was not done lately, else a little later."""
        self._changed = True
        if self._joining is None and not self._left:
            self._join()
            self._joining = asyncio.get_running_loop().call_later(self._pause, self._join_later)

    def _join_later(self) -> None:
        self._joining = None
        if self._changed:
            self._take()

    def _join(self) -> None:
        self._changed = False
        if self._left:
            return
        parts = [member.part for member in self.members]
        members = {member.name: member for member in self.members}
        for host in self._lost_vms.update(parts, self._parts):
            self._read_others(members[host])
        parts = self._lost_vms.kept_in(parts, self._parts)
        if any(map(_differ, parts, self._parts)):
            self._join_parts(parts, members)
        state = joined_state(self.members, self._inventory, self._problems, self._find_operation)
        if shared := self._same_ids.shared:
            state = replace(state, disk_readings=_without(state.disk_readings, shared))
        if state.inventory is not self.state.inventory or state != self.state:
            self.state = state
            if self._viewer:
                self._viewer.show_state(state)

    def _join_parts(self, parts: list[Part], members: Mapping[str, Member]) -> None:
        """Make one inventory of the new readings, and find out which host each VM is on."""
        for host in self._same_ids.update(parts, self._parts):
            if (active := members[host].active) is not None:
                active.read_again()
        shared = self._same_ids.shared
        self._inventory = join_inventories(self.target.name, with_own_ids(parts, shared), self.clock())
        self._owners = {
            vm_id: members[part.host] for vm_id, part in owners_of(parts).items() if vm_id not in shared
        }
        if self._owners:
            self._pause = JOIN_SECONDS
        self._parts = parts
        self._look_again()

    # ---- outcomes of commands on VMs that another node has now ----

    async def _read_elsewhere(self, member: Member, vm_id: VmId) -> Inventory | None:
        """Read a VM on the node that it is on now; None unless another node is known to have it. Raises `BackendError`."""
        owner = self._owners.get(vm_id)
        if owner is None or owner is member or vm_id in self._same_ids.perhaps_shared:
            return None
        if owner.active is None:
            raise ConnectionLost(f"There is no connection to {owner.name}.")
        found = await owner.active.read_vm(vm_id)
        return found if found.vm(vm_id) or found.unread_of(vm_id) else None

    def _look_again(self) -> None:
        """Read VMs with open outcomes that another node has now, once after each poll of that node."""
        elsewhere = self._open_elsewhere()
        self._looked = {vm_id: looked for vm_id, looked in self._looked.items() if vm_id in elsewhere}
        for vm_id, (_, operations) in elsewhere.items():
            session = self._owners[vm_id].active
            if vm_id in self._same_ids.perhaps_shared:
                continue
            if session is not None and self._looked.get(vm_id) != (session, session.polls):
                self._looked[vm_id] = session, session.polls
                session.look_again([vm_id], operations)

    def _open_elsewhere(self) -> dict[VmId, tuple[Command, Operations]]:
        """Return VMs that moved while a command's outcome is open, with it and all operations of the node it was sent to."""
        return {
            operation.command.vm.id: (operation.command, member.connection.operations)
            for member in self.members
            if member.connection
            for operation in member.connection.operations.open
            if self._owners.get(operation.command.vm.id) not in (None, member)
        }

    def _find_operation(self, vm_id: VmId, sent_at: datetime) -> tuple[Operations, Operation] | None:
        connections = (member.connection for member in self.members)
        return operation_on_any((each.operations for each in connections if each), vm_id, sent_at)

    def _read_others(self, lost_by: Member) -> None:
        for member in self.members:
            is_other = member is not lost_by and member.cluster == lost_by.cluster
            if is_other and member.active:
                member.active.read_again()


def _differ(part: Part, other: Part) -> bool:
    return (
        part.inventory is not other.inventory
        or part.trouble != other.trouble
        or part.needs_sign_in != other.needs_sign_in
    )


def _without(readings: Mapping[VmId, DiskReading], ids: Collection[VmId]) -> Mapping[VmId, DiskReading]:
    return MappingProxyType({vm_id: found for vm_id, found in readings.items() if vm_id not in ids})
