"""The platforms and Pythons that hvtui is packed for."""

from __future__ import annotations

import sysconfig
from dataclasses import dataclass
from typing import TYPE_CHECKING

from packaging.markers import default_environment
from packaging.tags import compatible_tags, cpython_tags, sys_tags

if TYPE_CHECKING:
    from packaging.tags import Tag

PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A platform with a Python."""

    extension_suffix: str
    """How the file of a compiled module ends there: no two targets have the same."""
    environment: dict[str, str]
    """The values of environment markers there: pip always takes those of the Python that runs it."""
    tags: tuple[Tag, ...]
    """The tags of wheels that can be installed there, best first."""
    pip_options: tuple[str, ...] = ()
    """What makes ``pip download`` take wheels for it."""

    @property
    def title(self) -> str:
        python = f"{self.environment['platform_python_implementation']} {self.environment['python_version']}"
        return f"{python} on {self.environment['platform_system']} {self.environment['platform_machine']}"


def this_one() -> Target:
    environment = {name: str(value) for name, value in default_environment().items()}
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    return Target(extension_suffix=suffix, environment=environment, tags=tuple(sys_tags()))


def windows() -> tuple[Target, ...]:
    marked = {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
    }
    return tuple(_target(python, ("win_amd64",), "{}-win_amd64.pyd", marked) for python in PYTHONS)


def linux() -> tuple[Target, ...]:
    """glibc 2.28 or newer: Debian 10, RHEL 8."""
    marked = {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
    }
    glibc = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
    return tuple(_target(python, glibc, "{}-x86_64-linux-gnu.so", marked) for python in PYTHONS)


def _target(python: str, platforms: tuple[str, ...], suffix: str, marked: dict[str, str]) -> Target:
    version = tuple(int(part) for part in python.split("."))
    interpreter = "cp" + python.replace(".", "")
    named = interpreter if "win" in suffix else interpreter.replace("cp", "cpython-")
    chosen = [("--platform", platform) for platform in platforms]
    return Target(
        extension_suffix=f".{suffix.format(named)}",
        environment=marked
        | {
            "implementation_name": "cpython",
            "implementation_version": f"{python}.0",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_version": "",
            "python_version": python,
            "python_full_version": f"{python}.0",
        },
        tags=(
            *cpython_tags(version, [interpreter], platforms),
            *compatible_tags(version, interpreter, platforms),
        ),
        pip_options=(*(word for pair in chosen for word in pair), "--python-version", python),
    )
