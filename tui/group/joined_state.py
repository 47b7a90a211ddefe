"""Joins the states of several hosts to one, which a screen shows as it shows that of one host."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from hvtui.tui.host.state import HostState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hvtui.backends.model import Inventory, VmId
    from hvtui.backends.operations.orphans import OtherWork
    from hvtui.tui.group.member import Member
    from hvtui.tui.host.earlier_writes import FindOperation
    from hvtui.tui.text.problems import Problem

V = TypeVar("V")


def joined_state(
    members: Sequence[Member],
    inventory: Inventory | None,
    problems: tuple[Problem, ...],
    find_operation: FindOperation,
) -> HostState:
    """Return the state of all hosts; `inventory` is that of all, `problems` are those of none in particular.

    Why one host cannot be read is in `Host.trouble`. The state has a failure only if every host has one.
    """
    states = [member.state for member in members]
    aliases = {host.name for host in inventory.hosts if host.same_as} if inventory else set()
    without_aliases = [member.state for member in members if member.name not in aliases]
    failures = [member.failure or member.state.failure for member in members]
    on_screen = [member.state for member in members if member.vms_on_screen()]
    readings = [state for state in on_screen if not state.stale] or on_screen
    ended = [operation for state in states for operation in state.finished]
    return HostState(
        inventory=inventory,
        oldest_reading=min(
            (state.oldest_reading for state in readings if state.oldest_reading), default=None
        ),
        capabilities=next((state.capabilities for state in states if state.capabilities), None),
        warning="  ".join(
            f"{member.name}: {member.state.warning}" for member in members if member.state.warning
        ),
        failure=failures[0] if all(failures) else None,
        retries=not all(member.needs_person for member in members),
        reconnecting=all(state.reconnecting for state in states),
        waiting_hosts={
            member.name: member.state.waiting_seconds for member in members if member.state.waiting_seconds
        },
        disk_readings=_union([state.disk_readings for state in states]),
        running=_union([state.running for state in states]),
        finished=tuple(
            sorted(ended, key=lambda operation: operation.ended or operation.started, reverse=True)
        ),
        orphans=tuple(orphan for state in without_aliases for orphan in state.orphans),
        other_work=tuple(
            work
            for state in without_aliases
            for work in state.other_work
            if not _is_of_this_hvtui(work, find_operation)
        ),
        problems=(
            *problems,
            *(each for state in states for each in state.problems if not each.of_readings),
        ),
    )


def _is_of_this_hvtui(work: OtherWork, find_operation: FindOperation) -> bool:
    """Return whether one host found the record of a write that this hvtui sent to another one, which shows it."""
    orphan = work.orphan
    if orphan is None or not orphan.node:
        return False
    return find_operation(work.vm.id, orphan.started) is not None


def _union(maps: Sequence[Mapping[VmId, V]]) -> Mapping[VmId, V]:
    return MappingProxyType({vm_id: value for each in maps for vm_id, value in each.items()})
