"""Networks that send the last input only, end to end over HTTP: every key counts once, and no key is lost."""

import json
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway import settings
from gateway.cli.checks import networks
from gateway.deployment import Deployment
from gateway.errors import BadInput
from gateway.settings import Settings
from gateway.turns import ussd
from tests.conftest import TOKEN
from tests.harness.served import Served, served

SENTINEL = "SENTINEL-6391007"
UNNAMED = {"cellId": SENTINEL, "imsi": SENTINEL, "location": SENTINEL, "name": SENTINEL}
APOLOGY = "Sorry, this does not work now. Please dial again later or call 0711000099."


@pytest.fixture
def environ(environ: dict[str, str], tmp_path: Path) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(
        '[ussd.hubtel]\nservice_code = "*711*22#"\n[ussd.beem]\n[ussd.hollatags]\nservice_code = "*7006#"\n'
    )
    return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}


@pytest.fixture
def web(deployment: Deployment, values: Settings) -> Iterator[Served]:
    with served(values) as running:
        yield running


class Phone(ABC):
    """A phone at such a network. `turn` sends a request as the network would, `again` repeats the last request."""

    stages: tuple[str, str, str]

    def __init__(self, web: Served, session: str = "s1"):
        self.web, self.session, self.count, self.screen, self.open = web, session, 0, "", True
        self.last: dict[str, Any] = {}

    def dial(self, dialled: str) -> str:
        return self._turn(self.request(self.stages[0], dialled))

    def press(self, *keys: str) -> str:
        for key in keys:
            self._turn(self.request(self.stages[1], key))
        return self.screen

    def again(self, request: dict[str, Any] | None = None) -> str:
        return self._turn(request or self.last)

    def hang_up(self, said: str = "") -> httpx.Response:
        return self.post(self.request(self.stages[2], said))

    def _turn(self, request: dict[str, Any]) -> str:
        self.last = request
        answer = self.post(request)
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
        self.screen, self.open = self.read(answer.json())
        return self.screen

    def post(self, request: dict[str, Any]) -> httpx.Response:
        return self.web.http.post(f"/{type(self).__name__.lower()}/{TOKEN}/ussd", json=request)

    @abstractmethod
    def request(self, stage: str, typed: str) -> dict[str, Any]:
        """Return the network's request."""

    @abstractmethod
    def read(self, reply: dict[str, Any]) -> tuple[str, bool]:
        """Return the screen, and whether the session goes on."""


class Hubtel(Phone):
    stages = ("Initiation", "Response", "Release")

    def request(self, stage: str, typed: str) -> dict[str, Any]:
        self.count += 1
        return UNNAMED | {
            "Type": stage, "Mobile": "233200000001", "SessionId": self.session, "ServiceCode": "711*22",
            "Message": typed, "Operator": "vodafone", "Sequence": self.count, "ClientState": "",
        }  # fmt: skip

    def read(self, reply: dict[str, Any]) -> tuple[str, bool]:
        assert reply["ClientState"] == ""
        return reply["Message"], reply["Type"] == "response"


class Beem(Phone):
    stages = ("initiate", "continue", "terminate")

    def request(self, stage: str, typed: str) -> dict[str, Any]:
        payload = {"request_id": self.count, "response": 0 if stage == "initiate" else typed}
        return UNNAMED | {
            "command": stage, "msisdn": "255700000001", "session_id": self.session, "operator": "vodacom",
            "payload": payload | {"cellId": SENTINEL},
        }  # fmt: skip

    def read(self, reply: dict[str, Any]) -> tuple[str, bool]:
        assert (reply["msisdn"], reply["session_id"]) == ("255700000001", self.session)
        self.count = reply["payload"]["request_id"]
        return reply["payload"]["request"], reply["command"] == "continue"


class Hollatags(Phone):
    stages = ("begin", "continue", "end")

    def request(self, stage: str, typed: str) -> dict[str, Any]:
        return UNNAMED | {
            "session_msisdn": "2347000000001", "session_operation": stage, "session_msg": typed,
            "session_id": self.session, "session_from": "*7006#", "session_type": "1", "session_mno": "MTN",
        }  # fmt: skip

    def post(self, request: dict[str, Any]) -> httpx.Response:
        return self.web.http.get(f"/hollatags/{TOKEN}/ussd", params=request)

    def read(self, reply: dict[str, Any]) -> tuple[str, bool]:
        assert reply["session_id"] == self.session
        assert (reply["session_operation"], reply["session_type"]) in (("continue", 1), ("end", 4))
        return reply["session_msg"], reply["session_operation"] == "continue"


NETWORKS = (Hubtel, Beem, Hollatags)
COUNTED = (Hubtel, Beem)
CODES = {Hubtel: "*711*22#", Beem: "*149*99#", Hollatags: "*7006#"}


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every key come later than a repeat would."""
    monkeypatch.setattr(ussd, "REPEAT_WINDOW_S", 0)


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("network", NETWORKS)
def test_each_key_counts_also_one_equal_to_or_shorter_than_the_last(network: type[Phone], web: Served) -> None:
    """The screens are the same as at a network with cumulative text."""
    keys = ("1", "1", "0", "1", "0", "5", "1")
    phone, typed, screens = network(web), "", []
    phone.dial(CODES[network])
    for key in keys:
        typed = f"{typed}*{key}" if typed else key
        screens.append(phone.press(key))
        form = {"sessionId": "c", "phoneNumber": "+254711000077", "text": typed}
        assert web.http.post(f"/at/{TOKEN}/ussd", data=form).text[4:] == phone.screen
    assert len(set(screens)) > 3, "the keys lead somewhere"


@pytest.mark.parametrize("network", NETWORKS)
def test_a_repeat_gets_the_same_screen_and_presses_nothing(network: type[Phone], web: Served) -> None:
    phone = network(web)
    first = phone.dial(CODES[network])
    assert "1. English" in first
    begin = phone.last
    assert phone.again() == first
    second = phone.press("1")
    assert second != first
    assert [phone.again() for _ in range(3)] == [second] * 3
    assert phone.again(begin) == second, "a late copy of the first request"


@pytest.mark.parametrize("network", COUNTED)
def test_a_late_copy_of_an_earlier_key_presses_nothing(network: type[Phone], web: Served) -> None:
    phone = network(web)
    phone.dial(CODES[network])
    phone.press("1")
    early = phone.last
    shown = phone.press("2")
    assert phone.again(early) == shown


def test_dial_through_is_taken_with_the_first_request(web: Served) -> None:
    for network in (Hubtel, Hollatags):
        plain, through = network(web, "a"), network(web, "b")
        plain.dial(CODES[network])
        wanted = plain.press("1")
        assert through.dial(CODES[network].replace("#", "*1#")) == wanted


@pytest.mark.parametrize("network", NETWORKS)
def test_an_end_at_the_network_is_no_key(network: type[Phone], web: Served, deployment: Deployment) -> None:
    """The session ends in the middle of a report: the text of that request is typed into no screen."""
    phone = network(web)
    phone.dial(CODES[network])
    phone.press("1")
    before = deployment.store.connection.execute("DBSIZE")
    answer = phone.hang_up("Map Dialog User Abort User Reason")
    assert (answer.status_code, answer.content) == (200, b"")
    assert deployment.store.connection.execute("DBSIZE") == before


@pytest.mark.parametrize("network", NETWORKS)
def test_an_input_of_an_unknown_session_opens_the_first_screen(network: type[Phone], web: Served) -> None:
    phone = network(web)
    first = phone.dial(CODES[network])
    other = network(web, "lost")
    other.count = 5
    assert other.press("3") == first, "no key of an unknown screen is pressed"


@pytest.mark.parametrize("network", NETWORKS)
def test_the_apology_is_in_the_form_that_the_network_reads(network: type[Phone], web: Served) -> None:
    phone = network(web)
    request = phone.request("nonsense", "x")
    answer = phone.post(request)
    assert answer.status_code == 200 and APOLOGY in json.dumps(answer.json())
    assert phone.web.http.post(f"/{network.__name__.lower()}/{'x' * 32}/ussd", json=request).status_code == 404


def test_an_unnamed_field_reaches_no_log_and_no_record(
    web: Served, deployment: Deployment, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, "mwavuli")
    for network in NETWORKS:
        phone = network(web)
        phone.dial(CODES[network])
        phone.press("1", "2", "x")
        phone.post(phone.request("nonsense", "x"))
        phone.hang_up()
    web.http.post(f"/at/{TOKEN}/ussd", data=UNNAMED | {"sessionId": "c", "phoneNumber": "+254711000077", "text": ""})
    web.http.post(f"/at/{TOKEN}/sms", data=UNNAMED | {"from": "+254711000077", "text": "JOIN Soko Mwezi"})
    call = deployment.store.connection.execute
    records = b"".join(call("DUMP", key) + key for key in call("KEYS", "*"))
    assert SENTINEL.encode() not in records
    assert SENTINEL not in caplog.text + "".join(capfd.readouterr())


def test_check_says_what_a_network_cannot_do(environ: dict[str, str], tmp_path: Path) -> None:
    def found(toml: str) -> str:
        (tmp_path / "settings.toml").write_text(toml)
        return "\n".join(f"{f.level.name} {f.text}" for f in networks.check(settings.load(environ)))

    assert found("") == "SHOULD Africa's Talking takes no deadline with a text: a text may arrive after its hour"
    assert "MUST [ussd.hubbel]: no such network" in found("[ussd.hubbel]\n")
    said = found('[ussd.hubtel]\n[ussd.hollatags]\nservice_code = "*7006#"\n')
    assert "[ussd] hubtel: no service_code" in said and "hollatags: sends numbers and inputs in the URL" in said
    with pytest.raises(BadInput, match="service_code"):
        found('[ussd.hubtel]\nservice_code = "711"\n')
