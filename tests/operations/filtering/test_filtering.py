"""Which VMs a filter chooses: what is known, what is not, and what cannot be understood."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from hvtui.backends.model import (
    CheckpointKind,
    DiskReading,
    Host,
    Unread,
    UnreadPart,
    VmState,
)
from hvtui.backends.operations.filtering.choosing import choose, needs_marks
from hvtui.backends.operations.filtering.facts import Facts
from hvtui.backends.operations.filtering.parsing import MistakeCode, parse
from hvtui.tui.text.kinds import kind_word
from hvtui.tui.text.words import state_word
from tests.tui.samples import NOON, checkpoint, inventory, vm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hvtui.backends.model import Inventory, Vm, VmId

WEB = vm("Web-01", host="hv01")
DB = vm("db 01", VmState.OFF, host="hv01")
OLD = vm("old", VmState.FAST_SAVED, host="hv02")
ODD = vm("host:odd", VmState.UNKNOWN, state_text="Hibernating", host="hv02")
FULL = vm("memory", VmState.PAUSED, critical=True, host="hv02")
SICK = vm("sick", VmState.SAVED, host="hv02")
GONE = vm("gone", VmState.UNKNOWN, host="hv03")
EVERY = replace(
    inventory(
        WEB,
        DB,
        OLD,
        ODD,
        FULL,
        SICK,
        GONE,
        checkpoints=(
            checkpoint("a", WEB, 1, with_memory=True),
            checkpoint("b", WEB, 10, automatic=True),
            checkpoint("c", OLD, 200, kind=CheckpointKind.RECOVERY),
            checkpoint("d", ODD, 30, kind=CheckpointKind.NOT_TOLD, with_memory=None),
            replace(
                checkpoint("e", FULL, kind=CheckpointKind.REPLICA), created=datetime(1601, 1, 1, tzinfo=UTC)
            ),
            checkpoint("earlier", SICK, 50, with_memory=True),
        ),
        unread=(
            Unread(vm_id=SICK.id, part=UnreadPart.CHECKPOINTS, words="Generic failure", since=NOON),
            Unread(vm_id=GONE.id, part=UnreadPart.VM, words="Not found"),
        ),
    ),
    hosts=(Host(name="hv01"), Host(name="hv02", cluster="CL-A")),
)


def names(text: str, of: Inventory = EVERY) -> list[str]:
    return [each.name for each in choose(parse(text), Facts(of)).vms]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [each.name for each in EVERY.vms]),
        ("WEB", ["Web-01"]),
        ("01 b", ["Web-01", "db 01"]),
        ('"b 01"', ["db 01"]),
        ('"b 01', ["db 01"]),
        ("-0", ["old", "host:odd", "memory", "sick", "gone"]),
        ('"-0"', ["Web-01"]),
        ('-"b 0" 01', ["Web-01"]),
        ("-", [each.name for each in EVERY.vms]),
        ("odd:", []),
        ("t:od", ["host:odd"]),
        ('"host:o"', ["host:odd"]),
        ("name:host:o", ["host:odd"]),
        ('name:"b 0"', ["db 01"]),
        ("host:HV01", ["Web-01", "db 01"]),
        ("host:cl-a o", ["old", "host:odd", "memory"]),
        ("-host:hv0", []),
        ("state:R", ["Web-01"]),
        ("State:fast", ["old"]),
        ('state:"fast saved"', ["old"]),
        ("state:fast-saved", ["old"]),
        ("state:hiber", ["host:odd"]),
        ("state:paused-critical", ["memory"]),
        ("state:critical", ["memory"]),
        ("-state:critical -state:off", ["Web-01", "old", "host:odd", "sick"]),
        ("-state:off -state:paused", ["Web-01", "old", "host:odd", "sick"]),
        ("state:?", ["gone"]),
        ("state:unknown", ["gone"]),
        ("-state:?", ["Web-01", "db 01", "old", "host:odd", "memory", "sick"]),
        ("older:30d", ["old", "host:odd"]),
        ("older:31d", ["old"]),
        ("older:4w", ["old", "host:odd"]),
        ("-older:30d", ["Web-01", "db 01"]),
        ("older:?", ["memory", "sick", "gone"]),
        ("newer:25h", ["Web-01"]),
        ("newer:24h", []),
        ("-newer:24H", ["Web-01", "db 01", "old", "host:odd"]),
        ("count:0", ["db 01"]),
        ("count:>1", ["Web-01"]),
        ("count:>=1", ["Web-01", "old", "host:odd", "memory"]),
        ("count:<1", ["db 01"]),
        ("count:<=1", ["db 01", "old", "host:odd", "memory"]),
        ("count:=2", ["Web-01"]),
        ("-count:>=1", ["db 01"]),
        ("count:?", ["sick", "gone"]),
        ("-count:?", ["Web-01", "db 01", "old", "host:odd", "memory"]),
        ("kind:backup", ["old"]),
        ("kind:rep", ["memory"]),
        ("kind:automatic", ["Web-01"]),
        ("kind:standard", ["Web-01"]),
        ("-kind:backup", ["Web-01", "db 01", "memory"]),
        ("kind:?", ["host:odd", "sick", "gone"]),
        ("memory", ["Web-01"]),
        ("memory:yes", ["Web-01"]),
        ("memory:no", ["db 01", "old", "memory"]),
        ("-memory", ["db 01", "old", "memory"]),
        ("memory:?", ["host:odd", "sick", "gone"]),
        ('"memory"', ["memory"]),
        ("mark:", ["old", "host:odd", "memory", "sick", "gone"]),
        ("mark:!", ["old", "host:odd", "memory", "sick", "gone"]),
        ("mark:!!", ["old", "memory", "gone"]),
        ("-mark:", ["Web-01", "db 01"]),
        ("host:hv01 count:0 state:off", ["db 01"]),
    ],
)  # fmt: skip
def test_a_text_chooses_these_vms(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_one_of_several_hosts_is_found_by_its_cluster_before_all_are_joined_too() -> None:
    alone = replace(inventory(WEB), host=Host(name="hv01", cluster="CL-A"))
    assert names("host:cl-a", alone) == names("host:hv01", alone) == ["Web-01"]


def test_what_is_not_known_is_undecided_unless_another_word_decides() -> None:
    facts = Facts(EVERY)
    assert [each.name for each in choose(parse("count:>5"), facts).undecided] == ["sick", "gone"]
    assert [each.name for each in choose(parse("count:>5 state:off"), facts).undecided] == ["gone"]
    assert [each.name for each in choose(parse("count:>5 host:hv01"), facts).undecided] == []


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("older:x", MistakeCode.AGE),
        ("older:30", MistakeCode.AGE),
        ("older:-3d", MistakeCode.AGE),
        ("newer:", MistakeCode.AGE),
        (f"older:{'9' * 5000}d", MistakeCode.AGE),
        ("count:>", MistakeCode.COUNT),
        ("count:", MistakeCode.COUNT),
        ("count:==3", MistakeCode.COUNT),
        (f"count:{'9' * 5000}", MistakeCode.COUNT),
        ("kind:x", MistakeCode.KIND),
        ("kind:", MistakeCode.KIND),
        ("mark:!!!", MistakeCode.MARK),
        ("memory:maybe", MistakeCode.MEMORY),
        ("state:", MistakeCode.STATE),
        ("host:", MistakeCode.HOST),
        ('name:""', MistakeCode.NAME),
        ("stat:running", MistakeCode.KEY),
        ("Oldr:30d", MistakeCode.KEY),
        ('staet:"fast saved"', MistakeCode.KEY),
        ("count>5", MistakeCode.KEY),
        ("state=off", MistakeCode.KEY),
    ],
)  # fmt: skip
def test_a_word_that_cannot_be_understood_is_told_with_its_reason_and_the_others_apply(
    word: str, code: MistakeCode
) -> None:
    wanted = parse(f"web -{word}")
    assert [(mistake.code, mistake.word) for mistake in wanted.mistakes] == [(code, f"-{word}")]
    assert names(f"web -{word}") == ["Web-01"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("stat:off", "state"),
        ("old:30d", "older"),
        ("count>5", "count"),
        ("Memry:no", "memory"),
        ("hosts:a", "host"),
    ],
)
def test_a_word_that_is_like_a_known_one_is_told_with_that_one(word: str, meant: str) -> None:
    (mistake,) = parse(word).mistakes
    assert mistake.meant == meant


@pytest.mark.parametrize(
    "word",
    ["c:", "x:1", "web:80", "role:db", "post:1", "a=b", "10>5", '"stat:off"', "name:stat:off", "web-count>5"],
)
def test_any_other_word_with_a_colon_is_a_part_of_a_name(word: str) -> None:
    wanted = parse(word)
    assert (wanted.mistakes, wanted.by_name) == ((), word.removeprefix("name:").strip('"'))


def test_every_state_and_every_kind_that_the_screen_shows_can_be_asked_for() -> None:
    for state in set(VmState) - {VmState.UNKNOWN}:
        only = vm("only", state)
        assert names(f'state:"{state_word(state)}"', inventory(only)) == ["only"], state
    for kind in set(CheckpointKind) - {CheckpointKind.UNKNOWN, CheckpointKind.NOT_TOLD}:
        own = checkpoint("own", WEB, kind=kind)
        word = kind_word(own) or "standard"
        assert names(f"kind:{word}", inventory(WEB, checkpoints=(own,))) == ["Web-01"], kind


def test_concerns_about_disks_count_once_the_disks_were_read() -> None:
    facts, wanted = Facts(EVERY), parse("web mark:")
    assert needs_marks(wanted)
    assert choose(wanted, facts).vms == []
    reading = DiskReading(vm_id=WEB.id, error="The share is dead.")
    facts.update(NOON, limit=None, disk_readings={WEB.id: reading})
    assert [each.name for each in choose(wanted, facts).vms] == ["Web-01"]
    facts.update(NOON, limit=None, disk_readings={})
    assert choose(wanted, facts).vms == []


def test_concerns_follow_the_time_and_the_limit_of_checkpoints() -> None:
    many = inventory(WEB, checkpoints=tuple(checkpoint(f"{n}", WEB, 1) for n in range(46)))
    facts = Facts(many)
    assert [*choose(parse("mark:!!"), facts).vms] == []
    facts.update(NOON, limit=50, disk_readings={})
    assert [*choose(parse("mark:!!"), facts).vms] == [WEB]
    facts.update(NOON, limit=None, disk_readings={})
    assert [*choose(parse("mark:!!"), facts).vms] == []
    facts.update(NOON + timedelta(days=180), limit=None, disk_readings={})
    assert [*choose(parse("mark:!!"), facts).vms] == [WEB]


VALUES = st.one_of(
    st.sampled_from(["0", "1", ">0", "<2", "30d", "1w", "12h", "off", "f", "backup", "a", "yes", "no", "?", "!", "!!", "hv01", "", '"b 01"']),
    st.text(max_size=6),
)  # fmt: skip
WORDS = st.builds(
    "{}:{}".format,
    st.sampled_from(["host", "older", "newer", "count", "state", "kind", "mark", "memory", "name", "x"]),
    VALUES,
)


@given(word=st.one_of(WORDS, VALUES, st.just("memory")), others=st.lists(WORDS, max_size=2))
def test_a_word_and_its_minus_never_share_a_vm_and_only_what_is_not_known_is_in_neither(
    word: str, others: list[str]
) -> None:
    word = re.sub(r"^[-\s]+", "", word)
    read = parse(word)
    if read.mistakes or len(read.terms) != 1 or word.count('"') % 2:  # an open quote takes in what follows
        return
    facts, rest = Facts(EVERY), " ".join(others)
    assert not ids(choose(parse(f"{word} {rest}"), facts).vms) & ids(
        choose(parse(f"-{word} {rest}"), facts).vms
    )
    found, without = choose(parse(word), facts), choose(parse(f"-{word}"), facts)
    assert found.undecided == without.undecided
    every = [*found.vms, *without.vms, *found.undecided]
    assert sorted(each.id for each in every) == sorted(each.id for each in EVERY.vms)


def ids(vms: Sequence[Vm]) -> set[VmId]:
    return {each.id for each in vms}


@given(st.text(alphabet=st.characters() | st.sampled_from(' "-:?!<>=dhw0'), max_size=40))
def test_every_text_is_a_filter_or_tells_what_is_wrong_with_it(text: str) -> None:
    wanted = parse(text)
    choose(wanted, Facts(EVERY))
    assert all(mistake.word in text for mistake in wanted.mistakes)


@pytest.mark.parametrize("text", ["σας", "ΣΑΣ", "σασ"])
def test_a_sigma_is_found_however_it_is_written(text: str) -> None:
    every = inventory(vm("ΣΑΣ"), vm("σας-01"))
    assert len(choose(parse(text), Facts(every)).vms) == 2
