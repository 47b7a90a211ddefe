"""The merges of disk files that run in the background after checkpoints are deleted (facts §4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.mock.state import chains
from hvtui.backends.mock.state.records import DISK_FULL, Code, JobType, Refused

if TYPE_CHECKING:
    from hvtui.backends.mock.state.contents import HostContents
    from hvtui.backends.mock.state.jobs import Jobs
    from hvtui.backends.mock.state.records import WorldFile, WorldVm


class Merging:
    """Starts the merge of a VM's files when nothing else runs on the VM and the volume has room for it."""

    def __init__(self, contents: HostContents, jobs: Jobs) -> None:
        self._contents = contents
        self._jobs = jobs
        self._waiting_for_space: set[str] = set()
        self.stuck: set[str] = set()
        """Ids of the VMs whose next merge stops half-way and never ends."""
        self.failing: dict[str, Refused] = {}
        """How every merge of a VM fails, by the VM's id."""

    def start_merge(self, vm: WorldVm) -> None:
        """Start merging the VM's unreferenced files, unless a job runs on the VM or the merge does not fit."""
        self._waiting_for_space.discard(vm.id)
        pairs = self._contents.mergeable(vm)
        if not pairs or self._jobs.merge_of(vm.id) or self._jobs.operation_of(vm.id):
            return
        if not self._fits(*pairs[0]):
            self._waiting_for_space.add(vm.id)
            return
        job = self._jobs.start("merge", JobType.MERGE, vm, lambda: self._merge(vm))
        if vm.id in self.stuck and not job.finished:
            job.stuck_at = 43

    def retry_waiting(self) -> None:
        """Start the merges that did not fit before and fit now."""
        for vm_id in sorted(self._waiting_for_space):
            self.start_merge(self._contents.vms[vm_id])

    def is_hopeless(self, vm: WorldVm) -> bool:
        """Return whether the next merge of the VM is certain to fail as the last one did."""
        return vm.id in self.failing or any(
            self._contents.trouble_of(file.path) for pair in self._contents.mergeable(vm)[:1] for file in pair
        )

    def _merge(self, vm: WorldVm) -> None:
        if refused := self.failing.get(vm.id):
            raise refused
        while pairs := self._contents.mergeable(vm):
            for file in pairs[0]:
                self._contents.require_file(vm, file.path, f"The disks of '{vm.name}' could not be merged.")
            if not self._fits(*pairs[0]):
                raise Refused(
                    Code.FAILED, f"The disks of '{vm.name}' could not be merged.", hresult=DISK_FULL
                )
            self._contents.merge(vm, *pairs[0])

    def _fits(self, parent: WorldFile, child: WorldFile) -> bool:
        # facts §4: both files exist until the merge is done [GEN]
        return self._contents.fits(parent.path, chains.growth(parent, child))
