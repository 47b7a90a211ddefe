"""The envelopes of the WS-Management shell: reads requests, writes answers and faults."""

from __future__ import annotations

import base64
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable

ENVELOPE = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
FAULT = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
CMD = f"{SHELL}/cmd"

ACTIONS = {
    f"{TRANSFER}/Create": "Create",
    f"{SHELL}/Command": "Command",
    f"{SHELL}/Send": "Send",
    f"{SHELL}/Receive": "Receive",
    f"{SHELL}/Signal": "Signal",
    f"{TRANSFER}/Delete": "Delete",
}
VERBS = tuple(ACTIONS.values())
_RESPONSES = {verb: f"{action}Response" for action, verb in ACTIONS.items()}
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


@dataclass(frozen=True, slots=True)
class WsmanFault:
    """A fault: its code, SOAP role and subcode, and a message, which is localized on a real host."""

    code: int
    subcode: str
    words: str
    role: str = "s:Sender"


OPERATION_TIMEOUT = WsmanFault(
    2150858793, "w:TimedOut", "Nothing came within OperationTimeout.", "s:Receiver"
)
NO_SUCH_SHELL = WsmanFault(2150858843, "w:InvalidSelectors", "There is no such shell.")
NO_SUCH_COMMAND = WsmanFault(2150858843, "w:InvalidSelectors", "The shell has no such command.")
BAD_SCHEMA = WsmanFault(2150858817, "w:SchemaValidationError", "The request does not follow the schema.")
TOO_MANY_SHELLS = WsmanFault(2150859173, "w:QuotaLimit", "The user has too many shells.")
TOO_MANY_OPERATIONS = WsmanFault(2150859174, "w:QuotaLimit", "The user has too many operations.")
ACCESS_DENIED = WsmanFault(5, "w:AccessDenied", "Access is denied.")
ABORTED = WsmanFault(995, "w:InternalError", "The operation was aborted.", "s:Receiver")
PIPE_CLOSED = WsmanFault(232, "w:InternalError", "The pipe is being closed.", "s:Receiver")


class Refused(Exception):
    def __init__(self, fault: WsmanFault) -> None:
        super().__init__(fault.words)
        self.fault = fault


class NotSoap(Exception):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    verb: str
    message_id: str
    shell_id: str
    command_id: str
    operation_timeout: float
    max_envelope: int
    options: dict[str, str]
    stdin: bytes
    ends_stdin: bool
    body: ElementTree.Element

    def text(self, name: str) -> str:
        """Return the text of the first node of this name in the shell's namespace."""
        return self.body.findtext(f".//{{{SHELL}}}{name}") or ""

    def idle_timeout(self) -> float | None:
        """Return the requested idle timeout in seconds; None if the client set none."""
        written = self.text("IdleTimeOut")
        seconds = _seconds(written)
        if written and seconds is None:
            raise Refused(BAD_SCHEMA)
        return seconds


def read(text: bytes) -> Request:
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise NotSoap from error
    header, body = root.find(f"{{{ENVELOPE}}}Header"), root.find(f"{{{ENVELOPE}}}Body")
    if header is None or body is None:
        raise NotSoap
    verb = ACTIONS.get(header.findtext(f"{{{ADDRESSING}}}Action") or "")
    if verb is None:
        raise NotSoap
    stream = body.find(f".//{{{SHELL}}}Stream")
    named = next((node for node in body.iter() if "CommandId" in node.attrib), None)
    return Request(
        verb=verb,
        message_id=header.findtext(f"{{{ADDRESSING}}}MessageID") or "",
        shell_id=header.findtext(f".//{{{WSMAN}}}Selector[@Name='ShellId']") or "",
        command_id=named.attrib["CommandId"] if named is not None else "",
        operation_timeout=_seconds(header.findtext(f"{{{WSMAN}}}OperationTimeout") or "") or 60.0,
        max_envelope=int(header.findtext(f"{{{WSMAN}}}MaxEnvelopeSize") or 153600),
        options={node.get("Name", ""): node.text or "" for node in header.iter(f"{{{WSMAN}}}Option")},
        stdin=base64.b64decode(stream.text or "") if stream is not None else b"",
        ends_stdin=stream is not None and stream.get("End", "").lower() == "true",
        body=body,
    )


def _seconds(duration: str) -> float | None:
    match = _DURATION.fullmatch(duration)
    if match is None:
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def answer(request: Request, body: str) -> str:
    return _envelope(_RESPONSES[request.verb], request.message_id, body)


def fault(message_id: str, what: WsmanFault) -> str:
    words = escape(what.words)
    body = (
        f"<s:Fault><s:Code><s:Value>{what.role}</s:Value><s:Subcode><s:Value>{what.subcode}</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="en-US">{words}</s:Text></s:Reason><s:Detail>'
        f'<f:WSManFault xmlns:f="{FAULT}" Code="{what.code}" Machine="hv-demo"><f:Message>{words}</f:Message>'
        "</f:WSManFault></s:Detail></s:Fault>"
    )
    return _envelope("http://schemas.dmtf.org/wbem/wsman/1/wsman/fault", message_id, body)


def shell_created(shell_id: str, owner: str, idle_timeout: float) -> str:
    return (
        "<x:ResourceCreated><a:Address>http://hv-demo/wsman</a:Address><a:ReferenceParameters>"
        f'<w:ResourceURI>{CMD}</w:ResourceURI><w:SelectorSet><w:Selector Name="ShellId">{shell_id}</w:Selector>'
        "</w:SelectorSet></a:ReferenceParameters></x:ResourceCreated>"
        f"<rsp:Shell><rsp:ShellId>{shell_id}</rsp:ShellId><rsp:ResourceUri>{CMD}</rsp:ResourceUri>"
        f"<rsp:Owner>{escape(owner)}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
        f"<rsp:IdleTimeOut>PT{idle_timeout:.3f}S</rsp:IdleTimeOut><rsp:InputStreams>stdin</rsp:InputStreams>"
        "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams><rsp:ShellRunTime>P0DT0H0M0S</rsp:ShellRunTime>"
        "<rsp:ShellInactivity>P0DT0H0M0S</rsp:ShellInactivity></rsp:Shell>"
    )


def command_started(command_id: str) -> str:
    return f"<rsp:CommandResponse><rsp:CommandId>{command_id}</rsp:CommandId></rsp:CommandResponse>"


def received(command_id: str, streams: Iterable[tuple[str, bytes]], exit_code: int | None) -> str:
    """Write the answer to a Receive: the output, and the exit code if the command is done."""
    named = f"CommandId={quoteattr(command_id)}"
    nodes = [
        f'<rsp:Stream Name="{name}" {named}>{base64.b64encode(data).decode()}</rsp:Stream>'
        for name, data in streams
        if data
    ]
    state = f"{SHELL}/CommandState/{'Running' if exit_code is None else 'Done'}"
    if exit_code is None:
        nodes.append(f'<rsp:CommandState {named} State="{state}"/>')
    else:
        nodes += [
            f'<rsp:Stream Name="{name}" {named} End="true"></rsp:Stream>' for name in ("stdout", "stderr")
        ]
        code = f"<rsp:ExitCode>{exit_code}</rsp:ExitCode>"
        nodes.append(f'<rsp:CommandState {named} State="{state}">{code}</rsp:CommandState>')
    return f"<rsp:ReceiveResponse>{''.join(nodes)}</rsp:ReceiveResponse>"


def _envelope(action: str, relates_to: str, body: str) -> str:
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{ENVELOPE}" xmlns:a="{ADDRESSING}" xmlns:x="{TRANSFER}" '
        f'xmlns:w="{WSMAN}" xmlns:rsp="{SHELL}"><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID><a:To>{ADDRESSING}/role/anonymous</a:To>"
        f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
