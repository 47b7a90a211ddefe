"""The screenshots: each is a function that operates the real app by keys until it shows the picture."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.widgets import OptionList

from hvtui.backends.mock.clock import ManualClock
from hvtui.tui.dialogs.hosts.trust import TrustDialog
from hvtui.tui.palette.commands import palette_commands
from hvtui.tui.preferences.preferences import DEFAULTS
from hvtui.tui.widgets.vm_list import VmList
from screenshots.svg import svg
from tests.tui.far import FACTS, FINGERPRINT, FarBackend, visit
from tests.tui.journey import Journey, journey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Keys = Callable[[Journey], Awaitable[object]]

HOSTS = """\
[hosts.hv01]
address = "hv01.corp.example"
user = 'CORP\\anna'
label = "PROD"
read_only = true
[hosts.hv02]
address = "hv02.corp.example"
user = 'CORP\\anna'
label = "LAB"
[hosts.branch-office]
address = "10.20.0.4"
user = "admin"
transport = "http"
"""
SMALLEST, USUAL, LARGE, WIDE = (60, 20), (80, 24), (120, 36), (200, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A function that presses keys, and how the app is started before it."""

    keys: Keys
    scenario: str
    size: tuple[int, int]
    colors: bool
    theme: str
    saved: str
    """The content of a config file. If it is not empty, the app starts with the list of these hosts."""


PICTURES: dict[str, Picture] = {}


def picture(
    *,
    scenario: str = "lab",
    size: tuple[int, int] = USUAL,
    colors: bool = True,
    theme: str = "dark",
    saved: str = "",
) -> Callable[[Keys], Keys]:
    """Register a function as a picture with the function's name."""

    def register(keys: Keys) -> Keys:
        name = getattr(keys, "__name__", "").replace("_", "-")
        PICTURES[name] = Picture(
            keys=keys, scenario=scenario, size=size, colors=colors, theme=theme, saved=saved
        )
        return keys

    return register


async def draw(name: str) -> str:
    """Draw a picture, and return it as SVG."""
    picture = PICTURES[name]
    if not picture.colors:
        os.environ["NO_COLOR"] = "1"
    try:
        async with started_app(picture) as trip:
            await picture.keys(trip)
            if trip.app.connection is not None:
                await trip.rests()
            return svg(await trip.cells())
    finally:
        os.environ.pop("NO_COLOR", None)


@asynccontextmanager
async def started_app(picture: Picture) -> AsyncIterator[Journey]:
    """Start the app for a picture."""
    if not picture.saved:
        looks = replace(DEFAULTS, theme=picture.theme)
        async with journey(picture.scenario, picture.size, preferences=looks) as trip:
            yield trip
        return
    far = FarBackend(ManualClock(), shows={"hv02.corp.example": FINGERPRINT}, facts=FACTS)
    with TemporaryDirectory() as folder:
        async with visit(far, Path(folder) / "config.toml", picture.saved, size=picture.size) as trip:
            await trip.until(lambda: trip.app.screen.query("HostList"))
            yield trip


@picture(size=LARGE)
async def applying(trip: Journey) -> None:
    await select_checkpoint(trip, "Before CU-11")
    await trip.open("a")
    await trip.press("enter")
    for seconds in (3, 3, 3):  # the safety checkpoint, the save, and three of the four seconds of the apply
        await trip.clock.wait_for_sleeper()
        trip.clock.advance(seconds)
    await trip.press("f5")
    await trip.until(lambda: trip.main.operations[0].percent == 75)


@picture()
async def checkpoint(trip: Journey) -> None:
    await select_checkpoint(trip, "Before CU-11")


@picture()
async def apply(trip: Journey) -> None:
    await select_checkpoint(trip, "Before CU-11")
    await trip.open("a")


@picture()
async def create(trip: Journey) -> None:
    await select_vm(trip, "db-01")
    await trip.open("c")
    await trip.press(*"Before schema 8")


@picture()
async def delete_subtree(trip: Journey) -> None:
    await select_checkpoint(trip, "Old branch")
    await trip.open("D")


@picture()
async def changed_meanwhile(trip: Journey) -> None:
    await select_checkpoint(trip, "Old branch")
    await trip.open("d")
    trip.world.rename(trip.checkpoint("Old branch").id, "Keep: old branch")
    await trip.click("delete")
    await trip.ended()
    await trip.until(lambda: trip.app.screen is not trip.main)


@picture(saved=HOSTS)
async def connect(trip: Journey) -> None:
    await trip.press("n", *"CORP\\anna@hv04")


@picture(saved=HOSTS)
async def trust(trip: Journey) -> None:
    await trip.press("down", "enter")
    await trip.until(lambda: isinstance(trip.app.screen, TrustDialog) and trip.app.screen.is_ready)


@picture(scenario="troubled", size=LARGE)
async def troubled(trip: Journey) -> None:
    await select_vm(trip, "deep-chain")


@picture(scenario="hostile", size=LARGE)
async def hostile_names(trip: Journey) -> None:
    await select_vm(trip, "names")
    await trip.go_to("root")


@picture()
async def keys(trip: Journey) -> None:
    await select_checkpoint(trip, "Before CU-11")
    await trip.open("question_mark")


@picture()
async def palette(trip: Journey) -> None:
    await select_checkpoint(trip, "Before CU-11")
    listed = palette_commands(trip.app.screen)
    await trip.press("ctrl+p")
    await trip.until(
        lambda: len(listed) in [shown.option_count for shown in trip.app.screen.query(OptionList)]
    )


@picture(colors=False)
async def no_color(trip: Journey) -> None:
    await select_checkpoint(trip, "Before CU-11")


@picture(theme="light")
async def light(trip: Journey) -> None:
    await select_checkpoint(trip, "Before CU-11")


@picture(size=WIDE)
async def wide(trip: Journey) -> None:
    await select_vm(trip, "build-07")


@picture(size=SMALLEST)
async def smallest(trip: Journey) -> None:
    await select_checkpoint(trip, "Before CU-11")


async def select_checkpoint(trip: Journey, name: str) -> None:
    """Move the cursor to a checkpoint of web-01."""
    await select_vm(trip, "web-01")
    await trip.go_to(name)
    await trip.rests()


async def select_vm(trip: Journey, name: str) -> None:
    """Move the cursor to a VM at once: the disks of one on the way, on which it rests, would be read."""
    vms = trip.main.query_one(VmList)
    vms.put_cursor(next(vm.id for vm in trip.world.vms.values() if vm.name == name))
    await trip.rests()


@picture(scenario="datacenter", size=LARGE)
async def datacenter(trip: Journey) -> None:
    await trip.until(lambda: "not connected" in trip.said())
    await trip.go_to_vm("mail-044")


@picture(scenario="vmm", size=LARGE)
async def vmm(trip: Journey) -> None:
    await trip.until(lambda: "not connected" in trip.said())
    await trip.go_to_vm("mail-044")


@picture(scenario="vmm", size=LARGE)
async def vmm_delete(trip: Journey) -> None:
    await vmm(trip)
    await trip.go_to("Before migration")
    await trip.rests()
    await trip.open("d")
