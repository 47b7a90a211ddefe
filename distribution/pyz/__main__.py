"""Starts hvtui from `hvtui.pyz`: unpacks the wheels for this Python once, because compiled modules need real files.

It stands alone and is read by Pythons that hvtui does not support, so that they can say so: nothing newer than 3.6.
"""

import io
import json
import os
import platform
import shutil
import stat
import sys
import sysconfig
import tempfile
import time
import zipfile
from pathlib import Path

RENAME_TRIES = 20
"""At intervals of 0.1 s: on Windows, a virus scanner that reads new files prevents that their folder is renamed."""


def main() -> None:
    with zipfile.ZipFile(str(Path(__file__).parent)) as archive:
        packed = json.loads(archive.read("packed.json").decode("utf-8"))
        suffix = sysconfig.get_config_var("EXT_SUFFIX")
        if suffix not in packed["wheels"]:
            sys.exit(f"This file has hvtui for {packed['made_for']}, not for {_this_python()} ({suffix}).")
        folder = cache_folder() / f"{packed['build']}-{sys.implementation.cache_tag}"
        try:
            _unpack(archive, packed["wheels"][suffix], folder)
        except OSError as error:
            sys.exit(f"hvtui cannot be unpacked into {folder}: {error}")
    sys.path.insert(0, str(folder))
    from hvtui.tui.cli.main import main as run

    sys.exit(run())


def cache_folder() -> Path:
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "hvtui", "Cache")
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "hvtui")


def _unpack(archive: zipfile.ZipFile, wheels: "list[str]", folder: Path) -> None:
    """Make the folder, or find it made. It appears whole, also when several hvtui are started at once."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check(folder.parent)
    if folder.is_dir():
        return
    if sys.stderr.isatty():
        print(f"Unpacking hvtui into {folder} ...", file=sys.stderr)
    scratch = tempfile.mkdtemp(dir=str(folder.parent))
    try:
        for wheel in wheels:
            with zipfile.ZipFile(io.BytesIO(archive.read(wheel))) as content:
                content.extractall(scratch)
        _rename(Path(scratch), folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _rename(scratch: Path, folder: Path) -> None:
    for attempt in range(RENAME_TRIES):
        try:
            scratch.rename(folder)
        except OSError:
            if folder.is_dir():
                return  # another hvtui was first
            if attempt == RENAME_TRIES - 1:
                raise
            time.sleep(0.1)
        else:
            return


def _check(folder: Path) -> None:
    """What others can write, they can also replace with code of theirs. On Windows the profile is private."""
    if os.name == "nt":
        return
    found = folder.stat()
    if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        reason = "belongs to another user, or others can write there"
    elif os.statvfs(str(folder)).f_flag & os.ST_NOEXEC:
        reason = "is mounted with noexec"
    else:
        return
    sys.exit(f"hvtui does not start: {folder} {reason}. Set XDG_CACHE_HOME to another folder of your own.")


def _this_python() -> str:
    version = ".".join(str(part) for part in sys.version_info[:2])
    return f"{platform.python_implementation()} {version} on {sysconfig.get_platform()}"


if __name__ == "__main__":
    main()
