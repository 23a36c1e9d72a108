"""`alert show`: recipients in each state, the rate, and the time left."""

import pytest
from click.testing import CliRunner

from gateway.cli import progress
from gateway.cli.progress import SendRate, describe_progress, format_states, show
from gateway.model import intents
from gateway.model.broadcast import RecipientState
from gateway.store import RecipientCounts
from jobs import dispatch
from tests.harness.steps_alerts import PEOPLE, send
from tests.harness.steps_turns import decide
from tests.harness.town import Town


def shown(number: int, *options: str) -> list[str]:
    done = CliRunner().invoke(show, [str(number), *options], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output.splitlines()


def test_show_counts_recipients_by_state(crowd: Town) -> None:
    crowd.faults(refuse={PEOPLE[0].e164: 406, PEOPLE[1].e164: 407, PEOPLE[2].e164: 407})
    number = send(crowd)
    crowd.work()
    title, bar, said = shown(number)
    assert title.startswith(f"{number} raid live, ")
    assert title.endswith(", Pwani Ndoto/Kasri/Soko Mwezi")
    assert bar == f"  warning   [{'#' * 30}] 250 people"
    assert said == "    accepted 247, refused 3 (blocked texts from this sender: 1, no way to that network: 2)"


def test_before_anything_left(crowd: Town) -> None:
    number = send(crowd)
    assert shown(number)[1:] == [f"  warning   [{' ' * 30}] 0 of about 250 people looked up", "    nobody yet"]


def test_half_way(crowd: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half of the portions are done: the bar is half full, and the counts are those of the store."""
    monkeypatch.setattr("jobs.handlers.broadcast._prefix_limit", lambda *_: 2)
    number = send(crowd)
    dispatch.run_lane(crowd.context, "alerts", 0.0001)
    said, left = describe_progress(crowd.store, number, {})
    done = sum(crowd.store.recipients.count_states(f"{number}.0").values())
    assert left == 2 and 0 < done < 250
    assert said[1] == f"  warning   [{'#' * (30 * done // 250):<30}] {done} of about 250 people looked up"
    assert said[2] == f"    accepted {done}"


def test_follows_until_it_is_done(crowd: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    number, looks = send(crowd), []

    def meanwhile(seconds: float) -> None:
        looks.append(seconds)
        crowd.work()

    monkeypatch.setattr(progress.time, "sleep", meanwhile)
    said = shown(number, "--follow")
    assert looks == [1.0] and len(said) == 6
    assert said[-1] == "    accepted 250" and "/s" in said[-2]


def test_an_update_goes_to_those_who_were_warned(crowd: Town) -> None:
    number = send(crowd)
    crowd.work()
    decide(crowd, intents.EndAlert(number))
    assert shown(number)[3] == f"  ending    [{' ' * 30}] 0 of about 250 people looked up"


def test_speed() -> None:
    speed = SendRate()
    for now, sent in ((0, 0), (10, 1000), (20, 4000)):
        speed.add_sample(now, sent)
    assert speed.format_rate(1000) == ", 200/s, about 5 s left"
    assert speed.format_rate(0) == ", 200/s"
    speed.add_sample(45, 4000)
    assert speed.samples == [(20, 4000), (45, 4000)] and speed.format_rate(1000) == "", "over the last half minute"


def test_nobody_and_no_number() -> None:
    assert format_states(RecipientCounts(dict.fromkeys(RecipientState, 0), {})) == "nobody yet"
    tally = RecipientCounts(dict.fromkeys(RecipientState, 0) | {RecipientState.REFUSED: 1}, {0: 1})
    assert format_states(tally) == "refused 1 (no number: 1)"
