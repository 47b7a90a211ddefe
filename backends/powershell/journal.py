"""The journal of writes: one file for each write, created before it is sent and removed once its outcome is known.

From the journal, a later hvtui learns which writes an earlier one had sent when it ended. While a hvtui waits for the
outcome, it holds a lock on a file beside the record; the operating system releases the lock when the process ends.
"""

from __future__ import annotations

import json
import logging
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import asdict, fields, replace

from hvtui.backends import atomic
from hvtui.backends.errors import BackendError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from filelock import BaseFileLock

    from hvtui.backends.powershell.agent import Process

_log = logging.getLogger(__name__)


class Entry(Struct, frozen=True, kw_only=True):
    """The record of one write. The VM is identified by `vm_id` together with `host`, `machine` or `cluster`."""

    id: str
    host: str
    vm_id: str
    verb: str
    target: str
    process: int
    process_started: str
    sent: str
    """ISO 8601, UTC."""
    handle: str = ""
    """The handle of the agent's link: it identifies the process to later links to the host."""
    job: str = ""
    """The id of the job on a server that executes the write, and that survives the process; "" if there is none."""
    machine: str = ""
    """The name that the host gives itself, by whatever name it is connected to; "" if it was not known."""
    cluster: str = ""
    """The full name of the failover cluster on whose nodes the VM may be; "" if it is in none, or if it was not known."""
    seen: str = ""
    """When the outcome was shown on another node, to which the VM had moved (ISO 8601, UTC); "" if it was not."""

    @property
    def sent_at(self) -> datetime:
        return datetime.fromisoformat(self.sent)


class Journal:
    """The writes to one host. Its folder is shared by all hosts and by every hvtui of this user."""

    def __init__(self, folder: Path, host: str) -> None:
        self._folder = folder
        self._host = host
        self._machine = ""
        self.cluster: str | None = None
        """The full name of the failover cluster whose node the host is; "" if it is in none, None if it is not known."""
        self.may_learn_cluster = True
        """Whether the cluster, if it is not known, is not known yet: the host was not asked for it."""
        self._vm_ids: set[str] = set()
        self._unclustered: Collection[str] = ()
        self._locks: dict[str, BaseFileLock] = {}
        self._closed: set[str] = set()
        """The ids of closed records whose files could not be removed yet."""
        self.unreadable: tuple[Path, ...] = ()
        """The records that the last `entries` could not read. They may be about any VM of this host."""

    def know_machine(self, full_name: str, cluster: str | None = None) -> None:
        """Take the name that the host gives itself, and that of its cluster: "" if it is in none, None if it is not known.

        Writes that were sent to the host by another name, or to another node of the cluster, are found by them.
        """
        self._machine = full_name.casefold() or self._machine
        self.cluster = self.cluster if cluster is None else cluster
        self.may_learn_cluster = False

    def know_vms(self, vm_ids: Iterable[str]) -> None:
        """Take the ids of VMs that the host lists: another machine may give itself the same name."""
        self._vm_ids.update(vm_ids)

    def know_unclustered(self, vm_ids: Collection[str]) -> None:
        """Take the ids of the VMs that never move to another node, although the host is a node of a cluster."""
        self._unclustered = vm_ids

    def open(self, *, vm_id: str, verb: str, target: str, process: Process) -> Entry:
        """Record a write before it is sent. Raises `BackendError`, and then the write must not be sent."""
        self.check_readable()
        entry = Entry(
            id=secrets.token_hex(8),
            host=self._host,
            vm_id=vm_id,
            verb=verb,
            target=target,
            process=process.id,
            process_started=process.started,
            sent=datetime.now(UTC).isoformat(),
            handle=process.handle,
            machine=self._machine,
            cluster="" if vm_id in self._unclustered else self.cluster or "",
        )
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Locked first: no other hvtui may see a record without its lock.
            self._lock(entry.id)
            self._write(entry)
        except OSError as error:
            _log.warning("The journal cannot be written.", exc_info=True)
            self.release(entry.id)
            raise BackendError(
                f"Nothing was done: {self._folder} cannot be written ({error.strerror}).",
                hint="hvtui records each change there before it sends it. Check permissions and free space, or set HVTUI_STATE_DIR.",
            ) from error
        return entry

    def record_job(self, entry: Entry, job: str) -> Entry:
        """Add the job that executes a write to its record, and return the record."""
        entry = replace(entry, job=job)
        try:
            self._write(entry)
        except OSError:
            _log.warning("The job %s cannot be added to record %s.", job, entry.id, exc_info=True)
        return entry

    def close(self, id: str) -> None:
        """Remove the record of a write whose outcome is known. If that fails, the removal is repeated later."""
        self.release(id)
        self._closed.add(id)
        self._remove_closed()

    def mark_seen(self, entry: Entry) -> None:
        """Record that this host showed the outcome of a write that was sent to another node. Raises `BackendError`.

        The record stays for that node: the process that executes the write may still exist there.
        """
        path = self._path(entry.id)
        if not path.exists():
            return  # that node has shown the outcome meanwhile
        try:
            self._write(replace(entry, seen=datetime.now(UTC).isoformat()))
        except OSError as error:
            raise BackendError(
                f"{path} cannot be written ({error.strerror}).",
                hint="Check permissions and free space.",
            ) from error

    def release(self, id: str) -> None:
        """Stop waiting for the outcome of this write, and keep its record."""
        lock = self._locks.pop(id, None)
        if lock is None:
            return
        try:
            lock.release()
            self._lock_path(id).unlink(missing_ok=True)
        except OSError:
            _log.warning("The lock of record %s cannot be released.", id, exc_info=True)

    def is_awaited_by_another(self, entry: Entry) -> bool:
        """Whether another hvtui on this machine is waiting for the outcome of this write."""
        from filelock import FileLock, Timeout

        path = self._lock_path(entry.id)
        if entry.id in self._locks or not path.exists():
            return False
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            _log.debug("The lock of record %s cannot be tried.", entry.id, exc_info=True)
            return False
        lock.release()
        return False

    def entries(self) -> list[Entry]:
        """Return the writes to VMs of this host whose outcome was never recorded, oldest first, and update `unreadable`.

        They were sent to this host, or to a node of its cluster that the VM was on before.
        """
        self._remove_closed()
        found, unreadable = [], []
        for path in sorted(self._folder.glob("*.json")):
            if path.stem in self._closed:
                continue
            try:
                entry = self._read(path)
            except FileNotFoundError:
                continue  # another hvtui has just removed it
            except (OSError, ValueError):
                if path not in self.unreadable:
                    _log.warning("The record %s cannot be read.", path, exc_info=True)
                unreadable.append(path)
                continue
            if entry:
                found.append(entry)
        self.unreadable = tuple(unreadable)
        return sorted(found, key=lambda entry: entry.sent_at)

    def not_surely_told(self) -> list[tuple[Path, Entry]]:
        """Return the writes that a session with this host may never tell the outcome of, with their files.

        They are recorded under other names of hosts, or the VM may be on another node of the cluster or was removed from
        it. Those that a hvtui waits for are left out.
        """
        found = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                entry = _entry(json.loads(path.read_text("utf-8")))
            except (OSError, ValueError, TypeError):
                continue  # a session with its own host says so
            is_surely_told = entry.host == self._host and not entry.cluster
            if not is_surely_told and not entry.seen and not self.is_awaited_by_another(entry):
                found.append((path, entry))
        return found

    def check_readable(self) -> None:
        """Raise `BackendError` if there is a record that cannot be read: the VM that it is about may be busy."""
        self.entries()
        if self.unreadable:
            raise BackendError(f"Nothing was done: {self.warning}", hint=UNREADABLE_HINT)

    @property
    def warning(self) -> str:
        """Which record cannot be read, as a sentence; "" if there is none."""
        if not self.unreadable:
            return ""
        return (
            f"{self.unreadable[0]} cannot be read. It records a change that an earlier hvtui sent to a VM "
            "and that may still be running."
        )

    def _read(self, path: Path) -> Entry | None:
        """Return the record in this file, or None if it is about no VM of this host. Raises `OSError` or `ValueError`."""
        found = json.loads(path.read_text("utf-8"))
        if not isinstance(found, dict):
            raise ValueError("it is no JSON object")  # noqa: TRY004 - the caller expects a ValueError
        return _entry(found) if self._may_be_of_this_host(found) else None

    def was_sent_here(self, entry: Entry) -> bool:
        """Return whether one of `entries` was sent to this host, and not to another node of its cluster."""
        return self._is_this_host(entry.host, entry.machine, entry.cluster)

    def _may_be_of_this_host(self, found: dict[str, Any]) -> bool:
        """Return whether a record, of which any field may be broken, may be about a VM of this host."""
        host, vm_id = found.get("host"), found.get("vm_id")
        was_sent_here = self._is_this_host(host, found.get("machine"), found.get("cluster"))
        if not isinstance(host, str) or (host == self._host and was_sent_here):
            return True
        is_listed = isinstance(vm_id, str) and vm_id in self._vm_ids
        return is_listed and (was_sent_here or self._may_be_open_in_cluster(found))

    def _is_this_host(self, host: object, machine: object, cluster: object) -> bool:
        """Return whether a record of that host is of this one.

        The name of a cluster leads to one node now and to another later, so the machines decide if both are known. Of a
        host in no cluster, the name that it is connected to decides: the machine may have been renamed.
        """
        if self._machine and machine and (cluster or host != self._host):
            return machine == self._machine
        return host == self._host

    def _may_be_open_in_cluster(self, found: dict[str, Any]) -> bool:
        """Return whether it was sent to a node of this cluster and its outcome was not shown yet.

        While the cluster is not known, it may be any.
        """
        cluster = found.get("cluster")
        return bool(cluster) and self.cluster in (None, cluster) and not found.get("seen")

    def _write(self, entry: Entry) -> None:
        # An earlier hvtui can read a record without these fields.
        later_fields = {"job", "machine", "cluster", "seen"}
        found = {name: value for name, value in asdict(entry).items() if value or name not in later_fields}
        atomic.write_text(self._path(entry.id), json.dumps(found))

    def _remove_closed(self) -> None:
        for id in list(self._closed):
            try:
                self._path(id).unlink(missing_ok=True)
            except OSError:
                _log.warning("The record %s of a finished write cannot be removed yet.", id, exc_info=True)
            else:
                self._closed.discard(id)

    def _lock(self, id: str) -> None:
        from filelock import FileLock

        lock = FileLock(self._lock_path(id), thread_local=False)
        lock.acquire(timeout=0)
        self._locks[id] = lock

    def _path(self, id: str) -> Path:
        return self._folder / f"{id}.json"

    def _lock_path(self, id: str) -> Path:
        return self._folder / f"{id}.lock"


def _entry(found: dict[str, Any]) -> Entry:
    """Return the record with these fields. Raises `ValueError` if they are not those of one."""
    found = {"job": "", "machine": "", "cluster": "", "seen": "", **found}
    expected = {field.name: int if field.name == "process" else str for field in fields(Entry)}
    if {name: type(value) for name, value in found.items()} != expected:
        raise ValueError("its fields are not those of a record")
    entry = Entry(**found)
    if entry.sent_at.tzinfo is None:
        raise ValueError("its date has no zone")
    return entry


UNREADABLE_HINT = "Look at the VMs of this host. Once nothing is running on them, remove the file."
