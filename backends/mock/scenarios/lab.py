"""The scenario for the demo: an example of every kind of VM and checkpoint."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from hvtui.backends.mock.scenarios.sample import (
    REALISTIC_DURATIONS,
    age,
    checkpoint,
    fill_volume,
    running,
    write,
)
from hvtui.backends.mock.state.records import GB

if TYPE_CHECKING:
    from hvtui.backends.mock.world import World


def lab(world: World) -> None:
    """Add an example of every kind of VM and checkpoint, for the demo."""
    web = running(world, "web-01", days=12, memory=8)
    clean = checkpoint(world, web, "Clean install", days=385, memory=4, grew=2)
    old = checkpoint(world, web, "Old branch", days=145, memory=6, grew=9)
    checkpoint(world, web, "IIS tuning, second try", days=143, memory=6, grew=3)
    checkpoint(world, web, "IIS tuning, third try", days=140, memory=6, grew=1)
    old.notes = "Kept for comparison until the audit."
    world.set_current(web, clean)
    before = checkpoint(world, web, "Before CU-11", days=2, grew=14)
    before.notes = "change 4711"
    checkpoint(world, web, "Before driver", days=1, grew=2)
    write(world, web, 12)

    db = running(world, "db-01", days=41, memory=32, disks=(80, 400))
    checkpoint(world, db, "Before schema 7", days=41, grew=30)
    checkpoint(world, db, "db-01 - Backup - nightly", hours=9, grew=11).type = "Recovery"
    write(world, db, 3)

    dc = running(world, "dc-01", days=41, memory=4)
    dc.checkpoint_type, dc.notes = "ProductionOnly", "Domain controller"

    build_server = running(world, "build-07", days=6, memory=16)
    build_server.checkpoint_type = "Standard"
    for number in range(31):
        checkpoint(
            world, build_server, f"Nightly {number + 1}", days=400 - number * 13, grew=1, memory=number % 5
        )
    write(world, build_server, 5)

    app = running(world, "app-02", days=3, memory=8)
    checkpoint(world, app, "Release 41", days=60, grew=4)
    released = checkpoint(world, app, "Release 42", days=30, grew=25)
    checkpoint(world, app, "Release 43", days=3, grew=6)
    write(world, app, 2)

    client = running(world, "win11-test", hours=5, memory=6)
    client.automatic_checkpoints = True
    checkpoint(world, client, "Before feature update", days=20, memory=6, grew=8)
    automatic = checkpoint(world, client, "Automatic Checkpoint - win11-test", hours=5, grew=2)
    automatic.automatic = True

    files = running(world, "files-01", days=90, memory=12, disks=(60, 300))
    files.replicated = True
    checkpoint(world, files, "Replica 06:00", hours=7, grew=1).type = "Replica"
    checkpoint(world, files, "Replica 09:00", hours=4, grew=1).type = "AppConsistentReplica"

    erp = running(world, "legacy-erp", days=212, memory=8)
    erp.checkpoint_type = "Disabled"
    staging = world.add_vm("sql-staging", disks=(90 * GB,))
    checkpoint(world, staging, "Empty database", days=75, grew=5)
    staging.state, staging.saved_memory_bytes = "Saved", 16 * GB
    template = world.add_vm("template-2025", disks=(14 * GB,))
    checkpoint(world, template, "Sysprepped", days=33, grew=1)

    age(world, days=420)
    fill_volume(world, free=212)
    world.durations["merge"] = 600
    world.destroy(released.id)
    for job in world.jobs():
        job.started -= timedelta(seconds=258)
        job.ends -= timedelta(seconds=258)
    world.durations.update(REALISTIC_DURATIONS)
