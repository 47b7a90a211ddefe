"""The box of a dialog, and a box of names in it. Both scroll."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll

from hvtui.tui.keys.shortcuts import Place, bindings

if TYPE_CHECKING:
    from textual.binding import BindingType


class Names(VerticalScroll, can_focus=False):
    """A list of names in a box of its own, so that the facts above it stay in view. The page keys scroll it too."""

    DEFAULT_CSS = """
    Names { height: auto; max-height: 8; border: round $border-blurred; }
    """


class Box(VerticalScroll, can_focus=False):
    """The box of a dialog. The page keys scroll by the lines above the buttons, which cover the last ones.

    A list of names in it is scrolled before this box on the way up, and after it on the way down.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.BOX)

    @property
    def scrolls(self) -> bool:
        """Whether some lines are out of view."""
        return any(each.max_scroll_y > 0 for each in (self, *self.query(Names)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.scrolls if action in ("page_down", "page_up") else True

    def action_page_up(self) -> None:
        for names in self.query(Names):
            if names.scroll_y > 0:
                names.scroll_relative(y=-names.scrollable_content_region.height)
                return
        self._page(-1)

    def action_page_down(self) -> None:
        for names in self.query(Names):
            if self.scroll_y >= self.max_scroll_y:
                names.scroll_relative(y=names.scrollable_content_region.height)
                return
        self._page(1)

    def _page(self, pages: int) -> None:
        buttons = self.query_one("#buttons").outer_size.height
        self.scroll_relative(y=pages * (self.scrollable_content_region.height - buttons))
