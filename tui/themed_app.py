"""What the app does for the preferences: its colours, and what is said of mistakes in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on
from textual.command import CommandPalette
from textual.filter import Monochrome

from hvtui.backends.errors import SettingsError
from hvtui.tui.dialogs.dialog_app import DialogApp
from hvtui.tui.preferences.look import look_in_force
from hvtui.tui.terminal.theme import NO_COLOR, textual_theme
from hvtui.tui.text.safe import SafeText, compose, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.filter import LineFilter

_MISTAKES, _MISTAKES_SECONDS = 3, 20.0
"""How many mistakes in the settings are shown at the start, and for how long."""


class ThemedApp(DialogApp):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._never_colors = self.no_color
        """NO_COLOR is in the environment."""
        self.look = ""
        """The name of the look that is shown."""
        self._look_before: str | None = None
        """The look to go back to if none is chosen; None while there is no choice."""
        self.use_theme(look_in_force(self.preferences, self.console, no_color=self.no_color)[0])

    def use_theme(self, name: str) -> None:
        """Change the colours to those of this look, unless the environment allows no colours."""
        if name == self.look:
            return
        self.look = name
        self.no_color = self._never_colors or name == NO_COLOR
        theme = textual_theme(NO_COLOR if self._never_colors else name)
        self.register_theme(theme)
        self.theme = theme.name

    def refresh_css(self, animate: bool = True) -> None:
        """Style everything anew, in other colours. Before there is a screen, nothing is styled yet: take the colours."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:  # Textual would parse the style sheets now, and then once more
            self.stylesheet.set_variables(self.get_css_variables())

    def get_line_filters(self) -> Sequence[LineFilter]:
        chosen = [Monochrome()] if self.no_color and not self._never_colors else []
        return [*super().get_line_filters(), *chosen]

    def action_change_theme(self) -> None:
        from hvtui.tui.palette.themes import ThemePalette

        self._look_before = self.look
        palette = ThemePalette(self.screen, self.look, show=self.use_theme, choose=self._choose_theme)
        self.push_screen(palette)

    @on(CommandPalette.Closed)
    def end_preview(self, event: CommandPalette.Closed) -> None:
        if self._look_before is not None and not event.option_selected:
            self.use_theme(self._look_before)
        self._look_before = None

    def tell_mistakes(self) -> None:
        """Say what could not be used of the settings."""
        mistakes = self.preferences.mistakes
        shown = [safe(words) for words in mistakes[:_MISTAKES]]
        if more := len(mistakes) - len(shown):
            shown.append(SafeText(f"And {more} more: `hvtui config` lists them."))
        if shown:
            words = "\n".join(shown)
            self.notify(words, title="Settings", severity="warning", timeout=_MISTAKES_SECONDS, markup=False)

    def _choose_theme(self, name: str) -> None:
        """Change the colours, and remember the choice in the config file."""
        from hvtui.tui.preferences.saving import save_theme

        self.use_theme(name)
        try:
            if self.preferences.file is not None:
                save_theme(self.preferences.file, name)
        except SettingsError as error:
            words = compose("{error} The colours stay until hvtui ends.", error=error.message)
            self.notify(words, title="Settings", severity="warning", markup=False)
