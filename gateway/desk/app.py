"""The application of the desk: which person may open which page. Everything else is a bare 404."""

import asyncio
import logging
import time
from importlib.resources import files
from typing import Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.deployment import DeploymentLoader
from gateway.desk import login, now
from gateway.desk.call import Call, Page
from gateway.desk.headers import SecureHeaders
from gateway.desk.requests import COOKIE, FormTooLarge, is_form_token, is_from_own_page, is_own_host, read_form
from gateway.desk.service import DeskService, desk_loader
from gateway.errors import MwavuliError
from gateway.logs import describe_error
from gateway.settings import Settings

log = logging.getLogger("mwavuli.desk")
MIN_GZIP_BYTES = 500
"""a smaller answer is sent as it is"""
REFUSAL_S = 1.5
"""seconds that the answer to every attempt to log in takes"""
STYLE: Final = "s.css"
GET, POST = frozenset({"GET"}), frozenset({"POST"})
PAGES: Final = {
    "": Page(login.show_login, is_personal=False, methods=GET),
    "login": Page(login.log_in, is_personal=False, methods=POST, is_constant_time=True),
    "join": Page(login.join, is_personal=False, is_constant_time=True),
    "code": Page(login.confirm_code, is_personal=False, methods=POST, is_constant_time=True),
    "now": Page(now.show_now, methods=GET),
    "refresh": Page(now.show_now, methods=GET),
    "cover": Page(now.show_cover, methods=GET),
    "leave": Page(login.leave, methods=POST),
}
PASSIVE_PAGES: Final = frozenset({"refresh"})
"""Pages that a browser loads by itself: they keep no session open."""


def create_desk(settings: Settings) -> ASGIApp:
    """Return the application of the desk. Raises BadInput for settings or content that cannot be read."""
    desk = Desk(settings)
    return Starlette(
        routes=[Route("/{path:path}", desk.answer, methods=["GET", "POST"])],
        middleware=[Middleware(SecureHeaders), Middleware(GZipMiddleware, minimum_size=MIN_GZIP_BYTES)],
        exception_handlers={405: desk.answer_unknown, 404: desk.answer_unknown},
    )


class Desk:
    """Answers every request of the desk."""

    def __init__(self, settings: Settings):
        self._names = frozenset(settings.tuning.desk.names)
        self._loader: DeploymentLoader[DeskService] = desk_loader(settings)
        self._style = files("gateway.desk").joinpath("static/desk.css").read_text()

    async def answer(self, request: Request) -> Response:
        """Answer a request to one of our pages, under one of our names."""
        if not is_own_host(request, self._names):
            return not_found()
        try:
            service = await asyncio.to_thread(self._loader.load)
        except MwavuliError:
            return Response(status_code=503)
        prefix = service.pages.address()
        path = request.url.path.removeprefix(prefix)
        if not request.url.path.startswith(prefix):
            return not_found()
        if path == STYLE:
            return Response(self._style, media_type="text/css")
        page = PAGES.get(path)
        if page is None or request.method not in page.methods:
            return not_found()
        began = time.monotonic()
        response = await self._answer_page(request, service, page, path)
        if page.is_constant_time and request.method == "POST":
            await _pause(max(0.0, began + REFUSAL_S - time.monotonic()))
        return response

    async def answer_unknown(self, request: Request, error: Exception) -> Response:
        return not_found()

    async def _answer_page(self, request: Request, service: DeskService, page: Page, path: str) -> Response:
        form: dict[str, str] = {}
        if request.method == "POST":
            if not is_from_own_page(request):
                return Response(status_code=403)
            try:
                form = await read_form(request)
            except FormTooLarge:
                return Response(status_code=413)
        cookie = request.cookies.get(COOKIE, "")
        try:
            return await asyncio.to_thread(_respond, service, page, path, cookie, form, request.method == "POST")
        except MwavuliError as error:
            log.error("a page failed: %s", describe_error(error))
            return service.pages.show("away", service.languages.default.code, status=503, person=None, hotline="")


def _respond(service: DeskService, page: Page, path: str, cookie: str, form: dict[str, str], is_post: bool) -> Response:
    person = service.access.find_session(cookie, is_own_request=path not in PASSIVE_PAGES)
    lang = person.staff.lang if person else service.languages.default.code
    call = Call(service, lang, person, form, is_post)
    if not page.is_personal:
        return page.answer(call)
    if person is None:
        return call.go_to("")
    if is_post and not is_form_token(form.get("token", ""), person.session.form_key, path):
        return Response(status_code=403)
    return page.answer(call)


async def _pause(seconds: float) -> None:
    await asyncio.sleep(seconds)


def not_found() -> Response:
    """Return an answer without a byte of ours."""
    return Response(status_code=404)
