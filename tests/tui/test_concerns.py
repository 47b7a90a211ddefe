"""Each concern is a sentence, with where to look."""

from __future__ import annotations

import pytest

from hvtui.backends.model import HealthCode, Obstacle
from hvtui.backends.operations.health import Concern, ConcernCode
from hvtui.tui.text.health import concern_advice, concern_text

GB = 2**30


@pytest.mark.parametrize("code", list(ConcernCode))
@pytest.mark.parametrize("words", ["", "D:\\x.avhdx"])
def test_every_concern_is_a_sentence(code: ConcernCode, words: str) -> None:
    health = HealthCode.DEGRADED if code is ConcernCode.HEALTH else None
    obstacle = Obstacle.MISSING if code is ConcernCode.OBSTACLE else None
    said = concern_text(Concern(code=code, words=words, health=health, obstacle=obstacle, number=2))
    assert said[0].isupper() or said[0].isdigit()
    assert "{" not in said
    assert code.value not in said
    assert said.count(words or "no such words") <= 1


@pytest.mark.parametrize("health", list(HealthCode))
def test_every_trouble_that_an_operational_status_reports_is_in_words(health: HealthCode) -> None:
    said = concern_text(Concern(code=ConcernCode.HEALTH, health=health))
    assert said.endswith(".")
    assert "busy" not in said
    assert "_" not in said


def test_links_without_an_owner_are_told_with_number_size_and_where_to_look() -> None:
    links = Concern(code=ConcernCode.OWNERLESS_LINKS, number=15, amount=450 * GB)
    assert concern_text(links) == "15 links that no checkpoint owns, 450 GB: a merge is due or has failed."
    assert "19100" in concern_advice(links)
    assert "backup job" in concern_advice(links)
    one = Concern(code=ConcernCode.OWNERLESS_LINKS, number=1)
    assert (
        concern_text(one) == "1 link that no checkpoint owns, size not known: a merge is due or has failed."
    )


def test_the_hosts_own_words_stand_in_the_sentence_as_data() -> None:
    sick = Concern(code=ConcernCode.VM_UNREAD, words="Generic [bold] failure\u202e")
    assert concern_text(sick) == "The VM could not be read: Generic [bold] failure‹202E›"
    assert concern_text(Concern(code=ConcernCode.HEALTH, health=HealthCode.SR_IOV)) == "SR-IOV does not work."
    shared = Concern(code=ConcernCode.FILE_SHARED, words="D:\\{x}.vhdx", other_vm="[/] x\u202e")
    assert concern_text(shared) == ("Another VM, “[/] x‹202E›”, has a drive on the same file: D:\\{x}.vhdx")
