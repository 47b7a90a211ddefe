"""Shows the report of an error, to copy or to save."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.content import Content
from textual.widgets import Button, Static

from hvtui.tui import error_report
from hvtui.tui.dialogs.controls import AnswerButton
from hvtui.tui.dialogs.copyable import CopyableDialog
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.safe import SafeText, compose, lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from hvtui.tui.error_report import ErrorReport

_ABOUT = {
    False: "Names of the host and the user, and addresses, are left out. Names of VMs may be in it: look before you publish it.",
    True: "Names and addresses are in it: do not publish it. Passwords never are.",
}


class ReportDialog(CopyableDialog[None]):
    heading = SafeText("Error report")
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.REPORT)

    def __init__(self, report: ErrorReport) -> None:
        super().__init__()
        self._report, self._names = report, False

    def body(self) -> Iterable[Widget]:
        yield Static(id="about", classes="strong", markup=False)
        yield Static(id="report", markup=False)

    def on_mount(self) -> None:
        self._show()

    def buttons(self) -> Iterable[Button]:
        yield AnswerButton("Save", id="save")
        yield from super().buttons()

    @property
    def text(self) -> str:
        return self._report.text(names=self._names)

    def _show(self) -> None:
        self.query_one("#about", Static).update(_ABOUT[self._names])
        self.query_one("#report", Static).update(Content("\n".join(lines(self.text))))

    def action_names(self) -> None:
        self._names = not self._names
        self._show()

    @on(Button.Pressed, "#save")
    def action_save(self) -> None:
        try:
            words = compose("Saved as {file}", file=error_report.save(self.text, datetime.now(UTC)))
        except OSError as error:
            words = compose("Not saved: {why}", why=error.strerror or error)
        self.query_one("#box").mount(paragraph(words, "strong"), before="#about")
        self.query_one("#box").scroll_home(animate=False)
