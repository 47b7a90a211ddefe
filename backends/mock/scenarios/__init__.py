"""The scenarios: sample data for simulated hosts. All times are relative to the clock's current time."""

from hvtui.backends.mock.datacenter import SimulatedHost
from hvtui.backends.mock.scenarios.catalog import ALL_NAMES, MANAGED, NAMES, build
from hvtui.backends.mock.scenarios.datacenter import SEVERAL

__all__ = ["ALL_NAMES", "MANAGED", "NAMES", "SEVERAL", "SimulatedHost", "build"]
