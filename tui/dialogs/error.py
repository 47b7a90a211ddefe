"""Shows an error: its message, a hint, and a detail. The whole text can be copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on
from textual.widgets import Button

from hvtui.backends.operations.command import Command
from hvtui.tui.dialogs.controls import AnswerButton
from hvtui.tui.dialogs.copyable import CopyableDialog
from hvtui.tui.dialogs.dialog import paragraph
from hvtui.tui.keys.shortcuts import Place, bindings
from hvtui.tui.text.problems import WAY_OUT_LABELS
from hvtui.tui.text.safe import SafeText, lines, safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType
    from textual.widget import Widget

    from hvtui.tui.text.problems import Problem

_BOX_WIDTH, _FRAME = 72, 6
"""The cells of a dialog, which is narrower on a narrow screen (see `app.tcss`), and those of its frame beside the title."""


class ErrorDialog(CopyableDialog[type[Command]]):
    """The answer is the command that leads out of the problem, if the person chooses that."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.ERROR)

    def __init__(self, problem: Problem) -> None:
        self.heading = safe(problem.title)
        super().__init__()
        self._problem = problem

    def on_mount(self) -> None:
        super().on_mount()
        title, *rest = self._texts()
        self.app.remember(title, " ".join(rest))

    def body(self) -> Iterable[Widget]:
        if cell_len(self.heading) > min(_BOX_WIDTH, self.app.size.width * 96 // 100) - _FRAME:
            yield paragraph(self.heading)
        yield paragraph(safe(self._problem.message), "strong")
        if self._problem.hint:
            yield paragraph(safe(self._problem.hint))
        if self._problem.detail:
            yield paragraph(SafeText("\n".join(lines(self._problem.detail))), "muted")

    def buttons(self) -> Iterable[Button]:
        if self._problem.way_out is not None:
            yield AnswerButton(WAY_OUT_LABELS[self._problem.way_out], id="way-out")
        yield from super().buttons()

    @property
    def text(self) -> str:
        return "\n".join(self._texts())

    def action_report(self) -> None:
        from hvtui.tui.dialogs.report import ReportDialog
        from hvtui.tui.error_report import ErrorReport

        app, size = self.app, self.app.size
        report = ErrorReport(problem=self._problem, targets=app.targets, size=(size.width, size.height))
        app.show(ReportDialog(report))

    def _texts(self) -> list[str]:
        shown = self._problem
        return [text for text in (shown.title, shown.message, shown.hint, shown.detail) if text]

    @on(Button.Pressed, "#way-out")
    def take_way_out(self) -> None:
        self.dismiss(self._problem.way_out)
