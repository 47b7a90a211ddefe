"""Random lives of a VM in the simulated world, with templates, several disks and volumes, forks and left-over links."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from hvtui.backends.lineage import subtree
from hvtui.backends.mock import model_view
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.mock.state.records import GB, WorldFile, WorldVolume
from hvtui.backends.mock.world import Refused, World
from hvtui.backends.model import CheckpointId, VmId
from hvtui.backends.operations.command import Selection

if TYPE_CHECKING:
    from hvtui.backends.model import Checkpoint, VmDisks

MB = 1 << 20

# (step, number of a checkpoint or a disk, megabytes)
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["take"] * 5
            + ["apply"] * 3
            + ["write"] * 4
            + ["delete"] * 4
            + ["subtree", "start", "turn_off", "due"]
        ),
        st.integers(0, 7),
        st.integers(0, 900),
    ),
    min_size=4,
    max_size=22,
)


@dataclass(frozen=True)
class Shape:
    """The disks that the VM begins with."""

    templates: tuple[int, ...]
    """For each disk, the number of files below its base."""
    volumes: tuple[str, ...]
    """For each disk, its volume."""


shapes = st.lists(
    st.tuples(st.sampled_from([0, 0, 1, 3]), st.sampled_from(["D:", "D:", "E:"])), min_size=1, max_size=3
).map(lambda disks: Shape(tuple(each[0] for each in disks), tuple(each[1] for each in disks)))


@dataclass
class Simulation:
    """A VM in a world whose merges end at once, and a clone of its template."""

    shape: Shape
    world: World = field(default_factory=lambda: World(ManualClock()))

    def __post_init__(self) -> None:
        world = self.world
        world.volumes.append(WorldVolume("E:", 2000 * GB))
        self.vm = world.add_vm("web", disks=())
        for number, (below, volume) in enumerate(zip(self.shape.templates, self.shape.volumes, strict=True)):
            (drive,) = world.add_vm(f"web-{number}", disks=(2 * GB,), folder=f"{volume}\\VMs").drives
            drive.location = number
            self.vm.drives.append(drive)
            clone = world.add_vm(f"clone-{number}", disks=(GB,)).drives[0]
            parent = ""
            for level in range(below):
                # A template may itself be a checkpoint's file of another VM.
                path = f"D:\\Templates\\t{number}-{level}.{'avhdx' if level == 1 else 'vhdx'}"
                world.files[path] = WorldFile(path, parent, 3 * GB, 127 * GB)
                parent = path
            world.files[drive.path].parent_path = world.files[clone.path].parent_path = parent
        for other in list(world.vms.values()):
            if other.name.startswith("web-"):
                del world.vms[other.id]
        self.untouched = {path: file.size for path, file in world.files.items() if not self.owns(path)}

    def owns(self, path: str) -> bool:
        return path in {drive.path for drive in self.vm.drives}

    @property
    def checkpoints(self) -> tuple[Checkpoint, ...]:
        return self.selection.checkpoints

    @property
    def selection(self) -> Selection:
        found = model_view.inventory(self.world, [self.vm.id])
        return Selection(inventory=found, vm_id=VmId(self.vm.id))

    @property
    def disks(self) -> VmDisks:
        return model_view.disks(self.world, self.vm.id)

    def sizes(self) -> dict[str, int]:
        return {path: file.size for path, file in self.world.files.items()}

    def chain(self, owner: CheckpointId | None) -> set[str]:
        """The files that the drives of a checkpoint, or of the VM, need."""
        drives = self.world.checkpoints[owner].drives if owner else self.vm.drives
        return {file.path for drive in drives for file in self.world.chain(drive.path)}

    def to_delete(self, step: str, number: int) -> list[Checkpoint]:
        """The checkpoints that the step would delete, none if it deletes nothing."""
        if step not in ("delete", "subtree") or not self.checkpoints:
            return []
        chosen = self.checkpoints[number % len(self.checkpoints)]
        return [chosen] if step == "delete" else subtree(self.checkpoints, chosen.id)

    def do(self, step: str, number: int, megabytes: int) -> None:
        world, vm = self.world, self.vm
        drive = vm.drives[number % len(vm.drives)]
        if step == "write":
            world.files[drive.path].size += megabytes * MB
        elif step == "take":
            world.take_checkpoint(vm.id)
        elif step in ("start", "turn_off"):
            try:
                getattr(world, step)(vm.id)
            except Refused:
                pass
        elif step == "due":
            self.leave_link(number, megabytes, due=True)
        elif self.checkpoints:
            chosen = self.checkpoints[number % len(self.checkpoints)]
            if step == "apply":
                if vm.state == "Running":
                    world.turn_off(vm.id)
                world.apply(chosen.id)
            else:
                verb = world.destroy if step == "delete" else world.destroy_tree
                assert verb(chosen.id).error is None

    def leave_link(self, number: int, megabytes: int, *, due: bool) -> str:
        """Put a link below the file that the VM writes to, and return its path. If `due`, the host knows of it."""
        world = self.world
        drive = self.vm.drives[number % len(self.vm.drives)]
        leaf = world.files[drive.path]
        if not leaf.path.endswith(".avhdx"):
            return ""
        path = f"{leaf.path.rpartition(chr(92))[0]}\\left_{world.new_id().upper()}.avhdx"
        world.files[path] = WorldFile(path, leaf.parent_path, megabytes * MB, leaf.max_size, unreferenced=due)
        leaf.parent_path = path
        return path
