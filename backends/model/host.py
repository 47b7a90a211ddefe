"""A host, and the operations that are running on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from datetime import datetime

    from hvtui.backends.model.ids import VmId
    from hvtui.backends.model.vms import Activity


class Volume(Struct, frozen=True, kw_only=True):
    """A volume of the host that contains files of VMs."""

    name: str
    """A drive letter or a mount point: ``D:``, ``C:\\ClusterStorage\\Volume1``."""
    size: int
    free: int


class Host(Struct, frozen=True, kw_only=True):
    """A Hyper-V host."""

    name: str
    full_name: str = ""
    """The name that the machine gives itself, with its domain, by whatever name it is connected to; "" if unknown."""
    system: str = ""
    """The operating system as the host names it, "" when it could not be read."""
    utc_offset_minutes: int | None = None
    """The present UTC offset of the host's time zone; None when it is not known."""
    volumes: tuple[Volume, ...] = ()
    cluster: str = ""
    """The cluster that this host is a node of, or ""."""
    nodes: tuple[str, ...] = ()
    """The names of all nodes of its cluster, as far as they were read."""
    unread: tuple[str, ...] = ()
    """What could not be read of the host, each as a sentence with the host's own words."""
    trouble: str = ""
    """Why this host, one of several, cannot be read now, as a sentence; "" if it can."""
    advice: str = ""
    """What can be done about that trouble, as sentences; "" if nothing is known."""
    needs_sign_in: bool = False
    """This host, one of several, is not tried again before a person signs in, or trusts its certificate."""
    same_as: str = ""
    """The one of several hosts that is the same machine, and that the VMs are listed with; "" if it is no such one."""
    incomplete: str = ""
    """Why this host, one of several, may have VMs that are not listed; "" if it listed all."""
    label: str = ""
    """The label with which this host, one of several, is saved; "" if none."""
    read_only: bool = False
    """Every change of this host, one of several, is refused."""
    jobs_unread: bool = False
    """The jobs of this host, one of several, are not known."""
    taken: datetime | None = None
    """The time of the last reading of this host; None if that is the time of the inventory."""

    @property
    def full_cluster(self) -> str:
        """The name of its cluster with the domain, in which it is unique; "" if one of them is not known."""
        _, _, domain = self.full_name.partition(".")
        return f"{self.cluster}.{domain}".casefold() if self.cluster and domain else ""


class Job(Struct, frozen=True, kw_only=True):
    """An operation that is running on the host, started by hvtui or by anything else."""

    id: str
    vm_id: VmId | None
    activity: Activity
    percent: int | None = None
    started: datetime | None = None


class OrphanedWrite(Struct, frozen=True, kw_only=True):
    """A write to a VM of this host whose answer was never received, by this hvtui or an earlier one."""

    id: str
    vm_id: VmId
    verb: str
    target: str
    """The id of a checkpoint, or the name of a new one."""
    started: datetime
    running: bool
    """The process that executes the write exists or may exist: no other write may be sent for this VM."""
    reported: bool = False
    """The person has been informed: this session raised `OutcomeUnknown` for it, or another node showed its outcome."""
    may_be_elsewhere: bool = False
    """If this host does not list the VM, another node of its cluster may, and that one shows the outcome."""
    node: str = ""
    """The other node of the cluster that it was sent to, before the VM came to this host; "" if it was sent to this one."""
    succeeded: bool | None = None
    """Whether it succeeded, by the record that a server keeps of it; None where there is no such record."""
    words: str = ""
    """Why it did not succeed, in the words of that record."""


class HostDetails(Struct, frozen=True, kw_only=True):
    """What is known of a host besides its VMs. It is read apart from them, so that it hardly delays them."""

    host: Host
    jobs: tuple[Job, ...] | None = None
    """The jobs that are running; None if they were not read."""
    clustered: frozenset[VmId] | None = None
    """The VMs of a failover cluster; None if this was not read."""
    unclustered: frozenset[VmId] = frozenset()
    """VMs that this node of a cluster said to be in none. Those that are in neither may have come to it since."""

    @property
    def full_cluster(self) -> str | None:
        """The name of its cluster with the domain; "" if it is in none, None if that is not known."""
        is_known = not self.host.cluster and self.clustered is not None
        return self.host.full_cluster or ("" if is_known else None)
