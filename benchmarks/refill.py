"""A DataTable of 10,000 rows that any key empties and fills again, for ``benchmarks.keys``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import DataTable

if TYPE_CHECKING:
    from textual.app import ComposeResult

ROWS = 10_000


class Refill(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable()

    def on_mount(self) -> None:
        self.query_one(DataTable).add_columns("name", "state", "count", "age")
        self.on_key()

    def on_key(self) -> None:
        table = self.query_one(DataTable)
        table.clear()
        table.add_rows((f"app-{number:05}", "running", 2, "90 d") for number in range(ROWS))


if __name__ == "__main__":
    Refill().run()
