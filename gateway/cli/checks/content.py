"""Languages, texts and helpers: whether catalogs exist, were reviewed, and contain this country's law."""

from collections.abc import Callable
from datetime import date

import translations
from gateway.cli.checks.finding import Finding, Findings, abbreviate, must, or_ok, should
from gateway.content import languages_loader
from gateway.content_gates.content_folder import ContentFolder, open_content_folder
from gateway.errors import BadInput
from gateway.model.alert import AlertKind
from gateway.model.helper import Cooperation, HelperKind
from gateway.profile import read_helpers
from gateway.settings import Settings
from gateway.text.gsm import is_gsm, suggest_replacements
from gateway.text.wording import code_phrase
from menus.engine import paging
from translations import Language, Topic

NOBODY = "nobody"
MAX_AGE_DAYS = 365
MAX_TOPIC_PAGES = {True: 4, False: 7}
"""pages of a rights topic: in GSM-7, and in other letters"""


def check(values: Settings) -> Findings:
    with open_content_folder(values.languages, values.content_dir, languages_loader(values)) as folder:
        languages = folder.languages
        yield from or_ok(map(must, folder.broken), f"{abbreviate(values.languages)}: each has a catalog")
        yield from or_ok(_check_own_words(folder), "the organisation's own words pass every gate")
        yield from or_ok(_check_each_language(languages, _check_reviews), "every catalog and topic was reviewed")
        yield from or_ok(
            _check_each_language(languages, _check_law_slots), "this country's law is in the rights topics"
        )
        yield from or_ok(
            _check_each_language(languages, _check_topic_length), "every rights topic can be read on a phone"
        )
        yield from or_ok(
            _check_each_language(languages, _check_code_phrases), "the code phrases are the organisation's own"
        )
        yield from or_ok(
            _check_each_language(languages, _check_costly_letters),
            "no letter makes a sentence cost more without need",
        )
    yield from or_ok(_check_helpers(values), "helpers are listed, with the authorities that they work with")


def _check_own_words(folder: ContentFolder) -> Findings:
    """Name each sentence of the organisation that cannot be sent or gives away; then what else is wrong with it."""
    for language in folder.languages:
        for found in folder.problems(language.code):
            yield must(str(found)) if found.is_fatal or found.gives_away else should(str(found))


def _check_each_language(
    languages: translations.Languages, check_language: Callable[[Language, list[Topic]], Findings]
) -> Findings:
    """Run a check for each language; report a finding of several languages once."""
    found: dict[Finding, list[str]] = {}
    for language in languages:
        for finding in check_language(language, languages.topics(language.code)):
            found.setdefault(finding, []).append(language.name)
    for (level, text), names in found.items():
        yield Finding(level, f"{', '.join(names)}: {text}")


def _check_reviews(language: Language, topics: list[Topic]) -> Findings:
    if language.reviewed_by in ("", NOBODY):
        yield should("no speaker of the language has reviewed the catalog")
    mine = [topic for topic in topics if topic.lang == language.code]
    if unread := [topic.slug for topic in mine if topic.reviewed_by in ("", NOBODY)]:
        yield should(f"rights topics that no lawyer has reviewed: {abbreviate(unread)}")
    today = date.today()  # noqa: DTZ011  a day, in the operator's own calendar
    if old := [topic.slug for topic in mine if (today - topic.checked_on).days > MAX_AGE_DAYS]:
        yield should(f"rights topics last checked more than a year ago: {abbreviate(old)}")


def _check_law_slots(language: Language, topics: list[Topic]) -> Findings:
    if slots := {slot for topic in topics for slot in topic.unfilled_slots}:
        yield should(
            f"this country's law is missing in the rights topics: fill {', '.join(sorted(slots))} "
            "in slots.toml of MWAVULI_CONTENT_DIR, with a lawyer"
        )


def _check_topic_length(language: Language, topics: list[Topic]) -> Findings:
    """Find topics whose slots were filled with too much text for a phone."""
    _ = language.translator
    bodies = {topic.slug: _.normalise(topic.body) for topic in topics}
    if long := [
        slug for slug, body in bodies.items() if len(paging.all_pages(body, (), _)) > MAX_TOPIC_PAGES[is_gsm(body)]
    ]:
        yield should(f"rights topics with too many pages, shorten the texts in their slots: {abbreviate(long)}")


def _check_code_phrases(language: Language, topics: list[Topic]) -> Findings:
    ours = _shipped_translator(language.code)
    phrases = {kind: code_phrase(kind, language.translator) for kind in AlertKind}
    if public := [kind for kind, phrase in phrases.items() if phrase == code_phrase(kind, ours)]:
        yield should(
            f"the code phrases of {abbreviate(public)} are the shipped ones, which are public: "
            "write your own in LC_MESSAGES/messages.po of each language under MWAVULI_CONTENT_DIR"
        )
    if telling := [kind for kind, phrase in phrases.items() if language.forbidden_words.find_revealing(phrase)]:
        yield must(f"the code phrases of {abbreviate(telling)} reveal what they should hide")


def _check_costly_letters(language: Language, topics: list[Topic]) -> Findings:
    """Find letters that GSM-7 lacks, each of which makes a whole text cost more. Other scripts are exempt."""
    said = [(text, form) for (_context, text), forms in language.messages.items() for form in forms]
    if 2 * sum(is_gsm(form) for _text, form in said) < len(said):
        return
    dear = {char: (text, instead) for text, form in said for char, instead in suggest_replacements(form)}
    if dear:
        named = (f"{c!r} in {t[:30]!r}: {f'write {i!r}' if i else 'leave it out'}" for c, (t, i) in dear.items())
        yield should(f"letters that make a sentence cost more: {abbreviate(named)}")


def _shipped_translator(code: str) -> translations.Translator:
    """Return the shipped translator, which is public; the English one for an organisation's own language."""
    try:
        return translations.load((code,))[code].translator
    except BadInput:
        return translations.load(("en",))["en"].translator


def _check_helpers(values: Settings) -> Findings:
    try:
        helpers = read_helpers(values.content_dir)
    except (BadInput, UnicodeDecodeError) as error:
        yield must(str(error) if isinstance(error, BadInput) else "helpers.toml: is to be saved as UTF-8")
        return
    if not helpers:
        yield should("no helpers are listed: list peers and a lawyer in helpers.toml under MWAVULI_CONTENT_DIR")
    unasked = [
        helper.name
        for helper in helpers
        if Cooperation.UNKNOWN in (helper.police, helper.immigration) and helper.kind is not HelperKind.POLICE
    ]
    if unasked:
        yield should(f"helpers without an answer on their work with police and immigration: {abbreviate(unasked)}")
