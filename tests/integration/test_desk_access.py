"""Who gets to the desk: invitations, passwords, one-time codes, sessions, and what a stranger is told."""

import re
from collections.abc import Iterator

import pytest

from gateway.desk import app as desk_app
from gateway.desk.access import Access, desk_path
from gateway.desk.app import create_desk
from gateway.desk.headers import HEADERS
from gateway.errors import BadInput
from gateway.model.desk import IDLE_S, MAX_SESSIONS, MAX_TRIES, SESSION_S
from gateway.model.staff import Role
from gateway.settings import Settings
from gateway.store.desk_records import DeskRecords
from tests.harness.cast import NUMBERS
from tests.harness.desk import PASSWORD, Visitor, person
from tests.harness.served import bind_free, serve_app, served
from tests.harness.town import Town


@pytest.fixture
def desk(town: Town, values: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve the desk, and return its URL. Its clock is the town's, and a refusal comes at once."""
    monkeypatch.setattr("gateway.deployment.open_deployment", lambda settings: town.context.deployment)
    monkeypatch.setattr(desk_app, "REFUSAL_S", 0.0)
    port = bind_free()
    with serve_app(create_desk(values), values, port):
        yield f"http://127.0.0.1:{port.getsockname()[1]}"


@pytest.fixture
def zuhura(town: Town, desk: str) -> Visitor:
    visitor = Visitor(town, desk)
    visitor.accept_invitation()
    return visitor


def test_an_invited_person_logs_in_and_leaves(zuhura: Visitor) -> None:
    assert zuhura.is_in()
    assert len(zuhura.recovery_codes) == 8
    token = zuhura.form_token()
    left = zuhura.post("leave", token=token)
    assert left.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert not zuhura.is_in()
    assert zuhura.log_in().headers["location"] == zuhura.path + "now"
    assert zuhura.is_in()


def test_the_cookie_dies_with_the_browser_and_is_for_this_host_alone(zuhura: Visitor) -> None:
    set_cookie = zuhura.log_in().headers["set-cookie"].lower()
    assert set_cookie.startswith("__host-d=")
    assert {"secure", "httponly", "samesite=strict", "path=/"} <= {part.strip() for part in set_cookie.split(";")}
    assert "expires" not in set_cookie
    assert "max-age" not in set_cookie


@pytest.mark.parametrize("wrong", ["name", "password", "code", "all"])
def test_every_refusal_has_the_same_bytes(zuhura: Visitor, wrong: str) -> None:
    zuhura.session = ""
    fields = {"name": zuhura.name, "password": PASSWORD, "code": zuhura.next_code()}
    bad = {"name": "Nobody", "password": "another long password", "code": "000000"}
    fields |= bad if wrong == "all" else {wrong: bad[wrong]}
    refused = zuhura.post("login", **fields)
    unknown = zuhura.post("login", name="", password="", code="")
    assert (refused.status_code, refused.text) == (unknown.status_code, unknown.text)
    assert "set-cookie" not in refused.headers


def test_every_attempt_takes_the_same_time(zuhura: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(desk_app, "REFUSAL_S", 1000.0)
    monkeypatch.setattr(desk_app, "_pause", pause)
    zuhura.post("login", name="Nobody", password="", code="")
    zuhura.log_in("a wrong long password")
    assert len(waited) == 2
    assert min(waited) > 900


def test_a_code_counts_once(zuhura: Visitor) -> None:
    code = zuhura.next_code()
    assert zuhura.log_in(code=code).status_code == 303
    assert zuhura.log_in(code=code).status_code == 200


def test_a_code_on_paper_counts_once(zuhura: Visitor) -> None:
    code = zuhura.recovery_codes[3]
    assert zuhura.log_in(code=code).status_code == 303
    assert zuhura.log_in(code=code).status_code == 200


def test_tries_without_a_code_lock_nobody_out(zuhura: Visitor) -> None:
    for n in range(3 * MAX_TRIES):
        zuhura.log_in("a wrong long password", f"{n:06}")
    assert zuhura.log_in().status_code == 303


def test_many_wrong_passwords_with_valid_codes_wait(zuhura: Visitor, town: Town) -> None:
    """A person who stole the app with the codes guesses ten times in ten minutes, and no more."""
    for _ in range(MAX_TRIES):
        town.sleep(30)
        zuhura.log_in("a wrong long password")
    town.sleep(30)
    assert zuhura.log_in().status_code == 200
    town.sleep(600)
    assert zuhura.log_in().status_code == 303


def test_a_session_ends_when_nobody_uses_it(zuhura: Visitor, town: Town) -> None:
    for _ in range(3):
        town.sleep(IDLE_S - 60)
        assert zuhura.is_in()
    for _ in range(3):
        town.sleep(IDLE_S // 2)
        zuhura.get("refresh")  # the page that loads itself keeps no session open
    assert not zuhura.is_in()


def test_every_session_ends_after_hours(zuhura: Visitor, town: Town) -> None:
    for _ in range(SESSION_S // 800):
        town.sleep(800)
        zuhura.get("now")
    town.sleep(800)
    assert not zuhura.is_in()


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"is_silenced": True}, {"is_locked_out": True}, {"roles": frozenset({Role.CLINIC})}],
)
def test_a_person_who_loses_the_role_is_out_at_once(zuhura: Visitor, town: Town, change: dict[str, object]) -> None:
    town.change_staff(zuhura.name, **change)
    assert not zuhura.is_in()
    assert zuhura.log_in().status_code == 200


def test_a_new_session_ends_the_oldest(zuhura: Visitor, town: Town) -> None:
    first = zuhura.session
    for _ in range(MAX_SESSIONS):
        town.sleep(31)
        zuhura.session = ""
        assert zuhura.log_in().status_code == 303
    zuhura.session = first
    assert not zuhura.is_in()


def test_a_new_login_ends_every_session_of_the_old_one(zuhura: Visitor) -> None:
    old = zuhura.session
    zuhura.session = ""
    zuhura.accept_invitation("another lantern copper river")
    zuhura.session = old
    assert not zuhura.is_in()


def test_an_invitation_counts_once_and_for_a_day(town: Town, desk: str) -> None:
    visitor = Visitor(town, desk, "Vera")
    code = visitor.access.invite(person(town, "Vera"))
    town.sleep(86401)
    assert "<svg" not in visitor.post("join", invitation=code, password=PASSWORD, again=PASSWORD).text
    visitor.accept_invitation()
    used = visitor.access.invite(person(town, "Vera"))
    assert visitor.access.take_invitation(used, PASSWORD)
    assert visitor.access.accept_invitation(used, "000000") is None
    assert visitor.access.find_taken_invitation(used)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "my name is vera 1"])
def test_a_weak_password_is_refused(town: Town, desk: str, password: str) -> None:
    visitor = Visitor(town, desk, "Vera")
    code = visitor.access.invite(person(town, "Vera"))
    assert "too easy to guess" in visitor.post("join", invitation=code, password=password, again=password).text


def test_a_nurse_is_not_invited(town: Town) -> None:
    with pytest.raises(BadInput, match="cannot use the desk"):
        Access(town.store).invite(town.store.read_world().roster.nurses("D01")[0])


def test_everything_else_is_a_bare_404(zuhura: Visitor) -> None:
    known = zuhura.path.strip("/")
    for path in ("/", "/now", "/login", "/admin", f"/{known}", f"/{known}/x", f"/{known}/now/", "/favicon.ico"):
        answer = zuhura.request("GET", path)
        assert (answer.status_code, answer.content) == (404, b""), path
    other_host = zuhura.request("GET", zuhura.path, headers={"Host": "example.org"})
    assert (other_host.status_code, other_host.content) == (404, b"")
    assert zuhura.request("DELETE", zuhura.path + "now").status_code == 404


def test_a_form_from_elsewhere_changes_nothing(zuhura: Visitor) -> None:
    token = zuhura.form_token()
    leave = zuhura.path + "leave"
    for headers in ({"Origin": "https://example.org"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert zuhura.request("POST", leave, data={"token": token}, headers=headers).status_code == 403
    for wrong in ("", "x", token[:-2] + "AA", "é"):
        assert zuhura.post("leave", token=wrong).status_code == 403
    assert zuhura.post("leave", token=token, more="x" * 70_000).status_code == 413
    assert zuhura.is_in()


def test_every_answer_has_the_strict_headers(zuhura: Visitor) -> None:
    answers = [zuhura.get(page) for page in ("", "now", "join", "cover", "s.css", "nothing")]
    answers += [
        zuhura.post("login", name="", password="", code=""),
        zuhura.request("GET", "/"),
        zuhura.request("POST", "/"),
    ]
    answers.append(zuhura.request("POST", zuhura.path + "leave", headers={"Origin": "https://example.org"}))
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, answer.url
        assert not {"server", "date"} & set(answer.headers)
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_no_page_holds_a_number_or_what_tells(zuhura: Visitor, town: Town) -> None:
    town["Amina"].text_and_confirm("JOIN soko mwezi")
    pages = [zuhura.get(page) for page in ("now", "cover", "join", "")]
    for page in pages:
        for msisdn in NUMBERS.values():
            assert msisdn.lstrip("+") not in page.text
            assert msisdn.removeprefix("+254") not in page.text
        titles = re.findall(r"<title>(.*?)</title>", page.text)
        assert set(titles) <= {"Notes"}


def test_records_of_the_desk_are_sealed(zuhura: Visitor, town: Town) -> None:
    execute = town.store.connection.execute
    found = [key for key in execute("KEYS", "*") if key.split(b":")[0] in (b"desk", b"dsk", b"inv")]
    assert len(found) == 2
    for key in found:
        stored = execute("GET", key)
        assert zuhura.secret.encode() not in stored
        assert person(town, "Zuhura").id.encode() not in key + stored
    assert DeskRecords(town.store).read_login(person(town, "Zuhura").id)


def test_the_web_process_has_no_path_of_the_desk(town: Town, values: Settings) -> None:
    with served(values) as web:
        assert web.http.get(f"/{desk_path(town.store.vault)}/").status_code == 404
