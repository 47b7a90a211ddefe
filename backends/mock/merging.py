"""The merges that go on in the background after a checkpoint is gone (facts §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.mock import chains
from hvtui.backends.mock.records import DISK_FULL, Code, JobType, Refused

if TYPE_CHECKING:
    from hvtui.backends.mock.contents import HostContents
    from hvtui.backends.mock.jobs import Jobs
    from hvtui.backends.mock.records import WorldFile, WorldVm


class Merging:
    def __init__(self, contents: HostContents, jobs: Jobs) -> None:
        self._contents = contents
        self._jobs = jobs
        self._waiting: set[str] = set()
        self.stuck: set[str] = set()
        """VMs whose next merge comes to rest half-way."""

    def go_on(self, vm: WorldVm) -> None:
        """Merge what is left behind, if nothing else is at work on the VM and it fits; else later."""
        self._waiting.discard(vm.id)
        pairs = self._contents.mergeable(vm)
        if not pairs or self._jobs.of(vm.id, merging=True) or self._jobs.of(vm.id, merging=False):
            return
        if not self._fits(*pairs[0]):
            self._waiting.add(vm.id)
            return
        job = self._jobs.begin("merge", JobType.MERGE, vm, lambda: self._merge(vm))
        if vm.id in self.stuck and not job.finished:
            job.stuck_at = 43

    def try_again(self) -> None:
        """Take up the merges that had to wait for space."""
        for vm_id in sorted(self._waiting):
            self.go_on(self._contents.vms[vm_id])

    def _merge(self, vm: WorldVm) -> None:
        while pairs := self._contents.mergeable(vm):
            if not self._fits(*pairs[0]):
                raise Refused(
                    Code.FAILED, f"The disks of '{vm.name}' could not be merged.", hresult=DISK_FULL
                )
            self._contents.merge(vm, *pairs[0])

    def _fits(self, parent: WorldFile, child: WorldFile) -> bool:
        return self._contents.fits(
            parent.path, chains.growth(parent, child)
        )  # facts §4: both exist until done [GEN]
