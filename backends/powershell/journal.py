"""The writes in flight, on disk: so that whoever comes after a hvtui that died knows what it had sent.

One file a write, made before it is sent and removed when its outcome is known. Whoever waits for that outcome
holds the file locked, so that others can tell: a lock ends with its process, however that ends.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hvtui.backends.errors import BackendError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from hvtui.backends.powershell.agent import Process


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
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
    """What a later link to the host reaches that process by."""

    @property
    def sent_at(self) -> datetime:
        return datetime.fromisoformat(self.sent)


class Journal:
    def __init__(self, folder: Path, host: str) -> None:
        self._folder = folder
        self._host = host
        self._held: dict[str, IO[str]] = {}

    def open(self, *, vm_id: str, verb: str, target: str, process: Process) -> Entry:
        """Record a write before it is sent. Raises `BackendError` where it cannot: then nothing may be sent."""
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
        )
        path = self._path(entry.id)
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = path.with_suffix(".new")
            with fresh.open("w", encoding="utf-8") as file:
                json.dump(asdict(entry), file)
                file.flush()
                os.fsync(file.fileno())
            if sys.platform != "win32":  # where a file that is open cannot be renamed
                self._held[entry.id] = held = fresh.open("r+", encoding="utf-8")
                _lock(held)
            fresh.replace(path)
        except OSError as error:
            self.release(entry.id)
            raise BackendError(
                f"Nothing was done: {self._folder} cannot be written ({error.strerror}).",
                hint="hvtui notes each change there before it makes it. Make room, or set HVTUI_STATE_DIR.",
            ) from error
        return entry

    def close(self, id: str) -> None:
        """The outcome of this write is known."""
        self.release(id)
        self._path(id).unlink(missing_ok=True)

    def release(self, id: str) -> None:
        """Nobody here waits for its outcome any more."""
        if id in self._held:
            self._held.pop(id).close()

    def is_awaited_elsewhere(self, entry: Entry) -> bool:
        """Whether another hvtui of this machine waits for its outcome, and sees to it itself. On Windows nobody is asked."""
        if entry.id in self._held:
            return False
        try:
            with self._path(entry.id).open("r+", encoding="utf-8") as file:
                return not _lock(file)
        except OSError:
            return False

    def entries(self) -> list[Entry]:
        """The writes to this host whose outcome was never noted, oldest first. Unreadable files are passed over."""
        found = []
        for path in sorted(self._folder.glob("*.json")):
            try:
                entry = Entry(**json.loads(path.read_text("utf-8")))
            except (OSError, ValueError, TypeError):
                continue
            if entry.host == self._host:
                found.append(entry)
        return sorted(found, key=lambda entry: entry.sent)

    def _path(self, id: str) -> Path:
        return self._folder / f"{id}.json"


def _lock(file: IO[str]) -> bool:
    """False: another holds it. True also where this machine or this file system has no locks."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:
            return True
    return True
