"""A folder of wheels for a machine without an index has all that the target needs, also another one than this."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from distribution.completeness import missing, wheels_for
from distribution.targets import PYTHONS, Target, linux, windows
from distribution.wheelhouse import LOCK, locked_for
from tests.install.wheels import write_wheel

if TYPE_CHECKING:
    from pathlib import Path

WINDOWS, LINUX = windows()[1], linux()[1]  # with Python 3.12
KEYRING = ("pywin32-ctypes>=0.2; sys_platform == 'win32'", "secretstorage; sys_platform == 'linux'")


def locked_names(target: Target) -> set[str]:
    lines = locked_for(target, LOCK.read_text(encoding="utf-8"))
    return {Requirement(line.split(" --hash=")[0]).name for line in lines}


def test_windows_gets_what_only_windows_needs_wherever_it_is_packed() -> None:
    assert {"pywin32-ctypes", "sspilib"} <= locked_names(WINDOWS)
    assert {"jeepney", "secretstorage"} & locked_names(WINDOWS) == set()
    assert {"jeepney", "secretstorage"} <= locked_names(LINUX)


def test_an_older_python_gets_what_only_it_needs() -> None:
    assert "importlib-metadata" in locked_names(windows()[0])
    assert "importlib-metadata" not in locked_names(WINDOWS)


def test_what_only_an_older_python_needs_is_missed_for_that_one_alone(tmp_path: Path) -> None:
    write_wheel(tmp_path, "hvtui", requires=("importlib-metadata; python_version < '3.12'",))
    assert [len(missing(tmp_path, target)) for target in windows()] == [1, 0, 0, 0]


def test_every_download_is_held_to_its_hashes() -> None:
    lines = locked_for(WINDOWS, LOCK.read_text(encoding="utf-8"))
    assert lines
    assert all(re.fullmatch(r"\S+==\S+( --hash=sha256:[0-9a-f]{64})+", line) for line in lines)


def test_what_is_packed_has_the_versions_that_are_tested() -> None:
    tested = LOCK.with_name("requirements-dev.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^\S+==\S+", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned
    assert set(pinned) <= set(re.findall(r"^\S+==\S+", tested, re.MULTILINE))


def test_the_targets_are_told_apart_by_their_compiled_modules() -> None:
    suffixes = [target.extension_suffix for target in (*windows(), *linux())]
    assert len(set(suffixes)) == 2 * len(PYTHONS)
    assert WINDOWS.extension_suffix == ".cp312-win_amd64.pyd"
    assert LINUX.extension_suffix == ".cpython-312-x86_64-linux-gnu.so"


def test_a_requirement_that_only_the_target_has_is_missed(tmp_path: Path) -> None:
    write_wheel(tmp_path, "hvtui", requires=("keyring>=25",))
    write_wheel(tmp_path, "keyring", version="25.1", requires=KEYRING)
    (sentence,) = missing(tmp_path, WINDOWS)
    assert sentence == (
        'There is no wheel of pywin32-ctypes>=0.2; sys_platform == "win32" for CPython 3.12 on Windows AMD64, '
        "which keyring needs."
    )
    write_wheel(tmp_path, "pywin32_ctypes", version="0.2.3")
    assert missing(tmp_path, WINDOWS) == []
    (sentence,) = missing(tmp_path, LINUX)
    assert "secretstorage" in sentence


@pytest.mark.parametrize(
    "tag", ["cp311-cp311-win_amd64", "cp312-cp312-win32", "cp312-cp312-manylinux_2_28_x86_64"]
)
def test_a_wheel_for_another_python_or_platform_does_not_count(tmp_path: Path, tag: str) -> None:
    write_wheel(tmp_path, "hvtui", requires=("cffi",))
    write_wheel(tmp_path, "cffi", tag)
    (sentence,) = missing(tmp_path, WINDOWS)
    assert "cffi" in sentence
    write_wheel(tmp_path, "cffi", "cp312-cp312-win_amd64")
    assert missing(tmp_path, WINDOWS) == []


def test_a_version_that_is_too_old_does_not_count(tmp_path: Path) -> None:
    write_wheel(tmp_path, "hvtui", requires=("keyring>=25",))
    write_wheel(tmp_path, "keyring", version="24.9")
    assert len(missing(tmp_path, LINUX)) == 1


def test_extras_that_are_asked_for_count_and_no_others(tmp_path: Path) -> None:
    write_wheel(tmp_path, "hvtui", requires=("pywinrm[credssp]", "gssapi; extra == 'kerberos'"))
    write_wheel(
        tmp_path,
        "pywinrm",
        requires=("requests-credssp; extra == 'credssp'", "pykerberos; extra == 'kerberos'"),
    )
    (sentence,) = missing(tmp_path, LINUX)
    assert "requests-credssp" in sentence


def test_a_compiled_wheel_is_preferred_to_one_that_runs_everywhere(tmp_path: Path) -> None:
    for tag in ("py3-none-any", "cp312-cp312-win_amd64"):
        write_wheel(tmp_path, "fast", tag)
    assert wheels_for(tmp_path, WINDOWS)["fast"].name == "fast-1.0-cp312-cp312-win_amd64.whl"
    assert wheels_for(tmp_path, LINUX)["fast"].name == "fast-1.0-py3-none-any.whl"
