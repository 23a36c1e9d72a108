"""People at the desk: a browser without script, and an app for one-time codes."""

import re

import httpx
import pyotp

from gateway.desk.access import Access, desk_path
from gateway.desk.requests import COOKIE
from gateway.model.staff import Staff
from tests.harness.town import Town

PASSWORD = "lantern copper river seven"
STEP_S = 30


def person(town: Town, name: str) -> Staff:
    return next(p for p in town.store.read_world().roster.people if p.name == name)


class Visitor:
    """A person with a browser and an app for one-time codes. `url`: where the desk listens."""

    def __init__(self, town: Town, url: str, name: str = "Zuhura"):
        self.town, self.name = town, name
        self.access = Access(town.store)
        self.path = f"/{desk_path(town.store.vault)}/"
        self.secret, self.session = "", ""
        self.recovery_codes: list[str] = []
        self._step = 0
        self._http = httpx.Client(base_url=url, timeout=30)

    def request(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, **options: object
    ) -> httpx.Response:
        """Send a request as a browser does. The cookie is kept by hand: the tests have no TLS."""
        own = {"Origin": str(self._http.base_url).rstrip("/"), "Cookie": f"{COOKIE}={self.session}"}
        answer = self._http.request(method, path, headers=own | (headers or {}), **options)  # type: ignore[arg-type]
        if COOKIE in answer.cookies:
            self.session = answer.cookies[COOKIE]
        self._http.cookies.clear()
        return answer

    def get(self, page: str) -> httpx.Response:
        return self.request("GET", self.path + page)

    def post(self, page: str, **fields: str) -> httpx.Response:
        return self.request("POST", self.path + page, data=fields)

    def accept_invitation(self, password: str = PASSWORD) -> None:
        """Make a login, as the invited person does."""
        code = self.access.invite(person(self.town, self.name))
        shown = self.post("join", invitation=code, password=password, again=password)
        self.secret = found(r"<code>([A-Z2-7]{16,})</code>", shown.text)
        joined = self.post("code", invitation=code, code=self.next_code())
        self.recovery_codes = [a + b for a, b in re.findall(r"<code>(\d{5}) (\d{5})</code>", joined.text)]

    def next_code(self) -> str:
        """Return a code that this person has not used. Where none is left, half a minute passes."""
        self._step = max(self._step + 1, int(self.town.store.now()) // STEP_S)
        while self._step > int(self.town.store.now()) // STEP_S + 1:
            self.town.sleep(STEP_S)
        return str(pyotp.TOTP(self.secret).generate_otp(self._step))

    def log_in(self, password: str = PASSWORD, code: str = "") -> httpx.Response:
        return self.post("login", name=self.name, password=password, code=code or self.next_code())

    def is_in(self) -> bool:
        return self.get("now").status_code == 200

    def form_token(self, page: str = "now") -> str:
        """Return the token of the first form on a page."""
        return found(r'name="token" value="([^"]+)"', self.get(page).text)


def found(pattern: str, text: str) -> str:
    """Return the first group of a pattern that the text must have."""
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]
