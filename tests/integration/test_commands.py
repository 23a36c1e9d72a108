"""Commands with bad values say what was wrong and what would be right, and exit with status 2. Imports run twice."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.cli import alert, clients, common, phone
from gateway.deployment import Deployment
from gateway.errors import BadInput
from gateway.model.staff import Role
from tests.harness.cast import NUMBERS
from tests.harness.command import Said, said

SAMPLE = Path(__file__).parents[1] / "data" / "facilities_sample.csv"
DEMO = Path(alert.__file__).parent
Run = Callable[..., Said]


@pytest.fixture
def run(deployment: Deployment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `mwavuli ...` in this process. Return exit status, output and complaints."""
    for module in (alert, phone, clients):
        monkeypatch.setattr(module, "load_deployment", lambda: deployment)
    for module in (alert, clients):
        monkeypatch.setattr(module, "load_settings", lambda: deployment.settings)

    def command(*words: str, typed: str = "") -> Said:
        return said(*words, monkeypatch=monkeypatch, capsys=capsys, typed=typed)

    return command


SEND = ("alert", "send", "--kind", "raid", "--place", "Bus stage")
AMINA, VERA, NURSE = NUMBERS["Amina"], NUMBERS["Vera"], NUMBERS["Nurse"]
STAFF = ("staff", "add", "--name", "Imani", "--role")
AS = (*SEND, "--area", "Kasri", "--as")
CHECK = ("clinics", "check", "--by", "Zuhura")

BAD = {
    "an area nobody knows": ((*SEND, "--area", "Soko Mwesi"), "the nearest are: .*Soko Mwezi"),
    "an area like no other": ((*SEND, "--area", "qqqq"), "no area has that name"),
    "an area that stands twice": ((*SEND, "--area", "Taa Mbili"), "say which: .*Zumari/Taa Mbili, .*Kasri/Taa Mbili"),
    "an area to rename": (("areas", "rename", "Soko Mwesi", "New"), "the nearest are: .*Soko Mwezi"),
    "an area of a colleague": ((*STAFF, "sender", "--area", "Kasry"), "the nearest are: .*Kasri"),
    "a kind": (("alert", "send", "--area", "Kasri", "--kind", "rain", "--place", "x"), "'rain' is not one of 'raid'"),
    "no place": (("alert", "send", "--area", "Kasri", "--kind", "raid"), "Missing option '--place'"),
    "a sign that could stand for a number": ((*SEND, "--area", "Kasri", "--text", "✓"), "no phone number, no link"),
    "a duration in words": ((*SEND, "--area", "Kasri", "--expires", "soon"), "as in 90m, 3h or 2d"),
    "a duration of nothing": ((*SEND, "--area", "Kasri", "--expires", "0h"), "above 0"),
    "a duration of a week": ((*SEND, "--area", "Kasri", "--expires", "7d"), "at most 24 h"),
    "a case nobody has": (("alert", "show", "9999"), "no alert has that number"),
    "a case that is no number": (("alert", "show", "abcd"), "'abcd' is not a valid integer"),
    "an update of nothing": (("alert", "update", "9999", "--place", "x"), "no alert has that number"),
    "an ending of nothing": (("alert", "clear", "9999"), "no alert has that number"),
    "a role": ((*STAFF, "queen"), "'queen' is not one of 'sender'"),
    "a language": ((*STAFF, "sender", "--lang", "tlh"), "--lang is one of en, sw"),
    "a name of nothing": (("staff", "add", "--name", " ", "--role", "sender"), "--name"),
    "a nurse of nowhere": ((*STAFF, "clinic"), "the code of an imported clinic"),
    "hours of duty": (("staff", "duty", "mornings"), "Mon-Fri 08:00-17:00"),
    "a clinic": ((*CHECK, "D99"), "no clinic has that code"),
    "a file of areas": (("areas", "import", "nowhere.csv"), "'nowhere.csv' does not exist"),
    "a file of clinics": (("clinics", "import", "nowhere.csv"), "'nowhere.csv' does not exist"),
    "a folder": (("clinics", "import", "/"), "is a directory"),
    "a lane": (("worker", "fast"), "'fast' is not one of 'alerts', 'messages', 'bulk'"),
    "a command": (("alarm",), "No such command 'alarm'"),
    "an option": (("alert", "send", "--aera", "Kasri"), "No such option.*--aera"),
}


BAD_NUMBERS = {
    "an author without a role": (AS, AMINA, "an active sender, verifier or admin"),
    "an author who is a nurse": (AS, NURSE, "an active sender, verifier or admin"),
    "an author who is no number": (AS, "Vera", "a phone number has digits only"),
    "a phone in letters": (("staff", "remove"), "Vera", "a phone number has digits only"),
    "a phone too short": (("staff", "remove"), "0712345", "no phone in KE has such a number"),
    "a phone that has a role": ((*STAFF, "sender"), NURSE, "that phone is .* already"),
    "a phone without a role": (("staff", "remove"), AMINA, "that phone has no role"),
    "no phone": (("staff", "remove"), "", "standard input has no phone number"),
    "an empty line": (("clients", "invite"), "\n", "standard input has no phone number"),
    "a clinic's phone": ((*CHECK, "D01"), "0712345", "no phone in KE"),
    "a caller": (("phone",), "Amina", "a phone number has digits only"),
}


@pytest.mark.parametrize(("words", "wanted"), BAD.values(), ids=BAD)
def test_a_bad_value(run: Run, deployment: Deployment, words: tuple[str, ...], wanted: str) -> None:
    refuses(run, deployment, words, AMINA, wanted)


@pytest.mark.parametrize(("words", "typed", "wanted"), BAD_NUMBERS.values(), ids=BAD_NUMBERS)
def test_a_bad_number(run: Run, deployment: Deployment, words: tuple[str, ...], typed: str, wanted: str) -> None:
    refuses(run, deployment, words, typed, wanted)


def refuses(run: Run, deployment: Deployment, words: tuple[str, ...], typed: str, wanted: str) -> None:
    before = stored_data(deployment)
    status, out, err = run(*words, typed=typed)
    assert status == 2, (out, err)
    assert re.search(wanted, " ".join(err.split())), err
    assert "Traceback" not in out + err
    assert stored_data(deployment) == before, "nothing was written"


def stored_data(deployment: Deployment) -> object:
    """Return everything in Redis but the notifications of lanes."""
    call = deployment.store.connection.execute
    keys = sorted(key for key in call("KEYS", "*") if not key.startswith((b"bell:", b"rq:")))
    return [(key, call("DUMP", key)) for key in keys]


@pytest.mark.parametrize("group", ["areas", "clinics"])
def test_a_file_that_is_none_of_ours(run: Run, tmp_path: Path, group: str) -> None:
    file = tmp_path / "rows.csv"
    for content, wanted in (
        (b"city,street\nMombasa,Moi\n", "the first line lacks the columns: .*county"),
        (b"", "the file is empty"),
        ("county,constituency,ward\nМомбаса,Kisauni,Junda\n".encode("koi8-r"), "not in UTF-8"),
        (b'{"county": "Mombasa"}', "the file is JSON, no table"),
    ):
        file.write_bytes(content)
        status, out, err = run(group, "import", str(file))
        assert status == 2, (content, out, err)
        assert re.search(wanted, err), err


def test_an_import_says_counts_and_reasons_and_twice_changes_nothing(run: Run, deployment: Deployment) -> None:
    status, out, err = run("areas", "import", str(SAMPLE))
    assert status == 0
    assert re.search(r"^\d+ areas: \d+ new, 0 changed, 0 as they were, \d+ problems$", out.strip())
    status, out, err = run("clinics", "import", str(SAMPLE))
    assert status == 0
    assert out.strip() == "36 clinics: 36 new, 0 changed, 0 as they were, 9 problems"
    assert "line 26: no name; the row was left out" in err
    assert "line 29: more cells than columns; the row was left out" in err

    before = stored_data(deployment)
    assert re.search(r"0 new, 0 changed, \d+ as they were", run("areas", "import", str(SAMPLE))[1])
    assert "36 clinics: 0 new, 0 changed, 36 as they were" in run("clinics", "import", str(SAMPLE))[1]
    assert stored_data(deployment) == before


def test_what_was_checked_stays_checked_when_the_list_comes_again(run: Run, deployment: Deployment) -> None:
    assert run("clinics", "import", str(DEMO / "demo_country.csv"))[0] == 0
    found = deployment.store.read_world().directory.get("D01")
    assert found is not None
    assert found.is_checked


def test_a_warning_is_previewed_before_it_is_sent(run: Run, deployment: Deployment) -> None:
    before = stored_data(deployment)
    status, out, _ = run(*SEND, "--area", "Soko Mwezi", "--dry-run")
    assert status == 0
    assert "reaches fewer than 10 people, up to 2 SMS each: at most KES 16\n" in out
    assert "[sw, neutral, 1 SMS, KES 0.80 each]" in out
    assert stored_data(deployment) == before


def test_a_costly_letter_is_noted_and_does_not_block_the_warning(run: Run) -> None:
    send = ("alert", "send", "--area", "Soko Mwezi", "--kind", "raid", "--place", "Kisаuni ʔ", "--text", "у ворот")
    status, out, err = run(*send, "--dry-run")
    assert "--place: 'а' (U+0430) makes a text cost more: write 'a'" in err
    assert "--place: 'ʔ' (U+0294) makes a text cost more: leave it out" in err
    assert "--text: these letters leave room for 70 characters a segment instead of 160" in err
    assert (status, "[sw, plain, 2 SMS, KES 1.60 each]" in out) == (0, True)
    status, out, err = run(*send)
    assert (status, "goes out" in out, "U+0430" in err) == (0, True, True)
    assert run(*SEND, "--area", "Soko Mwezi", "--text", "O’Neil – bar…", "--dry-run")[2] == ""


class TestMoneyAndHours:
    @pytest.fixture
    def environ(self, tmp_path: Path, environ: dict[str, str]) -> dict[str, str]:
        opens = (datetime.now(ZoneInfo("Africa/Nairobi")).hour + 6) % 24
        hours = f"{opens:02}:00-{(opens + 1) % 24:02}:00"
        network = f"[networks.day]\nsender = 'promotional'\nprefixes = ['+25473']\nhours = '{hours}'\n"
        (tmp_path / "settings.toml").write_text(f"[spend]\ncap = 100\n{network}")
        return environ | {"MWAVULI_SETTINGS": str(tmp_path / "settings.toml")}

    def test_a_preview_shows_the_budget_and_delayed_networks(self, run: Run, deployment: Deployment) -> None:
        store = deployment.store
        store.daily_spend.reserve(store.read_world().local_time(store.now()).date().isoformat(), 12_300, None)
        _, out, err = run(*SEND, "--area", "Soko Mwezi", "--dry-run")
        assert "today KES 13 of KES 100 are spent; a warning above that is sent all the same" in out
        assert re.search(r"day delays texts: they wait until (\w{3} )?\d\d:00", err)
        assert "day delays texts" in run(*SEND, "--area", "Soko Mwezi")[2]


def test_a_warning_from_the_terminal_and_its_life(run: Run) -> None:
    status, out, _ = run(*SEND, "--area", "Soko Mwezi", "--expires", "2h", "--as", typed=VERA)
    assert (status, "goes out" in out) == (0, True)
    number = out[:4]
    assert "live" in run("alert", "show", number)[1]
    assert run("alert", "update", number)[0] == 2, "nothing to change"
    assert run("alert", "update", number, "--place", "Market")[0] == 0
    assert run("alert", "clear", number)[0] == 0
    assert "not live" in run("alert", "clear", number)[2]


@pytest.mark.parametrize(
    "words", [("--role", "clinic,responder"), ("--role", "responder", "--role", "clinic")], ids=["a list", "repeated"]
)
def test_a_phone_may_have_several_roles(run: Run, deployment: Deployment, words: tuple[str, ...]) -> None:
    status, _out, err = run("staff", "add", "--name", "Imani", *words, "--clinic", "D01", "--active", typed=AMINA)
    assert status == 0, err
    roster = deployment.store.read_world().roster
    [imani] = [person for person in roster.people if person.name == "Imani"]
    assert imani.roles == {Role.CLINIC, Role.RESPONDER}
    assert imani in roster.responders()
    assert imani in roster.nurses("D01")
    assert "clinic, responder" in run("staff", "list")[1]


def test_a_number_is_never_repeated_in_a_complaint(run: Run) -> None:
    for words, typed in ((("staff", "remove"), AMINA), (("phone",), "0712345678901234"), (AS, AMINA)):
        _, out, err = run(*words, typed=typed)
        assert not re.search(r"\d{7}", out + err)


@pytest.mark.parametrize(("text", "seconds"), [("90m", 5400), (" 3 H", 10800), ("2d", 172800)])
def test_durations(text: str, seconds: int) -> None:
    assert common.parse_duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "3", "h", "-3h", "3w", "1.5h", "12345m", "0m"])
def test_no_durations(text: str) -> None:
    with pytest.raises(BadInput):
        common.parse_duration_s(text)


def test_a_key_is_the_last_line(run: Run) -> None:
    status, out, _ = run("keygen")
    assert status == 0
    assert re.fullmatch(r"[\w-]{43}=", out.strip().splitlines()[-1])
