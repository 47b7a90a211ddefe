"""hvtui on a simulated host whose readings never end, for ``benchmarks.keys``."""

from __future__ import annotations

from pathlib import Path

from hvtui.backends.hosts.targets import Targets
from hvtui.backends.mock.backend import MockBackend
from hvtui.tui.app import HvtuiApp


def main() -> None:
    backend = MockBackend()
    backend.host("lab").network.latency = 3600
    targets = Targets(Path("no-such-folder") / "config.toml", load=lambda name: backend)
    HvtuiApp(targets.demo(scenario="lab"), targets).run()


if __name__ == "__main__":
    main()
