"""An ID that ``hvtui list`` prints names the same VM in every command, and never one of another host or cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from hvtui.backends.model import bare_id
from hvtui.tui.cli.main import main
from tests.cli.conftest import use_config
from tests.tui.far import PASSWORD

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.group.far_hosts import FarHosts
    from tests.tui.group.test_cluster import Cluster

DONE, USAGE = 0, 2
CONFIG = """
[hosts.alias]
address = "hv01"
user = "you"
[groups.prod]
hosts = ["you@hv01", "you@hv02"]
"""


@pytest.fixture(autouse=True)
def _config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_config(CONFIG, tmp_path, monkeypatch)


def run(capsys: pytest.CaptureFixture[str], far: FarHosts, *argv: str) -> tuple[int, str]:
    """Return the exit code and standard error."""
    with pytest.MonkeyPatch.context() as environment:  # hvtui removes the password when it has read it
        environment.setenv("HVTUI_PASSWORD", PASSWORD)
        code = main(argv, load=lambda name: far)
    return code, capsys.readouterr().err


def names(far: FarHosts, host: str) -> set[str]:
    return {checkpoint.name for checkpoint in far.world(host).checkpoints.values()}


def the_id(far: FarHosts, host: str) -> str:
    (id,) = far.world(host).vms
    return id


def test_a_printed_id_of_several_hosts_is_taken_by_a_command_on_its_host_and_on_no_other(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    _, err = run(capsys, far, "list", "prod", "web-01")
    printed = err.split()[-1]
    assert printed == f"{the_id(far, 'hv02')}@hv02"
    assert run(capsys, far, "create", "you@hv02", printed, "Mine")[0] == DONE
    assert run(capsys, far, "rename", "you@hv02", printed.upper(), "Mine", "Yours")[0] == DONE
    code, err = run(capsys, far, "create", "you@hv01", printed, "Wrong")
    assert code == USAGE
    assert (
        f"“{printed}” is an ID of hv02. The VM on hv01 with the same ID is not known to be that one." in err
    )
    assert ("Yours" in names(far, "hv02"), "Wrong" in names(far, "hv01")) == (True, False)


def test_a_printed_id_is_taken_by_the_list_of_its_host_alone(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    id = the_id(far, "hv02")
    assert run(capsys, far, "list", "you@hv02", f"{id}@hv02")[0] == DONE
    assert run(capsys, far, "list", "you@hv02", f"{id}@hv02.example.org")[0] == DONE
    assert run(capsys, far, "list", "prod", f"{id}@hv02.example.org")[0] == DONE
    assert run(capsys, far, "list", "you@hv02", f"{id}@hv03")[0] == USAGE
    code, err = run(capsys, far, "list", "prod", f"{id}@hv03")
    assert (code, "is an ID of hv03." in err) == (USAGE, True)


def test_the_name_that_a_host_is_saved_under_is_that_of_its_ids(
    capsys: pytest.CaptureFixture[str], far: FarHosts
) -> None:
    assert run(capsys, far, "create", "alias", f"{the_id(far, 'hv01')}@alias", "Mine")[0] == DONE
    assert "Mine" in names(far, "hv01")


@pytest.mark.parametrize("place", ["cl1.example.org", "CL1", "hv02", "hv01", "hv01.example.org"])
def test_an_id_of_a_cluster_is_taken_on_the_node_that_the_vm_is_on(
    capsys: pytest.CaptureFixture[str], cluster: Cluster, place: str
) -> None:
    id = f"{the_id(cluster, 'hv01')}@{place}"
    cluster.world("hv01").vms[bare_id(id)].clustered = True
    cluster.move("hv02")
    assert run(capsys, cluster, "create", "you@hv02", id, "Mine")[0] == DONE
    assert "Mine" in names(cluster, "hv02")
    assert run(capsys, cluster, "list", "--user=you", "--cluster", "cl1", id)[0] == DONE
    assert run(capsys, cluster, "list", "prod", id)[0] == DONE


def test_an_id_of_another_cluster_is_refused_on_a_node_that_has_the_same_id(
    capsys: pytest.CaptureFixture[str], cluster: Cluster
) -> None:
    for place in ("cl2.example.org", "cl1.elsewhere.org"):
        id = f"{the_id(cluster, 'hv01')}@{place}"
        for argv in (("create", "you@hv01", id, "Wrong"), ("list", "--user=you", "--cluster", "cl1", id)):
            code, err = run(capsys, cluster, *argv)
            assert code == USAGE
            assert f"is an ID of {place}." in err
    assert "Wrong" not in names(cluster, "hv01")


@pytest.mark.parametrize("place", ["hv02", "cl1", "cl1.example.org"])
def test_an_id_of_another_node_or_of_the_cluster_is_refused_for_a_vm_that_does_not_move(
    capsys: pytest.CaptureFixture[str], cluster: Cluster, place: str
) -> None:
    id = f"{the_id(cluster, 'hv01')}@{place}"
    cluster.world("hv01").vms[bare_id(id)].clustered = False  # it may be a copy of the one that is meant
    code, err = run(capsys, cluster, "create", "you@hv01", id, "Wrong")
    assert (code, f"is an ID of {place}." in err, "Wrong" in names(cluster, "hv01")) == (USAGE, True, False)


def test_where_the_cluster_cannot_be_read_an_id_of_it_is_refused(
    capsys: pytest.CaptureFixture[str], cluster: Cluster
) -> None:
    cluster.world("hv01").cluster, cluster.world("hv01").nodes = "", ()
    code, err = run(
        capsys, cluster, "create", "you@hv01", f"{the_id(cluster, 'hv01')}@cl1.example.org", "Wrong"
    )
    assert (code, "is not known to be that one" in err) == (USAGE, True)
    assert "Wrong" not in names(cluster, "hv01")


def test_an_id_of_a_checkpoint_has_its_host_too(capsys: pytest.CaptureFixture[str], far: FarHosts) -> None:
    vm = the_id(far, "hv01")
    old = next(c.id for c in far.world("hv01").checkpoints.values() if c.name == "Old branch")
    code, err = run(capsys, far, "rename", "you@hv01", vm, f"{old}@hv02", "New")
    assert (code, f"“{old}@hv02” is an ID of hv02. The checkpoint of “web-01” with the same ID" in err) == (
        USAGE, True,
    )  # fmt: skip
    assert run(capsys, far, "rename", "you@hv01", f"{vm}@hv01", f"{old}@hv01", "New")[0] == DONE
    assert "New" in names(far, "hv01")


def test_vms_of_one_name_with_different_ids_are_told_apart_by_these_alone(
    capsys: pytest.CaptureFixture[str], cluster: Cluster
) -> None:
    (vm,) = cluster.world("hv01").vms.values()
    other = cluster.world("hv01").add_vm(vm.name)
    _, err = run(capsys, cluster, "list", "--user=you", "--cluster", "cl1", vm.name)
    assert set(err.strip().partition("Use an ID: ")[2].split(", ")) == {vm.id, other.id}
