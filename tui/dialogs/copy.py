"""Asks what to copy of the highlighted VM or checkpoint: its name, its ID, or the path of its disk file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual import on
from textual.widgets import Button

from hvtui.backends.model import Checkpoint, bare_id
from hvtui.backends.operations.disk_chains.chains import disk_files
from hvtui.backends.secret import redact
from hvtui.tui.dialogs.controls import AnswerButton
from hvtui.tui.dialogs.dialog import Dialog, paragraph
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import SafeText, compose, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from hvtui.backends.model import Vm, VmDisks
    from hvtui.tui.dialogs.dialog_app import DialogApp


_SHOWN_CELLS = 160
"""The most of what was copied that is shown."""


class Copied(Struct, frozen=True):
    """Something that can be copied."""

    key: str
    what: str
    text: str


def copy(app: DialogApp, what: str, name: str, text: str) -> None:
    """Copy the text and say so. Most terminals take it from the screen's output (OSC 52), so it works over SSH too."""
    app.copy_to_clipboard(text)
    words = compose("Copied the {what} of {name}: {text}", what=what, name=name, text=" ".join(text.split()))
    app.say(shorten(words, _SHOWN_CELLS))


async def ask_and_copy(
    app: DialogApp, about: Vm | Checkpoint | None, disks: VmDisks | None, error: str
) -> None:
    """Ask what to copy of a VM or a checkpoint, and copy it. `error` is that of the last refresh, or ""."""
    if about is not None:
        chosen = await app.open(CopyDialog(about.name, _can_be_copied(about, disks, redact(error))))
        if chosen is not None:
            copy(app, chosen.what, about.name, chosen.text)


def _can_be_copied(about: Vm | Checkpoint, disks: VmDisks | None, error: str) -> list[Copied]:
    found = [Copied("n", "name", about.name), Copied("i", "ID", bare_id(about.id))]
    vm_id, checkpoint_id = (about.vm_id, about.id) if isinstance(about, Checkpoint) else (about.id, None)
    files = disk_files(disks, checkpoint_id) if disks and disks.vm_id == vm_id else []
    if files:
        what = "path of the disk file" if len(files) == 1 else "paths of the disk files"
        found.append(Copied("p", what, "\n".join(disk.path for disk, _ in files)))
    if error:
        found.append(Copied("e", "error of the last refresh", error))
    return found


class CopyDialog(Dialog[Copied]):
    """The answer is what to copy."""

    app: DialogApp
    initial_focus = "#copy-n"
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.COPY)

    def __init__(self, name: str, found: list[Copied]) -> None:
        self.heading = compose("Copy from {name}", name=name)
        super().__init__()
        self._found = found

    def body(self) -> Iterable[Widget]:
        for each in self._found:
            text = "\n".join(compose("   {line}", line=line) for line in each.text.splitlines())
            yield paragraph(SafeText(f"{self._key(each)}  {each.what}\n{text}"))

    def buttons(self) -> Iterable[Button]:
        for each in self._found:
            yield AnswerButton(each.what.split()[0].capitalize().replace("Id", "ID"), id=f"copy-{each.key}")
        yield AnswerButton("Cancel", id="cancel")

    def _key(self, copied: Copied) -> str:
        """Return the name of the key in force."""
        action = f"take('{copied.key}')"
        return next(self.app.key_of(each.id) for each in self.app.shortcuts.values() if each.action == action)

    def action_take(self, key: str) -> None:
        found = [each for each in self._found if each.key == key]
        if found:
            self.dismiss(found[0])

    @on(Button.Pressed)
    def answer(self, event: Button.Pressed) -> None:
        if event.button.id == "cancel":
            self.dismiss(None)
        else:
            self.action_take((event.button.id or "").removeprefix("copy-"))
