"""The config file: what it may say, and that what it says wrongly is told by file, table and key."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts.config import PasswordSource, SavedHost, load, save
from hvtui.backends.hyperv.backend import HyperVSettings
from hvtui.backends.settings import setting

if TYPE_CHECKING:
    from pathlib import Path

FULL = """\
# mine
[hosts.hv01]
address = "hv01.corp.example" # the big one
transport = "https"
port = 5986
auth = "ntlm"
user = 'CORP\\you'
ca_file = "/etc/ca.pem"
label = "PROD"
read_only = true
password_command = ["pass", "show", "hv01"]

# the lab
[hosts.hv02]
password = "keyring"
"""


@dataclass(frozen=True)
class OtherSettings:
    """The settings of another remote backend."""

    host: str = ""
    tenant: str = setting(flag="--tenant", help="", default="")
    port: str = setting(flag="--port", number=True, help="", default="")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hvtui" / "config.toml"


def write(file: Path, text: str | bytes) -> None:
    file.parent.mkdir(exist_ok=True)
    file.touch(0o600)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_hosts_come_in_their_order_with_all_that_was_said_of_them(file: Path) -> None:
    write(file, FULL)
    big, lab = load(file).hosts
    assert big == SavedHost(
        name="hv01",
        settings={
            "host": "hv01.corp.example",
            "transport": "https",
            "port": "5986",
            "auth": "ntlm",
            "user": "CORP\\you",
            "ca_file": "/etc/ca.pem",
        },
        label="PROD",
        read_only=True,
        password_command=("pass", "show", "hv01"),
    )
    assert lab == SavedHost(name="hv02", password=PasswordSource.KEYRING)


def test_without_a_file_there_are_no_hosts(file: Path) -> None:
    assert load(file).hosts == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[hosts.hv01\n", ["not TOML", "line 1"]),
        ("[hosts.hv01]\npassword = hunter2", ["not TOML", "line 2"]),
        (b"\xff", ["not UTF-8"]),
        ("[host.hv01]", ["“host”", "Is it hosts?"]),
        ("hosts = 3", ["hosts is not a table"]),
        ("[hosts]\nhv01 = 3", ["[hosts.hv01] is not a table"]),
        ('[hosts.""]', ["the name is empty"]),
        ('[hosts.hv01]\nuesr = "x"', ["[hosts.hv01]", "“uesr”", "Is it user?"]),
        ('[hosts.hv01]\nzzz = "x"', ["“zzz”", "Known: backend, address"]),
        ("[hosts.hv01]\nuser = 3", ["[hosts.hv01]", "user", "text in quotes"]),
        ('[hosts.hv01]\nread_only = "yes"', ["read_only", "true or false"]),
        ('[hosts.hv01]\nport = "5986"', ["port", "a number"]),
        ("[hosts.hv01]\nport = true", ["port", "a number"]),
        ("[hosts.hv01]\nport = 70000", ["port", "65535"]),
        ('[hosts.hv01]\npassword_command = "pass show hv01"', ["password_command", "a list of words"]),
        ("[hosts.hv01]\npassword_command = []", ["password_command", "a list of words"]),
        ('[hosts.hv01]\nlabel = "PRODUCTION-EU"', ["label", "12 letters"]),
        (f'[hosts.hv01]\nlabel = "{"本" * 7}"', ["label", "12 letters", "count twice"]),
        ('[hosts.hv01]\npassword = "hunter2"', ["[hosts.hv01]", "does not belong here"]),
        ("[hosts.hv01]\npassword = 1234567", ["[hosts.hv01]", "does not belong here"]),
    ],
)
def test_what_is_wrong_is_named_and_a_password_is_never_repeated(
    file: Path, text: str | bytes, words: list[str]
) -> None:
    write(file, text)
    with pytest.raises(SettingsError) as raised:
        load(file)
    text = f"{raised.value.message} {raised.value.hint} {raised.value.detail}"
    assert [word for word in (str(file), *words) if word not in text] == []
    assert raised.value.hint
    assert "hunter2" not in text
    assert "1234567" not in text


def test_a_host_remembers_its_backend_and_the_settings_of_that(file: Path) -> None:
    def load_backend(name: str) -> Any:
        return SimpleNamespace(Settings=OtherSettings)

    host = SavedHost(name="x", backend="other", settings={"host": "10.0.0.9", "tenant": "blue", "port": "7"})
    save(file, host, load_backend=load_backend)
    assert load(file, load_backend=load_backend).hosts == (host,)
    assert 'backend = "other"' in file.read_text("utf-8")
    with pytest.raises(SettingsError, match="Unknown key “tenant”"):
        load(file, load_backend=lambda name: SimpleNamespace(Settings=HyperVSettings))  # type: ignore[arg-type, return-value]


def test_a_host_whose_backend_is_not_installed_does_not_hide_the_others(file: Path) -> None:
    write(file, FULL + '[hosts.old]\nbackend = "removed"\ntenant = "blue"\n')
    assert [(host.name, host.backend) for host in load(file).hosts][2] == ("old", "removed")


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_reach_is_refused_and_the_cure_is_named(file: Path, mode: int) -> None:
    write(file, FULL)
    file.chmod(mode)
    with pytest.raises(SettingsError) as raised:
        load(file)
    assert raised.value.hint == f"Run: chmod 600 {file}"


@pytest.mark.skipif(os.name != "posix", reason="Windows has other permissions")
def test_a_file_that_cannot_be_read_is_said(file: Path) -> None:
    file.mkdir(parents=True)
    file.chmod(0o700)
    with pytest.raises(SettingsError, match="cannot be read"):
        load(file)


def test_what_is_saved_is_read_again_and_what_stood_there_stays(file: Path) -> None:
    write(file, FULL)
    new = SavedHost(
        name="new one",
        settings={"host": "10.0.0.7", "user": "CORP\\me", "port": "6000"},
        password=PasswordSource.KEYRING,
    )
    save(file, new)
    assert load(file).hosts[-1] == new
    assert file.read_text("utf-8").startswith(FULL)
    save(file, SavedHost(name="hv02", label="LAB"))
    assert load(file).hosts[1] == SavedHost(name="hv02", label="LAB")
    assert "# the lab" in file.read_text("utf-8")


def test_the_first_host_makes_the_file_for_its_owner_alone(file: Path) -> None:
    save(file, SavedHost(name="hv01"))
    assert load(file).hosts == (SavedHost(name="hv01"),)
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_file_that_is_wrong_is_not_written_over(file: Path) -> None:
    write(file, "[hosts.hv01\n")
    with pytest.raises(SettingsError):
        save(file, SavedHost(name="hv02"))
    assert file.read_text("utf-8") == "[hosts.hv01\n"


@pytest.mark.skipif(os.name != "posix", reason="symlinks")
def test_a_link_to_the_file_stays_a_link(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept" / "hvtui.toml"
    write(kept, FULL)
    file.parent.mkdir()
    file.symlink_to(kept)
    save(file, SavedHost(name="hv03"))
    assert file.is_symlink()
    assert [host.name for host in load(kept).hosts] == ["hv01", "hv02", "hv03"]
