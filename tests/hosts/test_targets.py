"""What wins where the command line, the environment and the config file say different things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends.errors import SettingsError
from hvtui.backends.hosts.config import PasswordSource
from hvtui.backends.hosts.target import Group
from hvtui.backends.hosts.targets import Targets
from hvtui.backends.hyperv.backend import HyperVBackend
from hvtui.backends.mock.backend import MockBackend
from hvtui.backends.mock.clock import ManualClock
from hvtui.backends.scvmm.backend import ScvmmBackend
from tests.tui.far import FarBackend, targets_of

if TYPE_CHECKING:
    from pathlib import Path

    from hvtui.backends.contract import Backend

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
    target = targets_of(far, config, SAVED).named("hv01")
    assert (target.settings.host, target.settings.user, target.settings.port) == (
        "hv01.corp.example",
        "saved",
        "6000",
    )
    assert target.read_only


def test_a_typed_host_is_refused_and_why_is_said_where_the_config_that_may_hold_it_is_not_read(
    far: FarBackend, config: Path
) -> None:
    with pytest.raises(SettingsError) as raised:
        targets_of(far, config, SAVED.replace("port", "prot")).named("me@hv09")
    assert "Unknown key “prot”" in raised.value.message
    assert raised.value.message.endswith("Not connecting.")
    assert raised.value.hint == "Is it port? “me@hv09” may be saved there as read-only."


@pytest.mark.parametrize(
    "typed", ["HV01", "hv01:5986", "me@hv01:5986", "hv01.corp.example", "HV01.corp.example:5985"]
)
def test_a_machine_that_is_saved_as_read_only_is_read_only_however_it_is_typed(
    far: FarBackend, config: Path, typed: str
) -> None:
    targets = targets_of(far, config, SAVED)
    assert targets.named(typed).read_only
    assert not targets.named("hv02").read_only


def test_a_user_before_a_saved_name_signs_in_there(far: FarBackend, config: Path) -> None:
    target = targets_of(far, config, SAVED).named("me@hv01")
    assert (target.settings.host, target.settings.user, target.read_only) == ("hv01.corp.example", "me", True)


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
    with pytest.raises(SettingsError, match="--user names another one"):
        targets_of(far, config, user="flag").named("typed@hv09")


def test_what_names_a_place_on_the_command_line_names_its_port_too(far: FarBackend, config: Path) -> None:
    targets = targets_of(far, config, SAVED, port="7000", auth="kerberos")
    assert targets.named("me@hv09").command == "me@hv09 --port 7000"
    assert targets.named("hv01").command == "hv01 --port 7000"
    assert targets_of(far, config).named("hv01").command == "hv01"


def test_the_password_of_the_environment_serves_every_host_of_this_run(
    far: FarBackend, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HVTUI_PASSWORD", "marker horse")
    targets = targets_of(far, config, SAVED)
    assert [targets.named(name).settings.password.reveal() for name in ("hv01", "hv09")] == [
        "marker horse"
    ] * 2
    assert not targets.named("hv01").needs_password


def test_a_host_of_another_backend_is_saved_and_found_with_its_backend(far: FarBackend, config: Path) -> None:
    class OtherBackend(FarBackend):
        name = "far"

    other = OtherBackend(far.clock)
    targets = Targets(config, {"port": "7000"}, remote="far", load=lambda name: other)
    targets.save(targets.named("me@hv09"), "nine", PasswordSource.PROMPT)
    found = Targets(config, load={"hyperv": far, "far": other}.__getitem__).named("nine")
    assert found.saved is not None
    assert (found.saved.backend, found.settings.host, found.settings.user, found.settings.port) == (
        "far",
        "hv09",
        "me",
        "7000",
    )


def test_the_nodes_of_a_cluster_are_reached_as_the_cluster_was(far: FarBackend, config: Path) -> None:
    targets = targets_of(far, config)
    seed = targets.named("you@https://clu01.corp.example:5999")
    (node,) = targets.of_cluster(seed, ["hv01"]).targets
    assert (node.name, node.settings.user) == ("hv01", "you")
    assert node.settings.host == "https://hv01.corp.example:5999"


def test_the_nodes_of_a_read_only_cluster_are_read_only(far: FarBackend, config: Path) -> None:
    saved = '[hosts.clu01]\nread_only = true\nlabel = "PROD"\n[hosts.hv02]\n'
    targets = targets_of(far, config, saved)
    group = targets.of_cluster(targets.named("clu01"), ["hv01", "hv02"])
    assert [node.read_only for node in group.targets] == [True, True]
    assert (group.read_only, group.label) == (True, "PROD")


def test_a_command_line_that_names_a_vmm_server_names_its_backend_and_role_too(config: Path) -> None:
    targets = Targets(
        config, {"vmm_role": "Web team", "port": "7000"}, remote="scvmm", load=lambda _: ScvmmBackend()
    )
    assert targets.named("me@vmm01").command == "me@vmm01 --port 7000 --vmm-role 'Web team' --backend scvmm"


def test_a_mistake_in_one_group_keeps_no_other_host_or_group_from_being_chosen(
    far: FarBackend, config: Path
) -> None:
    saved = '[groups.bad]\nhosts = ["hv01", "HV01"]\n[groups.good]\nhosts = ["hv02", "hv03"]\n'
    targets = targets_of(far, config, saved)
    assert targets.chosen(["hv09"]).name == "hv09"
    assert targets.chosen(["good"]).name == "good"
    with pytest.raises(SettingsError, match="twice"):
        targets.chosen(["bad"])


@pytest.mark.parametrize(
    "hosts", [["127.0.0.1:1", "127.0.0.1:2"], ["https://hv01:1", "hv01"], ["hv01:5986", "hv01:5985"]]
)
def test_one_machine_at_two_ports_is_two_hosts(far: FarBackend, config: Path, hosts: list[str]) -> None:
    group = targets_of(far, config, f"[groups.tunnels]\nhosts = {hosts}\n").chosen(["tunnels"])
    assert isinstance(group, Group)
    assert [target.settings.host for target in group.targets] == hosts


HV01 = "[hosts.hv01]\n[hosts.again]\naddress = "


@pytest.mark.parametrize(
    ("saved", "same"),
    [
        ('"HV01"', True),
        ('"hv01:5986"', True),
        ('"https://hv01/wsman"', True),
        ('"hv01"\nauth = "kerberos"', True),
        ('"hv01"\nread_limit = 90\nca_file = "/nowhere.pem"', True),
        ('"hv01"\nport = 5986\nuser = "me"', True),
        ('"hv01:5987"', False),
        ('"hv02"', False),
        ('"hv01"\nbackend = "scvmm"', False),
    ],
)
def test_two_settings_are_of_one_host_if_they_lead_to_the_same_machine(
    config: Path, saved: str, same: bool
) -> None:
    config.touch(0o600)
    config.write_text(HV01 + saved + "\n", "utf-8")
    backends: dict[str, Backend[Any]] = {"hyperv": HyperVBackend(), "scvmm": ScvmmBackend()}
    targets = Targets(config, load=backends.__getitem__)
    assert targets.named("hv01").is_same_host(targets.named("again")) is same


@pytest.mark.parametrize(
    ("flags", "same"),
    [({"vmm_role": "Other"}, True), ({"vmm_server": "vmm02"}, False), ({"port": "x"}, False)],
)
def test_a_vmm_server_is_another_host_than_the_machine_through_which_it_is_asked(
    config: Path, flags: dict[str, str], same: bool
) -> None:
    backend = ScvmmBackend()
    first, other = (
        Targets(config, given, remote="scvmm", load=lambda name: backend).named("hv01")
        for given in ({}, flags)
    )
    assert first.is_same_host(other) is same


def test_a_demo_of_several_hosts_is_called_by_its_name(config: Path) -> None:
    demo = Targets(config, load=lambda name: MockBackend()).demo(scenario="datacenter")
    assert (type(demo), demo.name) == (Group, "datacenter")


def test_groups_and_hosts_can_be_chosen_together(far: FarBackend, config: Path) -> None:
    saved = '[groups.prod]\nhosts = ["hv01", "hv02"]\n[groups.new]\nhosts = ["hv02", "hv03"]\n'
    group = targets_of(far, config, saved).chosen(["prod", "hv09", "new"])
    assert isinstance(group, Group)
    assert [target.name for target in group.targets] == ["hv01", "hv02", "hv09", "hv03"]
    assert group.name == "prod, hv09, new"
