"""A widget that draws lines of text with tones, and repaints only the lines that changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.content import Content
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style as ContentStyle

from hvtui.tui.text.safe import SafeText

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.color import Color as RichColor

    from hvtui.tui.keys.shortcuts import Place

Spans = tuple[tuple["SafeText", str], ...]
"""A line as pieces of text, each with its tone: "" or one of `TONES`."""

TONES: Final = {
    "cursor": ("block-cursor-foreground", "block-cursor-background", True),
    "cursor-blurred": ("block-cursor-blurred-foreground", "block-cursor-blurred-background", False),
    "muted": ("foreground-muted", "", False),
    "faint": ("foreground-disabled", "", False),
    "strong": ("", "", True),
    "accent": ("primary", "", False),
    "good": ("success", "", False),
    "warning": ("warning", "", True),
    "bad": ("error", "", True),
    "badge": ("background", "warning", True),
    "badge-demo": ("background", "accent", True),
    "badge-locked": ("foreground", "border-blurred", True),
}
"""The colour and the background of each tone, as variables of the theme ("" for that of the line), and whether it is bold.

Component classes would be slower: Textual styles each of them anew for each widget at each change.
"""
_BORDER_CELLS = 6
"""What the top border needs beside its title."""
_PLAIN = {
    # The cursor line omits tones that it does not need: each change of style costs some 40 bytes at every cursor step.
    "cursor": ("", "muted", "faint", "strong", "accent", "good"),
    # Grey on the colour of the cursor is hard to read, and invisible in sixteen colours.
    "cursor-blurred": ("", "muted", "faint"),
}


class Lines(ScrollView):
    """Draws lines. A subclass implements `line`, and calls `repaint_changed` when its result may have changed."""

    DEFAULT_CSS = """
    Lines {
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        &.pane {
            border: round $border-blurred;
            border-title-color: $foreground-muted;
            border-subtitle-color: $foreground-disabled;
        }
        &.pane:focus {
            border: round $border;
            border-title-color: $primary;
            border-title-style: bold;
            &:nocolor { border: heavy $border; }
        }
    }
    """
    PLACES: ClassVar[tuple[Place, ...]] = ()
    """Whose shortcuts work while it has the focus, besides those of the screen."""
    ALLOW_SELECT = False

    stale: var[bool] = var(False, init=False)
    """What is drawn may not be so any more: it is dimmed."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._tones: dict[str, Style] = {}
        self._painted: dict[int, tuple[str, Spans]] = {}
        self._drawn_title: Content | None = None
        self._titles: Sequence[Content] = ()
        self._headings: Sequence[SafeText] = ()
        self._row_cells: int | None = None

    def watch_stale(self) -> None:
        self.refresh()

    def line(self, index: int) -> tuple[str, Spans]:
        """Return the line with this index: its base style ("", "cursor" or "cursor-blurred"), and its pieces."""
        raise NotImplementedError

    @property
    def room(self) -> int:
        """The width of a line in cells, without the scrollbar."""
        return self.scrollable_content_region.width

    def repaint_changed(self) -> None:
        if not self._painted:
            self.refresh()  # before the first frame, which needs no comparison
            return
        top = self.scroll_offset.y
        for y in range(self.size.height):
            if self._painted.get(y) != self.line(y + top):
                self.refresh_line(y + top)

    def show_title(
        self, *titles: Content, headings: Sequence[SafeText] = (), row_cells: int | None = None
    ) -> None:
        """Show a title in the top border, and above the end of the rows the headings of their columns.

        `titles` become shorter: the first beside which all headings fit is shown. If there is none, it is the last one,
        with as many headings as fit beside it; those on the left are left out first. `row_cells` is how wide the rows
        are; None if they reach the right border.
        """
        self._titles, self._headings, self._row_cells = titles, headings, row_cells
        self._draw_title()

    @property
    def title_room(self) -> int:
        """The number of cells for the title and the headings."""
        return self.outer_size.width - _BORDER_CELLS

    def on_resize(self) -> None:
        self._draw_title()

    def on_focus(self) -> None:
        self._draw_title()

    def on_blur(self) -> None:
        self._draw_title()

    def _draw_title(self) -> None:
        if not self._titles:
            return
        room = self.title_room
        headings = [*self._headings]
        width = cell_len(_joined(headings))
        title = next(
            (each for each in self._titles if each.cell_length + 3 + width <= room), self._titles[-1]
        )
        while headings and title.cell_length + 3 + cell_len(_joined(headings)) > room:
            del headings[0]
        if headings:
            line, color = self.styles.border_top
            end = room if self._row_cells is None else min(room, self._row_cells)
            filler = max(1, end - title.cell_length - 2 - cell_len(_joined(headings)))
            drawn = (("━" if line == "heavy" else "─") * filler, ContentStyle(foreground=color))
            title = Content.assemble(title, " ", drawn, " ", _joined(headings))
        if title != self._drawn_title:  # setting it repaints the whole widget
            self._drawn_title = self.border_title = title

    def notify_style_update(self) -> None:
        self._tones.clear()  # the theme may have changed
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        kind, spans = self._painted[y] = self.line(y + self.scroll_offset.y)
        style = self.rich_style + self.tone(kind) if kind else self.rich_style
        plain = _PLAIN.get(kind, ("",))
        segments = [
            Segment(text, style if tone in plain or text.isspace() else style + self.tone(tone))
            for text, tone in spans
        ]
        if self.stale:
            segments = [Segment(text, (own or style) + Style(dim=True)) for text, own, _ in segments]
        return Strip(segments).adjust_cell_length(self.room, style).simplify()

    def tone(self, name: str) -> Style:
        if name not in self._tones:
            ink, paper, bold = TONES[name]
            self._tones[name] = Style(color=self._color(ink), bgcolor=self._color(paper), bold=bold or None)
        return self._tones[name]

    def _color(self, variable: str) -> RichColor | None:
        """Return a colour of the theme; None for that of the line, which "auto" stands for too."""
        value = self.app.theme_variables[variable] if variable else "auto"
        return None if value.startswith("auto") else Color.parse(value).rich_color


def _joined(headings: Sequence[SafeText]) -> SafeText:
    return SafeText(", ".join(headings))
