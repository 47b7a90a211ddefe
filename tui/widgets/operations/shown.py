"""The operations on a host as they are shown, the most important first."""

from __future__ import annotations

from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace
from rich.cells import cell_len

from hvtui.backends.model import Activity
from hvtui.backends.operations.commands import RenameCheckpoint
from hvtui.backends.operations.operation import Ending
from hvtui.backends.operations.orphans import did, doing, is_command
from hvtui.backends.operations.readings.after_delete import MergeState
from hvtui.tui.terminal.glyphs import DONE, FAILED, UNSURE, WORKING
from hvtui.tui.text.absence import VM_NOT_FOUND
from hvtui.tui.text.disks.merging import left_text, merge_percents
from hvtui.tui.text.outcomes import operation_detail, vm_state
from hvtui.tui.text.safe import EMPTY, SafeText, compose, safe, shorten
from hvtui.tui.text.words import vm_on_host

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from hvtui.backends.model import Job, OrphanedWrite, VmId
    from hvtui.backends.operations.operation import Operation
    from hvtui.backends.operations.orphans import OrphanEnded, OtherWork

JUST_ENDED: Final = timedelta(minutes=1)
"""How long the result of the last operation precedes the work of others."""
ENDINGS: Final = {  # the words of an operation that is done say so themselves
    Ending.DONE: (DONE, EMPTY, "good"),
    Ending.PARTLY: (UNSURE, SafeText("partly done"), "warning"),
    Ending.FAILED: (FAILED, SafeText("failed"), "bad"),
    Ending.UNKNOWN: (UNSURE, SafeText("outcome unknown"), "warning"),
}


class Shown(Struct, frozen=True, kw_only=True):
    """An operation as the strip shows it."""

    what: SafeText
    """``web-01: applying Before CU-11``; once it is done, ``web-01: applied Before CU-11``."""
    vm: SafeText = EMPTY
    """The VM, with which `what` begins."""
    new_name: SafeText = EMPTY
    """What a rename makes of the name at the end of `what`."""
    started: datetime
    percent: int | None = None
    ending: Ending | None = None
    """None while it is running."""
    ended: datetime | None = None
    detail: SafeText = EMPTY
    """Why the operation failed, or what is known of its outcome."""
    still: SafeText = EMPTY
    """What the host does after the operation, which is done: ``merging``."""

    @property
    def running(self) -> bool:
        return self.ending is None or bool(self.still)

    def words(self, width: int) -> SafeText:
        """Return what it does in at most `width` cells. The new name of a rename keeps half of them."""
        if not self.new_name:
            return self._what(width)
        left = max(width // 2, width - 3 - cell_len(self.new_name))
        return shorten(SafeText(f"{self._what(left)} → {self.new_name}"), width)

    def _what(self, width: int) -> SafeText:
        """Return `what` in at most `width` cells, of which what is done with the VM keeps half."""
        done = self.what.removeprefix(self.vm)
        vm = shorten(self.vm, max(width // 2, width - cell_len(done)))
        return shorten(SafeText(f"{vm}{done}"), width)


def shown_operations(
    running: Iterable[Operation],
    finished: Iterable[Operation],
    orphans: Iterable[OrphanEnded],
    other_work: Iterable[OtherWork],
    jobs: Iterable[Job],
    now: datetime,
    merging: Mapping[VmId, int] = MappingProxyType({}),
) -> tuple[Shown, ...]:
    """Return the running operations, the last one if it has just ended, the work of others, then what ended earlier.

    `jobs` has the percentages, `merging` the bytes that merges concern. The last delete of a VM that is still merging
    counts as running, and so does an operation that is done while the host still lists its job.
    """
    jobs, finished = tuple(jobs), tuple(finished)
    percents = {job.vm_id: job.percent for job in jobs if is_command(job)}
    merge_percent = merge_percents(jobs)
    after_delete: dict[VmId, Operation] = {}
    for operation in finished:
        if operation.merge is MergeState.MERGING:
            after_delete.setdefault(operation.command.vm.id, operation)
    listed = _still_listed(finished, jobs)
    apart = [*after_delete.values(), *(operation for operation, _ in listed)]
    others = [operation for operation in finished if operation not in apart]
    ended = [*map(_operation, others), *map(_orphan, orphans)]
    ended.sort(key=lambda shown: shown.ended or shown.started, reverse=True)
    just_ended = sum(now - (shown.ended or now) <= JUST_ENDED for shown in ended[:1])
    return (
        *(_operation(operation, percents.get(operation.command.vm.id)) for operation in running),
        *(
            _merging(operation, merge_percent.get(vm), merging.get(vm))
            for vm, operation in after_delete.items()
        ),
        *(_job_listed(operation, job) for operation, job in listed),
        *ended[:just_ended],
        *(
            _other_work(work, merging.get(work.vm.id))
            for work in other_work
            if work.vm.id not in after_delete and not _is_of_a_job(work, [job for _, job in listed])
        ),
        *ended[just_ended:],
    )


def _operation(operation: Operation, percent: int | None = None) -> Shown:
    command = operation.command
    verb = command.did if operation.ending is Ending.DONE else command.progress
    what, new_name = f"{verb} {command.target}".rstrip(), EMPTY
    if isinstance(command, RenameCheckpoint):
        what, new_name = f"{verb} {command.checkpoint.name}", safe(command.new_name)
    vm = vm_on_host(command.vm)
    return Shown(
        what=compose("{vm}: {what}", vm=vm, what=what),
        vm=vm,
        new_name=new_name,
        started=operation.started,
        percent=percent,
        ending=operation.ending,
        ended=operation.ended,
        detail=operation_detail(operation),
    )


def _still_listed(finished: Iterable[Operation], jobs: Iterable[Job]) -> list[tuple[Operation, Job]]:
    """Return each operation that is done, the last one of its VM, with its job if the host still lists that.

    A job that began after the end of the operation is another one.
    """
    last: dict[VmId, Operation] = {}
    for operation in finished:
        last.setdefault(operation.command.vm.id, operation)
    found: dict[VmId, tuple[Operation, Job]] = {}
    for job in jobs:
        done = last.get(job.vm_id) if job.vm_id else None
        if done is None or done.ending is not Ending.DONE or done.merge is not None or done.ended is None:
            continue
        if is_command(job) and (job.started is None or job.started <= done.ended):
            found.setdefault(done.command.vm.id, (done, job))
    return [*found.values()]


def _is_of_a_job(work: OtherWork, jobs: Iterable[Job]) -> bool:
    return work.orphan is None and any(
        (job.vm_id, job.activity.value, job.started) == (work.vm.id, work.doing, work.started) for job in jobs
    )


def _job_listed(operation: Operation, job: Job) -> Shown:
    done = _operation(operation, job.percent)
    detail = SafeText(f"{job.activity.value} {done.detail}".strip())
    return replace(done, detail=detail, still=SafeText("host still lists a job"))


def _merging(operation: Operation, percent: int | None, total: int | None) -> Shown:
    done = _operation(operation, percent)
    left = left_text(total, percent)
    return replace(done, detail=SafeText(f"{left} {done.detail}".strip()), still=SafeText("merging"))


def _other_work(work: OtherWork, total: int | None) -> Shown:
    earlier = "earlier hvtui: " if work.orphan and not work.orphan.reported else ""
    what = f"{earlier}{work.doing} {work.target}".rstrip()
    vm = vm_on_host(work.vm)
    return Shown(
        what=compose("{vm}: {what}", vm=vm, what=what),
        vm=vm,
        started=work.started,
        percent=work.percent,
        detail=left_text(total, work.percent) if work.vm.activity is Activity.MERGING else EMPTY,
    )


def _orphan(ended: OrphanEnded) -> Shown:
    now = vm_state(ended.vm, ended.current) if ended.found else VM_NOT_FOUND
    ending, said = _by_record(ended.orphan)
    verb = did(ended.orphan) if ending is Ending.DONE else doing(ended.orphan)
    what = f"earlier hvtui: {verb} {ended.target}".rstrip()
    vm = vm_on_host(ended.vm)
    return Shown(
        what=compose("{vm}: {what}", vm=vm, what=what),
        vm=vm,
        started=ended.orphan.started,
        ending=ending,
        ended=ended.seen,
        detail=SafeText(f"{said} {now}"),
    )


def _by_record(orphan: OrphanedWrite) -> tuple[Ending, SafeText]:
    """Return how the write ended by the record that a server keeps of it, and what is said of it."""
    if orphan.succeeded is None and orphan.node:
        return Ending.UNKNOWN, compose("It was sent to {node}, and its answer was lost.", node=orphan.node)
    if orphan.succeeded is None:
        return Ending.UNKNOWN, SafeText("Its answer was lost.")
    if orphan.succeeded:
        return Ending.DONE, SafeText("Its answer was lost; by the server's record of the job it succeeded.")
    return Ending.FAILED, compose(
        "Its answer was lost; by the server's record of the job it failed: {words}", words=orphan.words
    )


def ending_of(shown: Shown) -> tuple[SafeText, SafeText]:
    """Return the glyph and the words for how the operation ended, or that it is running; "" if it is done."""
    if shown.ending is None:
        return WORKING, SafeText("running")
    glyph, words, _ = ENDINGS[shown.ending]
    return (WORKING, shown.still) if shown.still else (glyph, words)
