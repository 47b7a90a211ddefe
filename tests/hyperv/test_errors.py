"""The conversion of error records, recorded on real hosts in several languages, to errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hvtui.backends import errors
from hvtui.backends.hyperv.errors import from_record

if TYPE_CHECKING:
    from hvtui.backends.powershell.program import ErrorRecord

SEEN = json.loads((Path(__file__).parents[1] / "facts/samples/error-records.real.json").read_text("utf-8"))
BY_CASE = {record["case"]: record for record in SEEN["records"]}


def record(case: str, *codes: int) -> ErrorRecord:
    seen = BY_CASE[case]
    message = seen.get("message") or "\n".join(seen.get("message_lines", ()))
    return {
        "Id": seen.get("fqid") or "OperationFailed,Microsoft.HyperV.PowerShell.Commands.CheckpointVM",
        "Category": seen.get("cat", "NotSpecified"),
        "Message": message,
        "Type": "",
        "Codes": [str(code) for code in codes],
    }


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("Get-VM -Id <missing>", errors.VmMissing),
        ("Checkpoint-VM -Name <missing>", errors.VmMissing),
        ("caller lacks Hyper-V rights", errors.NotAllowed),
        ("operation denied (file ACL)", errors.NotAllowed),
        ("checkpoint, disk full, localized tail (zh)", errors.NoSpace),
        ("Get-VHD on a disk in use elsewhere", errors.VmBusy),
        ("start failure, generic", errors.OperationFailed),
        ("production checkpoint impossible", errors.OperationFailed),
    ],
)
def test_a_record_of_a_real_host_becomes_the_right_error(case: str, error: type[errors.BackendError]) -> None:
    assert type(from_record(record(case))) is error


def test_a_full_disk_is_recognised_by_its_hresult_alone() -> None:
    said = record("start failure, generic", -2147024784)
    said["Message"] = "Worte in einer anderen Sprache"
    error = from_record(said)
    assert type(error) is errors.NoSpace
    assert error.detail == "Worte in einer anderen Sprache"


def test_an_unknown_record_keeps_the_message_and_the_ids_of_the_host() -> None:
    error = from_record(record("production checkpoint impossible", -2146233088))
    assert isinstance(error, errors.OperationFailed)
    assert "Production checkpoints cannot be created" in error.detail
    assert error.hresult == 0x80131500
