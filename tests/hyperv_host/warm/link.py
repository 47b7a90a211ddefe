"""A link to a warm engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hvtui.backends.powershell.local_link import LocalLink
from tests.hyperv_host.warm.pool import start

if TYPE_CHECKING:
    from tests.hyperv_host.engine import Engine


class WarmLink(LocalLink):
    def __init__(self, engine: Engine) -> None:
        # `Run` has what a link uses of `Popen`.
        super().__init__(engine.path, {"PWSH_EDITION": engine.edition}, start_process=start)  # type: ignore[arg-type]
