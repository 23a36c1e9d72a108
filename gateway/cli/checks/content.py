"""Languages and texts: is there a catalog, did somebody read it, is this country's law filled in."""

from collections.abc import Callable
from datetime import date

import translations
from gateway.cli.checks.finding import Findings, fine, must, or_fine, should, some
from gateway.errors import BadInput
from gateway.settings import Settings

NOBODY = "nobody"
OLD_DAYS = 365
CODE_PHRASES = (
    "Line service {where} {at}-{until}. Info: dial {dial}",
    "Line service {where}: now until {until}. Info: dial {dial}",
    "Line service of {at}, {where}: finished.",
)
"""those shipped, in `gateway.wording`"""


def look(values: Settings) -> Findings:
    try:
        languages = translations.load(values.languages, values.content_dir)
        translations.keywords(languages)
    except BadInput as error:
        yield must(str(error))
        return
    yield fine(f"{some(values.languages)}: each has a catalog")
    yield from or_fine(_reviewed(languages), "every catalog and topic was reviewed")
    yield from or_fine(_law(languages), "this country's law is in the rights topics")
    yield from or_fine(_phrases(values, languages), "the code wording is the organisation's own")


def _reviewed(languages: translations.Languages) -> Findings:
    for language in languages:
        if language.reviewed in ("", NOBODY):
            yield should(f"{language.name} ({language.code}): nobody who speaks it has reviewed the catalog")
        mine = [topic for topic in languages.topics(language.code) if topic.lang == language.code]
        if unread := [topic.slug for topic in mine if topic.reviewed in ("", NOBODY)]:
            yield should(f"{language.name}: rights topics that no lawyer has reviewed: {some(unread)}")
        today = date.today()  # noqa: DTZ011  a day, in the operator's own calendar
        if old := [topic.slug for topic in mine if (today - topic.checked).days > OLD_DAYS]:
            yield should(f"{language.name}: rights topics last checked more than a year ago: {some(old)}")


def _law(languages: translations.Languages) -> Findings:
    for language in languages:
        slots = {slot for topic in languages.topics(language.code) for slot in topic.unfilled}
        if slots:
            yield should(
                f"{language.name}: this country's law is missing in the rights topics: fill {some(sorted(slots), 8)} "
                "in slots.toml of MWAVULI_CONTENT_DIR, with a lawyer"
            )


def _phrases(values: Settings, languages: translations.Languages) -> Findings:
    shipped = [code for code in languages.codes if _as_shipped(code, languages[code].translator)]
    if shipped:
        yield should(
            f"{some(shipped)}: the code wording is the shipped one, which anybody can read: write phrases of your own "
            "in messages.po under MWAVULI_CONTENT_DIR"
        )


def _as_shipped(code: str, said: Callable[[str], str]) -> bool:
    try:
        ours = translations.load((code,))[code].translator
    except BadInput:  # a language of the organisation's own
        return any(said(phrase) == phrase for phrase in CODE_PHRASES)
    return any(said(phrase) == ours(phrase) for phrase in CODE_PHRASES)
