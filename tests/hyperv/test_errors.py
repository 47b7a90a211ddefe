"""The conversion of error records, recorded on real hosts in several languages, to errors: one test a row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hvtui.backends import errors
from hvtui.backends.errors import Effect, UnavailableCause
from hvtui.backends.hyperv.errors import REFUSALS, from_record
from hvtui.backends.powershell.program import Request

if TYPE_CHECKING:
    from hvtui.backends.powershell.program import ErrorRecord

SEEN = json.loads((Path(__file__).parents[1] / "facts/samples/error-records.real.json").read_text("utf-8"))
BY_CASE = {record["case"]: record for record in SEEN["records"]}
VM = "7fc4bafd-4eb5-41c6-9f30-ee28dcc5e2c6"
CLASS = "Microsoft.HyperV.PowerShell.Commands."
VHD = "Microsoft.Vhd.PowerShell.Cmdlets."


def record(case: str, *codes: int) -> ErrorRecord:
    seen = BY_CASE[case]
    message = seen.get("message") or "\n".join(seen.get("message_lines", ()))
    id = seen.get("fqid") or "OperationFailed,Microsoft.HyperV.PowerShell.Commands.CheckpointVM"
    return failed(id, seen.get("cat", "NotSpecified"), message, *codes)


def failed(id: str, category: str = "NotSpecified", message: str = "", *codes: int) -> ErrorRecord:
    return {
        "Id": id,
        "Category": category,
        "Message": message,
        "Type": "Microsoft.HyperV.PowerShell.VirtualizationException",
        "Codes": [str(code) for code in codes],
    }


def told(record: ErrorRecord, op: str = "", **arguments: Any) -> errors.BackendError:
    return from_record(record, Request(op=op, arguments=arguments, where="hv01"))


@pytest.mark.parametrize(
    ("case", "error"),
    [
        ("Get-VM -Id <missing>", errors.HyperVUnavailable),
        ("Checkpoint-VM -Name <missing>", errors.OperationFailed),
        ("caller lacks Hyper-V rights", errors.HyperVUnavailable),
        ("operation denied (file ACL)", errors.FileNotPermitted),
        ("checkpoint, disk full, localized tail (zh)", errors.NoSpace),
        ("Get-VHD on a disk in use elsewhere", errors.FileInUse),
        ("Get-VHD on an unreadable disk", errors.OperationFailed),
        ("not enough host memory on start", errors.OperationFailed),
        ("start failure, generic", errors.OperationFailed),
        ("production checkpoint impossible", errors.OperationFailed),
    ],
)
def test_a_record_of_a_real_host_becomes_the_right_error(case: str, error: type[errors.BackendError]) -> None:
    assert type(told(record(case))) is error


DENIED = "'dc' failed to start.\n'dc': Das Konto darf nicht auf 'D:\\VMs\\o'brien\\dc.vhdx' zugreifen. (0x80070005)."
SHARING = "'dc' failed to start.\n'\\\\fs01\\vms\\dc.vhdx': The process cannot access the file. (0x80070020)."
TOOLS = "The Hyper-V Management Tools could not access an expected WMI class on computer 'X'. This may indicate ..."


@pytest.mark.parametrize(
    ("id", "category", "message", "codes", "error", "words"),
    [
        # The service is silent, whatever was asked of Get-VM.
        (f"ObjectNotFound,{CLASS}GetVM", "ObjectNotFound", "x", (), errors.HyperVUnavailable, "service on hv01"),
        (f"ObjectNotFound,{CLASS}GetVMCommand", "ObjectNotFound", "x", (), errors.HyperVUnavailable, "service on"),
        (f"ObjectNotFound,{CLASS}GetVMHost", "ObjectNotFound", "x", (), errors.HyperVUnavailable, "service on"),
        # Not of a VM that was found: something about that VM.
        (f"ObjectNotFound,{CLASS}GetVMSnapshot", "ObjectNotFound", "weg", (), errors.OperationFailed, "weg"),
        (f"ObjectNotFound,{CLASS}StartVM", "ObjectNotFound", "weg", (), errors.OperationFailed, "weg"),
        (f"ObjectNotFound,{CLASS}RestoreVMSnapshot", "ObjectNotFound", "weg", (), errors.OperationFailed, "weg"),
        # Missing rights and a missing platform have one id.
        (f"Unspecified,{CLASS}GetVM", "NotSpecified", TOOLS, (), errors.HyperVUnavailable, "cannot be asked"),
        (f"Unspecified,{CLASS}GetVMHost", "NotSpecified", TOOLS, (), errors.HyperVUnavailable, "cannot be asked"),
        (f"Unspecified,{CLASS}GetVMSnapshot", "NotSpecified", TOOLS, (), errors.HyperVUnavailable, "cannot be"),
        (f"Unspecified,{CLASS}GetVMHardDiskDriveCommand", "NotSpecified", TOOLS, (), errors.HyperVUnavailable, "can"),
        (f"Unspecified,{CLASS}StartVM", "NotSpecified", "Nein.", (), errors.OperationFailed, "Nein."),
        (f"AccessDenied,{CLASS}GetVM", "PermissionDenied", "x", (), errors.NotAllowed, "not permit you"),
        (f"OperationFailed,{CLASS}GetVMSnapshot", "NotSpecified", "x", (0x80070005,), errors.NotAllowed, "permit"),
        # The rights of a file, by the exception or the text.
        (f"OperationFailed,{CLASS}StartVM", "NotSpecified", DENIED, (), errors.FileNotPermitted, "o'brien\\dc.vhdx"),
        (f"OperationFailed,{CLASS}StartVM", "NotSpecified", "", (0x80070005,), errors.FileNotPermitted, "itself"),
        (f"OperationFailed,{CLASS}CheckpointVM", "NotSpecified", DENIED, (), errors.FileNotPermitted, "itself"),
        (f"OperationFailed,{CLASS}RestoreVMSnapshotCommand", "NotSpecified", DENIED, (), errors.FileNotPermitted, "dc"),
        (f"AccessDenied,{CLASS}RemoveVMSnapshot", "PermissionDenied", DENIED, (), errors.FileNotPermitted, "itself"),
        (f"AccessDenied,{CLASS}StartVM", "PermissionDenied", "x", (), errors.NotAllowed, "not permit"),
        (f"OperationFailed,{CLASS}CheckpointVM", "NotSpecified", "x", (0x80070005,), errors.FileNotPermitted, "itself"),
        # A file in use, or missing.
        (f"OperationFailed,{CLASS}StartVM", "NotSpecified", SHARING, (), errors.FileInUse, "\\\\fs01\\vms\\dc.vhdx"),
        (f"ObjectInUse,{CLASS}StartVM", "ResourceBusy", "„dc.vhdx“ wird benutzt.", (), errors.FileInUse, "dc.vhdx"),
        (f"ObjectInUse,{CLASS}RemoveVMSnapshot", "ResourceBusy", "x", (0x80070021,), errors.FileInUse, "a file"),
        (f"ObjectInUse,{VHD}GetVHD", "ResourceBusy", "x", (), errors.FileInUse, "open"),
        (f"ObjectInUse,{CLASS}StartVM", "ResourceBusy", "The VM.", (), errors.VmBusy, "busy"),
        (f"ObjectNotFound,{CLASS}RestoreVMSnapshot", "ObjectNotFound", "", (0x80070002,), errors.FileMissing, "A file"),
        (f"FileNotFound,{CLASS}StartVM", "ObjectNotFound", "«D:\\a b.avhdx»", (), errors.FileMissing, "D:\\a b.avhdx"),
        (f"OperationFailed,{CLASS}StartVM", "NotSpecified", "… (0x80070003)", (), errors.FileMissing, "missing"),
        # The rest.
        (f"OperationFailed,{CLASS}StartVM", "NotSpecified", "x", (0x80070070,), errors.NoSpace, "full"),
        (f"OperationFailed,{CLASS}StartVM", "NotSpecified", "Fehler 0xC0370029.", (), errors.SavedStateUnusable, "memory"),
        (f"OperationFailed,{CLASS}RestoreVMSnapshot", "NotSpecified", "", (0xC0370027,), errors.SavedStateUnusable, "m"),
        (f"OperationFailed,{CLASS}StartVM", "NotSpecified", "（0xd0370028）", (), errors.SavedStateUnusable, "memory"),
        (f"InvalidOperation,{CLASS}StopVM", "InvalidOperation", "x", (), errors.GuestNotResponding, "Nothing was"),
        (f"InvalidOperation,{CLASS}StopVMCommand", "InvalidOperation", "x", (), errors.GuestNotResponding, "Nothing"),
        (f"InvalidOperation,{CLASS}StartVM", "InvalidOperation", "Nein.", (), errors.OperationFailed, "Nein."),
        (f"InvalidState,{CLASS}StopVM", "InvalidOperation", "x", (), errors.WrongState, "state"),
        ("HRESULT 0x80041003,X.GetCimInstanceCommand", "PermissionDenied", "x", (), errors.NotAllowed, "permit"),
    ],
)  # fmt: skip
def test_an_error_is_told_by_what_was_asked(
    id: str,
    category: str,
    message: str,
    codes: tuple[int, ...],
    error: type[errors.BackendError],
    words: str,
) -> None:
    signed = [code - (1 << 32) for code in codes]
    found = told(failed(id, category, message, *signed))
    assert type(found) is error
    assert words in found.message
    assert message in found.detail


@pytest.mark.parametrize(
    ("own", "kind", "effect"),
    [
        ("VmMissing", errors.VmMissing, Effect.NONE),
        ("CheckpointMissing", errors.CheckpointMissing, Effect.NONE),
        ("CheckpointsDisabled", errors.CheckpointsDisabled, Effect.NONE),
        ("TooManyCheckpoints", errors.TooManyCheckpoints, Effect.NONE),
        ("BadName", errors.SettingsError, Effect.NONE),
        ("EventsNotAllowed", errors.NotAllowed, Effect.NONE),
        ("NotIdentified", errors.OutcomeUnknown, Effect.PARTLY),
    ],
)
def test_a_refusal_of_a_script_is_told_by_its_id(
    own: str, kind: type[errors.BackendError], effect: Effect
) -> None:
    found = told(failed(f"hvtui.{own}", "InvalidOperation", "Words."))
    assert (type(found), found.message, found.effect) == (kind, "Words.", effect)
    assert found.hint
    assert own in REFUSALS


def test_a_script_that_got_neither_an_object_nor_an_error_met_silence() -> None:
    found = told(failed("hvtui.NoAnswer", "InvalidOperation", "Neither."))
    assert (type(found), found.detail, found.effect) == (errors.HyperVUnavailable, "Neither.", Effect.NONE)


def test_membership_is_advised_where_a_reading_was_denied_and_nowhere_else() -> None:
    reading = told(failed(f"AccessDenied,{CLASS}GetVM", "PermissionDenied"))
    writing = told(failed(f"AccessDenied,{CLASS}StartVM", "PermissionDenied"))
    assert "Ask to be added" in reading.hint
    assert "Ask to be added" not in writing.hint


@pytest.mark.parametrize("id", [f"ObjectNotFound,{CLASS}GetVM", f"Unspecified,{CLASS}GetVM"])
def test_an_error_with_two_possible_causes_names_both(id: str) -> None:
    found = told(failed(id, message="Die Worte des Hosts."))
    assert isinstance(found, errors.HyperVUnavailable)
    assert found.cause is UnavailableCause.UNKNOWN
    assert "elevated" in found.hint
    assert "running" in found.hint or "installed" in found.hint
    assert found.detail == "Die Worte des Hosts."


def test_the_remedy_for_the_rights_of_a_file_can_be_copied() -> None:
    found = told(failed(f"OperationFailed,{CLASS}StartVM", message=DENIED), "start_vm", VmId=VM)
    assert isinstance(found, errors.FileNotPermitted)
    assert found.path == "D:\\VMs\\o'brien\\dc.vhdx"
    assert f'icacls "{found.path}" /grant "NT VIRTUAL MACHINE\\{VM.upper()}:F"' in found.hint


@pytest.mark.parametrize(
    ("said", "path"),
    [
        ("Impossible d’ouvrir «\u00a0D:\\VMs\\dc.vhdx\u00a0». (0x80070005)", "D:\\VMs\\dc.vhdx"),
        ("«\u202fdc 2.vhdx\u202f» (0x80070005)", "dc 2.vhdx"),
        ("The folder C:\\VMs has no space for D:\\x\\a.vhdx (0x80070005)", "D:\\x\\a.vhdx"),
        (
            "Failed to open attachment D:\\my VMs\\dc.AVHDX. Error: 'Access denied' (0x80070005).",
            "D:\\my VMs\\dc.AVHDX",
        ),
        ("\\\\fs01\\vms$\\dc.vhds を開けません。 (0x80070005)", "\\\\fs01\\vms$\\dc.vhds"),
        ("D:\\VMs\\dc.vhdxold (0x80070005)", ""),
        ("»E:\\VMs\\dc (alt).vhdx« (0x80070005)", "E:\\VMs\\dc (alt).vhdx"),
    ],
)
def test_the_file_is_found_in_the_words_however_they_quote_it(said: str, path: str) -> None:
    found = told(failed(f"OperationFailed,{CLASS}StartVM", message=f"dc.\n{said}"))
    assert isinstance(found, errors.FileNotPermitted)
    assert found.path == path


def test_turning_off_asks_no_guest() -> None:
    found = told(
        failed(f"InvalidOperation,{CLASS}StopVM", "InvalidOperation", "No."), "stop_vm", TurnOff=True
    )
    assert type(found) is errors.OperationFailed


def test_a_full_disk_is_recognised_by_its_hresult_alone() -> None:
    said = record("start failure, generic", -2147024784)
    said["Message"] = "Worte in einer anderen Sprache"
    error = told(said)
    assert type(error) is errors.NoSpace
    assert error.detail == "Worte in einer anderen Sprache"


@pytest.mark.parametrize("name", ["'0x80070070'", "'x 0xC0370029 (y)'", "'D:\\0x80070020.vhdx'"])
def test_a_name_that_looks_like_a_code_is_none(name: str) -> None:
    found = told(failed(f"OperationFailed,{CLASS}StartVM", message=f"{name} failed to start."))
    assert type(found) is errors.OperationFailed


def test_an_unknown_record_keeps_the_message_and_the_ids_of_the_host() -> None:
    error = told(record("production checkpoint impossible", -2146233088))
    assert isinstance(error, errors.OperationFailed)
    assert "Production checkpoints cannot be created" in error.detail
    assert error.hresult == 0x80131500


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("", "The operation failed on the host."),
        ("One line. (ID 7fc4bafd-4eb5-41c6-9f30-ee28dcc5e2c6)", "One line."),
        (
            "\n".join(BY_CASE["production checkpoint impossible"]["message_lines"]).replace("<GUID>", VM),
            "Production checkpoints cannot be created for '<VM>'.",
        ),
        (
            "\n".join(BY_CASE["checkpoints disabled on VM"]["message_lines"]).replace("<GUID>", VM),
            "Checkpoints have been disabled.",
        ),
        (
            f"'dc' n'a pas démarré. ({VM})\nPas assez de mémoire.\n'dc' (ID {VM}): plus de mémoire (0x8007000E). ({VM})",
            f"'dc' (ID {VM}): plus de mémoire (0x8007000E).",
        ),
        ("操作失败。\r\n\r\n无法创建检查点。（虚拟机 ID 7FC4BAFD-4EB5-41C6-9F30-EE28DCC5E2C6）。", "无法创建检查点。"),
    ],
)  # fmt: skip
def test_a_failure_is_told_by_the_line_with_the_reason(message: str, reason: str) -> None:
    found = told(failed(f"OperationFailed,{CLASS}CheckpointVM", message=message))
    assert found.message == reason
    assert message in found.detail


def test_a_parameter_of_net_is_no_reason() -> None:
    said = failed(f"InvalidParameter,{CLASS}StartVM", "InvalidArgument", "Wrong.\nParameter name: x")
    said["Type"] = "System.ArgumentException"
    assert told(said).message == "Wrong."


@pytest.mark.parametrize(
    ("cmdlet", "seen", "effect"),
    [
        ("StartVM", "", None),
        ("RestoreVMSnapshot", "partly", Effect.PARTLY),
        ("CheckpointVM", "done", Effect.DONE),
        ("GetVM", "", Effect.NONE),
        ("GetVMSnapshot", "", Effect.NONE),
    ],
)
def test_the_effect_is_what_the_script_saw(cmdlet: str, seen: str, effect: Effect | None) -> None:
    said = failed(f"OperationFailed,{CLASS}{cmdlet}")
    said["Effect"] = seen
    assert told(said).effect is effect
