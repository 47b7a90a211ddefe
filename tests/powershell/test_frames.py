"""The framing: a reply is read once or not at all, whatever surrounds it and however the output is split."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hvtui.backends.powershell.frames import FrameReader, Garbled, Reply, request_line

NONCE = "0123456789abcdef" * 2


def frame(id: str, value: Any, *, packed: bool = False, nonce: str = NONCE) -> bytes:
    data = json.dumps(value).encode()
    text = base64.b64encode(gzip.compress(data) if packed else data).decode()
    return f"\n{nonce} {id} R {'z' if packed else 'j'} {len(text)} {text}\n".encode()


@given(st.binary(max_size=60), st.integers(1, 40), st.booleans())
def test_a_frame_is_found_in_any_noise_and_any_split(noise: bytes, step: int, packed: bool) -> None:
    reader = FrameReader(NONCE)
    line = noise + frame("7", {"Name": "[/] x"}, packed=packed) + noise
    found = [reply for at in range(0, len(line), step) for reply in reader.feed(line[at : at + step])]
    assert found == [Reply("7", "R", {"Name": "[/] x"})]


def test_a_frame_of_another_agent_is_noise() -> None:
    reader = FrameReader(NONCE)
    assert reader.feed(frame("7", 1, nonce="f" * 32)) == []
    assert "f" * 32 in reader.noise


def test_a_truncated_frame_is_garbled_and_has_the_id_of_its_request() -> None:
    whole = frame("7", "x" * 40)
    (found,) = FrameReader(NONCE).feed(whole[:-10] + b"\n")
    assert isinstance(found, Garbled)
    assert found.id == "7"


def test_a_payload_that_decompresses_to_more_than_the_limit_is_garbled() -> None:
    bomb = base64.b64encode(gzip.compress(bytes(65 * 2**20)))
    (found,) = FrameReader(NONCE).feed(f"\n{NONCE} 7 R z {len(bomb)} ".encode() + bomb + b"\n")
    assert isinstance(found, Garbled)


def test_no_string_of_a_request_can_be_parsed_as_a_date() -> None:
    line = request_line("7", "rename", {"Name": "2026-11-23T10:00:00Z", "Ids": ["/Date(1)/"], "Deep": True})
    arguments = json.loads(base64.b64decode(line))["args"]
    assert arguments == {"Name": "=2026-11-23T10:00:00Z", "Ids": ["=/Date(1)/"], "Deep": True}
