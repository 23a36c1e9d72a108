"""The page *Now* shows what the person's phone lists: reports, warnings, calls, questions, duty and money."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from gateway.desk import app as desk_app
from gateway.desk.app import create_desk
from gateway.model.sos import SOS_FEATURE
from gateway.numbers import Number
from gateway.settings import Settings
from tests.harness.desk import Visitor
from tests.harness.served import bind_free, serve_app
from tests.harness.steps_alerts import send, subscribe
from tests.harness.town import Town


@pytest.fixture
def at_desk(town: Town, values: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Visitor]]:
    """Return people who are logged in, by name."""
    monkeypatch.setattr("gateway.deployment.open_deployment", lambda settings: town.context.deployment)
    monkeypatch.setattr(desk_app, "REFUSAL_S", 0.0)
    town.turn_on(SOS_FEATURE)
    port = bind_free()
    with serve_app(create_desk(values), values, port):
        url = f"http://127.0.0.1:{port.getsockname()[1]}"
        people = {name: Visitor(town, url, name) for name in ("Zuhura", "Vera", "Rehema")}
        for visitor in people.values():
            visitor.accept_invitation()
        yield people


@contextmanager
def reported(town: Town) -> Iterator[str]:
    town["Chiku"].text("REPORT soko mwezi near the gate")
    town.work()
    [number] = [str(alert.number) for alert in town.store.read_world().alerts.values()]
    yield number


def test_a_quiet_night_says_so_and_who_is_on_duty(at_desk: dict[str, Visitor]) -> None:
    page = at_desk["Zuhura"].get("now").text
    assert "Nothing waits." in page
    assert "Checks reports:" in page
    assert "Vera" in page
    assert "Comes to help:" in page
    assert "KES 0" in page


def test_a_report_is_listed_for_whoever_may_decide_it(at_desk: dict[str, Visitor], town: Town) -> None:
    with reported(town) as number:
        assert number in at_desk["Vera"].get("now").text
        assert number in at_desk["Zuhura"].get("now").text
        assert number not in at_desk["Rehema"].get("now").text


def test_words_of_a_report_stand_on_no_list(at_desk: dict[str, Visitor], town: Town) -> None:
    with reported(town):
        assert "gate" not in at_desk["Vera"].get("now").text


def test_a_call_for_help_is_listed_for_responders(at_desk: dict[str, Visitor], town: Town) -> None:
    town["Amina"].text("SOS")
    town.work()
    [(_tag, _raw, sos)] = town.store.read_turn(town.store.number(_token(town, "Rehema"), "staff")).sos_by_code.values()
    assert sos.code in at_desk["Rehema"].get("now").text


@pytest.mark.parametrize(("people", "said"), [(9, ""), (24, "about 20 of about 20")])
def test_a_running_warning_shows_no_small_number(
    at_desk: dict[str, Visitor], town: Town, people: int, said: str
) -> None:
    subscribe(town, [Number.parse(f"+2547110009{n:02}") for n in range(people)])
    number = send(town)
    town.work()
    page = at_desk["Vera"].get("now").text
    assert f"<b>{number}</b>" in page
    assert ("<meter" in page) == bool(said)
    assert " ".join(said.split()) in " ".join(page.split())
    assert f">{people}<" not in page
    assert str(number) not in at_desk["Rehema"].get("now").text


def test_a_warning_that_ended_is_gone(at_desk: dict[str, Visitor], town: Town) -> None:
    number = send(town, seconds=600)
    town.sleep(700)
    assert str(number) not in at_desk["Vera"].get("now").text


def test_the_page_loads_itself_again_without_script(at_desk: dict[str, Visitor]) -> None:
    answer = at_desk["Vera"].get("now")
    assert answer.headers["refresh"].endswith("/refresh")
    assert "<script" not in answer.text


@pytest.mark.parametrize("lang", ["sw", "fr", "es", "ru", "zh_Hans"])
def test_the_page_is_in_the_language_of_the_person(at_desk: dict[str, Visitor], town: Town, lang: str) -> None:
    english = at_desk["Vera"].get("now").text
    town.change_staff("Vera", lang=lang)
    page = at_desk["Vera"].get("now").text
    assert f'<html lang="{lang.replace("_", "-")}">' in page
    assert "Nothing waits." in english
    assert "Nothing waits." not in page


def test_a_page_is_small(at_desk: dict[str, Visitor], town: Town) -> None:
    with reported(town):
        answer = at_desk["Vera"].get("now")
    style = at_desk["Vera"].get("s.css")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.num_bytes_downloaded + style.num_bytes_downloaded < 14 * 1024


def _token(town: Town, name: str) -> bytes:
    return next(p.token for p in town.store.read_world().roster.people if p.name == name)
