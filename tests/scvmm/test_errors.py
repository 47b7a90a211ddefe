"""Errors of VMM are told apart by number and HRESULT, in any language: one test a row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hvtui.backends import errors
from hvtui.backends.errors import Effect
from hvtui.backends.powershell.program import Request
from hvtui.backends.scvmm.errors import REFUSALS, at_start, from_record, of_job
from hvtui.backends.scvmm.jobs import VmmJob, job

if TYPE_CHECKING:
    from hvtui.backends.powershell.program import ErrorRecord

SEEN = json.loads((Path(__file__).parents[1] / "facts/samples/scvmm-errors.real.json").read_text("utf-8"))[
    "records"
]
CLASS = "Microsoft.SystemCenter.VirtualMachineManager.Cmdlets.NewVMCheckpointCmdlet"


def record(
    id: str, message: str = "Die Aktion ist fehlgeschlagen.", category: str = "ReadError"
) -> ErrorRecord:
    return {
        "Id": id,
        "Category": category,
        "Message": message,
        "Type": "Microsoft.VirtualManager.Utils.CarmineException",
        "Codes": ["-2146233088"],
    }


def of_number(number: int, message: str = "Die Aktion ist fehlgeschlagen.") -> errors.BackendError:
    return from_record(record(f"{number},{CLASS}", message), Request(op="create_checkpoint", where="vmm01"))


def failed_job(number: int = 0, code: int | None = None, status: str = "Failed") -> VmmJob:
    return job(
        {
            "Id": "EEC27746-22D5-57F1-8BAA-F264524D0BC3", "Status": status, "Ended": True, "Percent": 40,
            "Cmdlet": "New-SCVMCheckpoint", "Target": "", "Started": "", "Number": number, "Code": code,
            "Words": "Die Aktion ist fehlgeschlagen.", "Advice": "", "Text": f"X ({number})",
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (2606, errors.VmBusy),
        (801, errors.Missing),
        (640, errors.WrongState),
        (1602, errors.VmmUnavailable),
        (20552, errors.NotAllowed),
        (2912, errors.OperationFailed),
        (2916, errors.OperationFailed),
        (2927, errors.OperationFailed),
        (12711, errors.OperationFailed),
        (20413, errors.OperationFailed),
        (99999, errors.OperationFailed),
    ],
)
def test_a_number_of_vmm_is_the_same_error_from_a_cmdlet_and_from_a_job(
    number: int, error: type[errors.BackendError]
) -> None:
    assert type(of_number(number)) is error
    assert type(of_job(failed_job(number), "vmm01")) is error
    assert "Die Aktion" in of_number(number).detail
    assert of_number(number).hint == of_job(failed_job(number), "vmm01").hint


def test_a_full_disk_of_the_host_is_no_space_whichever_number_it_has() -> None:
    assert isinstance(
        of_number(12711, "VMM cannot complete the host operation (0x80070070)."), errors.NoSpace
    )
    assert isinstance(of_job(failed_job(2912, -2147024784), "vmm01"), errors.NoSpace)


@pytest.mark.parametrize(
    ("number", "code", "no_contact"),
    [
        (2912, 0x80338126, True),
        (2912, 0x80041001, False),
        (2912, None, False),
        (2916, 0x80338126, True),
        (2927, None, True),
    ],
)
def test_no_contact_is_said_only_where_the_connection_to_the_host_failed(
    number: int, code: int | None, no_contact: bool
) -> None:
    words = f"Fehler ({code:#010x})" if code else "Fehler"
    for error in (of_number(number, words), of_job(failed_job(number, code), "vmm01")):
        assert error.message.startswith("VMM has no contact") is no_contact
        assert no_contact or (("Fehler" in error.message) or ("Die Aktion" in error.message))


@pytest.mark.parametrize("seen", SEEN)
def test_a_record_of_a_real_console_keeps_vmms_own_words(seen: dict[str, str]) -> None:
    error = from_record(
        record(seen["fullyQualifiedErrorId"], seen["message"], seen["category"]), Request(where="vmm01")
    )
    assert seen["message"] in error.detail


def test_an_error_that_is_not_vmms_is_not_read_as_one_of_its_numbers() -> None:
    assert type(from_record(record("2606,Somebody.Else"), Request())) is errors.OperationFailed


@pytest.mark.parametrize("id", REFUSALS)
def test_a_refusal_of_a_script_says_that_nothing_was_done(id: str) -> None:
    error = from_record(record(f"hvtui.{id}"), Request())
    assert (type(error), error.effect) == (REFUSALS[id][0], Effect.NONE)


def test_a_job_that_vmm_did_not_name_leaves_the_outcome_unknown() -> None:
    assert isinstance(from_record(record("hvtui.NoJob"), Request()), errors.OutcomeUnknown)
    assert isinstance(of_job(failed_job(status="Paused"), "vmm01"), errors.OutcomeUnknown)


def test_a_cancelled_job_says_so() -> None:
    assert "cancelled" in of_job(failed_job(status="Canceled"), "vmm01").message


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("hvtui.NotWindowsPowerShell", "Windows PowerShell 5.1"),
        ("Modules_ModuleNotFound,Microsoft.PowerShell.Commands.ImportModuleCommand", "no module"),
        (f"1602,{CLASS}", "does not answer"),
        (f"1604,{CLASS}", "could not sign in"),
        ("SomethingElse,Y", "could not be initialized"),
    ],
)
def test_why_no_session_with_vmm_could_be_opened_is_said(id: str, words: str) -> None:
    error = at_start(record(id), "vmm01")
    assert isinstance(error, errors.ConnectError)
    assert words in error.message
