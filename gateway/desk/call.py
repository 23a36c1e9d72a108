"""One request to a page of the desk, and what a page is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.responses import RedirectResponse, Response

from gateway.desk.access import SignedIn
from gateway.desk.requests import COOKIE
from gateway.desk.service import DeskService


@dataclass(frozen=True)
class Call:
    """A request that may be answered. `form` has the fields of a POST, and is empty for a GET."""

    service: DeskService
    lang: str
    person: SignedIn | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    is_post: bool = False

    def show(self, template: str, *, status: int = 200, **view: Any) -> Response:
        """Return a page in the language of the call."""
        key = self.person.session.form_key if self.person else b""
        return self.service.pages.show(template, self.lang, form_key=key, status=status, person=self.person, **view)

    def go_to(self, path: str) -> Response:
        """Return a redirect, which the browser follows with GET."""
        return RedirectResponse(self.service.pages.address(path), 303)


@dataclass(frozen=True)
class Page:
    """How a path is answered. A page without a person is for people who are not logged in."""

    answer: Callable[[Call], Response]
    is_personal: bool = True
    methods: frozenset[str] = frozenset({"GET", "POST"})
    is_constant_time: bool = False
    """Whether its answers to a POST all take the same time."""


def set_session_cookie(response: Response, session_id: str) -> Response:
    """Give the browser the session's id, until the browser is closed."""
    response.set_cookie(COOKIE, session_id, secure=True, httponly=True, samesite="strict", path="/")
    return response
