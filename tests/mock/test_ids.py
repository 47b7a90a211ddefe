"""The ids of a simulated host."""

from __future__ import annotations

from itertools import islice
from uuid import RFC_4122, UUID

from hvtui.backends.mock.state.ids import guids

MORE_THAN_ONE_BATCH = 250


def test_ids_are_distinct_random_guids_in_lower_case() -> None:
    made = list(islice(guids(7), MORE_THAN_ONE_BATCH))
    assert len(set(made)) == len(made)
    for guid in made:
        assert str(UUID(guid)) == guid
        assert (UUID(guid).version, UUID(guid).variant) == (4, RFC_4122)


def test_a_seed_always_gives_the_same_ids_and_another_one_gives_others() -> None:
    first, again, other = (list(islice(guids(seed), MORE_THAN_ONE_BATCH)) for seed in (7, 7, 8))
    assert first == again
    assert not set(first) & set(other)


def test_the_digits_of_an_id_are_all_random_but_two() -> None:
    made = list(islice(guids(7), MORE_THAN_ONE_BATCH))
    constant = [place for place in range(36) if len({guid[place] for guid in made}) == 1]
    assert constant == [8, 13, 14, 18, 19, 23]


def test_ids_are_those_of_the_random_numbers_one_by_one() -> None:
    assert next(guids(1)) == "cd613e30-d8f1-4adf-a1b7-584a2265b1f5"
