"""When a device counts as lost, for any run of answers and misses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.debounce import Debounce
from drivers.device import Blocked, Missing, Ready, Status, Unknown, Warning

ANSWERS: list[Status] = [Ready(), Warning("lamp.dim"), Blocked("lamp.broken")]
MISSES: list[Status] = [Missing(), Unknown("lamp.garbled")]


@given(looks=st.lists(st.sampled_from(ANSWERS + MISSES), max_size=60), misses_to_lose=st.integers(1, 4))
def test_a_device_that_worked_is_lost_exactly_when_it_missed_often_enough_in_a_row(
    looks: list[Status], misses_to_lose: int
) -> None:
    debounce = Debounce(misses_to_lose)
    in_a_row = 0
    for seen in looks:
        if seen in ANSWERS:
            debounce.answered()
            in_a_row = 0
        else:
            in_a_row += 1
            assert debounce.missed(Ready(), seen) is (in_a_row >= misses_to_lose)


@given(known=st.sampled_from(MISSES), seen=st.sampled_from(MISSES))
def test_one_that_never_worked_has_nothing_to_lose(known: Status, seen: Status) -> None:
    assert Debounce(3).missed(known, seen)


def test_a_port_that_has_gone_makes_one_miss_a_loss_but_garbage_is_no_miss_of_that_kind() -> None:
    debounce = Debounce(3)
    debounce.port_gone = True
    assert not debounce.missed(Ready(), Unknown("lamp.garbled"))
    assert debounce.missed(Ready(), Missing())


def test_an_answer_takes_the_second_witness_back() -> None:
    debounce = Debounce(3)
    debounce.port_gone = True
    debounce.answered()
    assert not debounce.missed(Ready(), Missing())
