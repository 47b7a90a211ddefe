"""The scenarios: sample data for simulated hosts. All times are relative to the clock's current time."""

from hvtui.backends.mock.scenarios.catalog import NAMES, SimulatedHost, build

__all__ = ["NAMES", "SimulatedHost", "build"]
