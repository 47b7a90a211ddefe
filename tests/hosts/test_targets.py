"""What wins where the command line, the environment and the config file say different things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.errors import SettingsError
from hvtui.backends.mock.clock import ManualClock
from tests.tui.far import FarBackend, targets_of

if TYPE_CHECKING:
    from pathlib import Path

SAVED = '[hosts.hv01]\naddress = "hv01.corp.example"\nuser = "saved"\nport = 6000\nread_only = true\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> FarBackend:
    monkeypatch.delenv("HVTUI_USER", raising=False)
    monkeypatch.delenv("HVTUI_PASSWORD", raising=False)
    return FarBackend(ManualClock())


def test_a_saved_name_goes_before_an_address(far: FarBackend, config: Path) -> None:
    place = targets_of(far, config, SAVED).named("hv01")
    assert (place.settings.host, place.settings.user, place.settings.port) == (
        "hv01.corp.example",
        "saved",
        "6000",
    )
    assert place.read_only
    assert not targets_of(far, config).named("hv01.corp.example").read_only


def test_a_typed_host_is_refused_and_why_is_said_where_the_config_that_may_hold_it_is_not_read(
    far: FarBackend, config: Path
) -> None:
    with pytest.raises(SettingsError) as told:
        targets_of(far, config, SAVED.replace("port", "prot")).named("me@hv09")
    assert "no key “prot”" in told.value.message
    assert "whether “me@hv09” is saved there, perhaps as read only, nobody knows" in told.value.message
    assert told.value.hint == "Is it port?"


def test_a_user_before_a_saved_name_signs_in_there(far: FarBackend, config: Path) -> None:
    place = targets_of(far, config, SAVED).named("me@hv01")
    assert (place.settings.host, place.settings.user, place.read_only) == ("hv01.corp.example", "me", True)


def test_flags_win_over_the_environment_and_that_over_the_config(
    far: FarBackend, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_USER", "environment")
    assert targets_of(far, config, SAVED).named("hv01").settings.user == "environment"
    assert targets_of(far, config, SAVED, user="flag").named("hv01").settings.user == "flag"
    assert targets_of(far, config).named("typed@hv09").settings.user == "typed"
    assert targets_of(far, config).named("hv09").settings.user == "environment"
    assert targets_of(far, config, SAVED, port="7000").named("hv01").settings.port == "7000"


def test_two_users_at_once_are_refused(far: FarBackend, config: Path) -> None:
    with pytest.raises(SettingsError, match="--user says another"):
        targets_of(far, config, user="flag").named("typed@hv09")


def test_what_names_a_place_on_the_command_line_names_its_port_too(far: FarBackend, config: Path) -> None:
    places = targets_of(far, config, SAVED, port="7000", auth="kerberos")
    assert places.named("me@hv09").command == "me@hv09 --port 7000"
    assert places.named("hv01").command == "hv01 --port 7000"
    assert targets_of(far, config).named("hv01").command == "hv01"


def test_the_password_of_the_environment_serves_every_host_of_this_run(
    far: FarBackend, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", "marker horse")
    places = targets_of(far, config, SAVED)
    assert [places.named(name).settings.password.reveal() for name in ("hv01", "hv09")] == [
        "marker horse"
    ] * 2
    assert not places.named("hv01").needs_password
