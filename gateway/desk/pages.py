"""Renders the pages. Templates get the values of a view, and never a record, a setting or a secret."""

from collections.abc import Mapping
from gettext import NullTranslations
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

import translations.desk
from gateway.desk.requests import form_token


class Pages:
    """The templates in every language. `label`: the one title of all pages. `path`: the first part of all paths."""

    def __init__(self, languages: Mapping[str, str], label: str, path: str):
        """`languages`: the name of each language by its code."""
        self.languages = languages
        self._label, self._path = label, path
        words = translations.desk.load_desk_words(tuple(languages))
        self._environments = {code: _environment(words[code]) for code in words}

    def show(self, template: str, lang: str, *, form_key: bytes = b"", status: int = 200, **view: Any) -> Response:
        """Return a page. `form_key`: of the session, for the tokens of its forms."""
        environment = self._environments.get(lang) or self._environments["en"]
        page = environment.get_template(f"{template}.html").render(
            label=self._label,
            at=self.address,
            lang=lang.replace("_", "-"),
            token=lambda path: form_token(form_key, path),
            **view,
        )
        return HTMLResponse(page, status)

    def address(self, path: str = "") -> str:
        """Return the address of a page on this host."""
        return f"/{self._path}/{path}"


def _environment(words: NullTranslations) -> Environment:
    environment = Environment(
        loader=PackageLoader("gateway.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["trusted_svg"] = Markup  # for the picture that we draw; nothing typed goes through it
    environment.install_gettext_translations(words, newstyle=True)  # type: ignore[attr-defined]
    return environment
