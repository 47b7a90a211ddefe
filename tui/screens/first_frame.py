"""Makes the first frame of a screen sooner."""

from __future__ import annotations

from textual.screen import Screen


class FirstFrameScreen(Screen[None]):
    """A screen that is styled once and painted once before it is first shown; Textual does each twice."""

    def __init__(self) -> None:
        super().__init__()
        width, height = self.app.size
        # Textual sets these when the screen is resized to its first size, and then styles every widget anew.
        self.set_classes(
            self._get_breakpoint_classes(width, self.HORIZONTAL_BREAKPOINTS or [])
            | self._get_breakpoint_classes(height, self.VERTICAL_BREAKPOINTS or [])
        )

    def _compositor_refresh(self) -> None:
        if not self.app._batch_count:  # otherwise the frame would be painted and then not be shown
            super()._compositor_refresh()
