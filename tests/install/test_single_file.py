"""`hvtui.pyz` unpacks itself once, into a folder that only its user can write, or says why it cannot."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from distribution.single_file import pack
from distribution.targets import Target, linux, this_one, windows
from tests.install.wheels import write_wheel

if TYPE_CHECKING:
    from pathlib import Path

SHOW_WHERE = "def main():\n    print(__file__)\n    return 7\n"
needs_modes = pytest.mark.skipif(os.name == "nt", reason="no modes of files on Windows")


def packed(folder: Path, target: Target, *, other_files: int = 0) -> Path:
    write_wheel(
        folder,
        "hvtui",
        files={
            "hvtui/__init__.py": "",
            "hvtui/tui/__init__.py": "",
            "hvtui/tui/cli/__init__.py": "",
            "hvtui/tui/cli/main.py": SHOW_WHERE,
        }
        | {f"other/{number}.txt": "" for number in range(other_files)},
    )
    pack(folder, [target], folder / "hvtui.pyz")
    return folder / "hvtui.pyz"


def start(file: Path, cache: Path) -> subprocess.Popen[str]:
    """Start it with a Python that sees no installed packages."""
    environment = os.environ | {"XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    command = [sys.executable, "-S", "-E", str(file)]
    return subprocess.Popen(
        command, cwd=file.parent, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_it_runs_from_one_folder_and_hands_on_the_exit_code(tmp_path: Path) -> None:
    file, cache = packed(tmp_path, this_one()), tmp_path / "cache"
    wheres = set()
    for _ in range(2):
        started = start(file, cache)
        where, said = started.communicate()
        assert (started.returncode, said) == (7, "")
        wheres.add(where)
    assert len(wheres) == 1
    assert wheres.pop().startswith(str(cache))


@needs_modes
def test_only_its_user_can_read_what_it_unpacked(tmp_path: Path) -> None:
    start(packed(tmp_path, this_one()), tmp_path / "cache").communicate()
    (unpacked,) = (tmp_path / "cache" / "hvtui").iterdir()
    assert [oct(folder.stat().st_mode & 0o777) for folder in (unpacked.parent, unpacked)] == [
        "0o700",
        "0o700",
    ]


def test_started_many_times_at_once_it_unpacks_into_one_folder(tmp_path: Path) -> None:
    file, cache = packed(tmp_path, this_one(), other_files=500), tmp_path / "cache"  # so that all are at it
    started = [start(file, cache) for _ in range(6)]
    wheres = {each.communicate()[0] for each in started}
    assert [each.returncode for each in started] == [7] * 6
    assert len(wheres) == 1
    assert len([each for each in cache.rglob("*") if each.name == "main.py"]) == 1


def test_a_python_that_it_has_no_wheels_for_is_told_which_it_has(tmp_path: Path) -> None:
    other = windows()[0] if os.name == "posix" else linux()[0]
    started = start(packed(tmp_path, other), tmp_path / "cache")
    _, said = started.communicate()
    assert started.returncode == 1
    assert "CPython 3.11 to 3.14 on Windows and Linux" in said
    assert f"{sys.version_info.major}.{sys.version_info.minor} on" in said
    assert this_one().extension_suffix in said
    assert not (tmp_path / "cache").exists()


@pytest.mark.skipif(os.name == "nt", reason="no pseudo-terminals on Windows")
def test_on_a_terminal_it_says_that_it_unpacks_but_only_once(tmp_path: Path) -> None:
    from tests.terminal.bare import BareTerminal

    file = packed(tmp_path, this_one())
    for says in (True, False):
        with BareTerminal("-S", "-E", str(file), XDG_CACHE_HOME=str(tmp_path / "cache")) as terminal:
            terminal.shows(b"main.py")
            assert (b"Unpacking hvtui into" in terminal.written) is says


@needs_modes
def test_a_folder_that_others_can_write_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "hvtui"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    started = start(packed(tmp_path, this_one()), tmp_path / "cache")
    assert "others can write there. Set XDG_CACHE_HOME" in started.communicate()[1]
    assert started.returncode == 1
    assert list(folder.iterdir()) == []


NOEXEC = (
    "unshare",
    "--map-root-user",
    "--mount",
    "sh",
    "-c",
    'mount -t tmpfs -o noexec tmpfs "$0" && exec "$@"',
)


@needs_modes
def test_a_file_system_without_executables_is_refused(tmp_path: Path) -> None:
    if not shutil.which("unshare") or subprocess.run([*NOEXEC, tmp_path, "true"], check=False).returncode:
        pytest.skip("needs unshare, and the right to mount")
    file, cache = packed(tmp_path, this_one()), tmp_path / "cache"
    cache.mkdir()
    command = [*NOEXEC, str(cache), sys.executable, "-S", "-E", str(file)]
    ran = subprocess.run(
        command, env=os.environ | {"XDG_CACHE_HOME": str(cache)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1
    assert "is mounted with noexec" in ran.stderr


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    started = start(packed(tmp_path, this_one()), tmp_path / "cache")
    (line,) = started.communicate()[1].splitlines()
    assert line.startswith("hvtui cannot be unpacked into ")
    assert started.returncode == 1
