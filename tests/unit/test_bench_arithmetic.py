"""The arithmetic by which the benchmarks say "holds" or "does not hold"."""

import pytest

from tests.bench import behind
from tests.bench.peers.turn import ahead
from tests.bench.saturation import FEW, Step, limit
from tests.bench.schedule import PATIENCE, Heard


def step(rate: float, slow: int = 0, sorry: int = 0, **heard: int) -> Step:
    """Return a step of a thousand turns, of which this many took two seconds, or were an apology."""
    quick = 1000 - slow - sorry
    return Step(rate, Heard([0.01] * quick + [2.0] * slow, [0.01] * sorry, **heard))


def test_the_limit_lies_below_the_first_rate_that_was_not_carried() -> None:
    assert limit([step(100), step(200), step(300, slow=500), step(400)]) == (200, 300)
    assert limit([step(100), step(200)]) == (200, None)
    assert limit([step(100, slow=500)]) == (0, 100)


@pytest.mark.parametrize("what", ["wrong", "failed", "hung"])
def test_one_wrong_answer_is_not_carried(what: str) -> None:
    assert step(100).carried
    assert not step(100, **{what: 1}).carried


def test_a_few_apologies_or_slow_answers_are_carried_many_are_not() -> None:
    few = round(1000 * FEW)
    assert step(100, sorry=few).carried and not step(100, sorry=few + 1).carried
    assert step(100, slow=9).carried and not step(100, slow=10).carried


def test_a_request_that_hung_counts_as_waiting() -> None:
    assert step(100, hung=50).p99 == PATIENCE


def sent(*lasts: float) -> list[behind.Sent]:
    return [behind.Sent(0.1, last, 0, 1) for last in lasts]


def test_the_delay_behind_bulk_is_that_of_the_middle_runs() -> None:
    assert behind.delay(sent(2, 1, 9), sent(3, 50, 1)) == 1.5


def test_ahead_is_in_most_rounds() -> None:
    assert ahead([0.5, 1.1, 1.2])
    assert not ahead([0.9, 0.99, 3.0])
