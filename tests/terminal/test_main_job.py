"""The main job, in a real terminal, on a real PowerShell: an apply by keys goes all the way and comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hyperv_host.host import Host

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hyperv_host.engine import Engine
    from tests.terminal.conftest import Terminal

pytestmark = [pytest.mark.engine, pytest.mark.terminal]


def test_apply_with_the_safety_checkpoint_by_keys(
    powershell: Engine, terminal: Callable[..., Terminal]
) -> None:
    with Host.started("one", clock="eager") as host:
        screen = terminal(
            "-m", "tests.hyperv_host.try_it",
            HVTUI_PRETEND_PORT=str(host.port), HVTUI_PWSH=powershell.path, PWSH_EDITION=powershell.edition,
        )  # fmt: skip
        screen.shows("Before CU-11")
        wanted = host.checkpoint_id("Before CU-11")
        screen.press("Tab")
        screen.press("Up")
        screen.shows("Before CU-11")
        screen.press("a")
        screen.shows("Create Checkpoint and Apply")
        assert host.cmdlets("Restore-VMSnapshot") == []
        screen.answer("Enter", "Create Checkpoint and Apply")
        screen.shows("done")
        assert [cmdlet.targets for cmdlet in host.cmdlets("Restore-VMSnapshot")] == [[wanted]]
        assert len(host.cmdlets("Checkpoint-VM")) == 1
        (vm,) = host.state()["vms"].values()
        assert vm["parent"] == wanted
        assert len(host.state()["checkpoints"]) == 4
