"""What the states of a VM and of a job in VMM mean (facts §3)."""

from __future__ import annotations

from hvtui.backends.model import Activity, Obstacle, VmState

POWER = {
    "Running": VmState.RUNNING,
    "PowerOff": VmState.OFF,
    "PoweringOff": VmState.STOPPING,
    "Saved": VmState.SAVED,
    "Saving": VmState.SAVING,
    "Restoring": VmState.RESUMING,
    "Paused": VmState.PAUSED,
    "Starting": VmState.STARTING,
    "Pausing": VmState.PAUSING,
    "Reset": VmState.RESET,
}
"""The members of VMComputerSystemState that say whether the VM runs."""
WORK = {
    "PoweringOff": Activity.STOPPING,
    "Saving": Activity.SAVING,
    "Restoring": Activity.STARTING,
    "Starting": Activity.STARTING,
    "DiscardSavedState": Activity.OTHER,
    "MergingDrives": Activity.MERGING,
    "Deleting": Activity.OTHER,
    "DiscardingDrives": Activity.OTHER,
    "UnderCreation": Activity.OTHER,
    "UnderTemplateCreation": Activity.OTHER,
    "UnderUpdate": Activity.MODIFYING,
    "UnderReplacement": Activity.OTHER,
    "UnderMigration": Activity.MIGRATING,
    "UnderLiveCloning": Activity.EXPORTING,
    "CreatingCheckpoint": Activity.CREATING,
    "DeletingCheckpoint": Activity.DELETING,
    "RecoveringCheckpoint": Activity.APPLYING,
    "InitializingCheckpointOperation": Activity.OTHER,
    "FinishingCheckpointOperation": Activity.OTHER,
}
"""Those that say what is being done with the VM. Only `MergingDrives` goes on beside other work."""
MISSING = "Missing"
OBSTACLES = {
    MISSING: Obstacle.MISSING,
    "HostNotResponding": Obstacle.HOST_NOT_RESPONDING,
    "Unsupported": Obstacle.UNSUPPORTED,
    "UnsupportedSharedFiles": Obstacle.UNSUPPORTED,
    "UnsupportedCluster": Obstacle.UNSUPPORTED,
    "IncompleteVMConfig": Obstacle.INCOMPLETE,
    "DbOnly": Obstacle.NOT_ON_A_HOST,
    "Stored": Obstacle.NOT_ON_A_HOST,
}
FAILED = "Failed"
"""The states that end so stay until the VM is repaired."""

DONE = frozenset({"Completed", "SucceedWithInfo"})
NOT_DONE = frozenset({"Failed", "Canceled"})

CMDLETS = {
    "create_checkpoint": ("New-SCVMCheckpoint",),
    "rename_checkpoint": ("Set-SCVMCheckpoint",),
    "apply_checkpoint": ("Restore-SCVMCheckpoint",),
    "delete_checkpoint": ("Remove-SCVMCheckpoint",),
    "start_vm": ("Start-SCVirtualMachine", "Resume-SCVirtualMachine"),
    "stop_vm": ("Stop-SCVirtualMachine",),
    "save_vm": ("Stop-SCVirtualMachine",),
    "discard_saved_state": ("Stop-SCVirtualMachine",),
}
"""The cmdlet whose job a write is, by its verb."""
JOBS = {
    "New-SCVMCheckpoint": Activity.CREATING,
    "Restore-SCVMCheckpoint": Activity.APPLYING,
    "Remove-SCVMCheckpoint": Activity.DELETING,
    "Set-SCVMCheckpoint": Activity.MODIFYING,
    "Set-SCVirtualMachine": Activity.MODIFYING,
    "Start-SCVirtualMachine": Activity.STARTING,
    "Resume-SCVirtualMachine": Activity.STARTING,
    "Stop-SCVirtualMachine": Activity.STOPPING,
    "Move-SCVirtualMachine": Activity.MIGRATING,
}


def is_refresh(cmdlet: str) -> bool:
    """Return whether a job only reads: VMM refreshes what it knows all the time, by jobs of seconds."""
    return cmdlet.startswith("Read-SC") or "System Job" in cmdlet
