"""The country of MWAVULI_REGION: what is to be decided there, its carriers' filters, and the topics that stand off."""

from collections.abc import Iterator

from gateway.cli.checks.finding import Findings, abbreviate, ok, or_ok, should
from gateway.content import load_languages
from gateway.errors import BadInput
from gateway.model.alert import AlertKind
from gateway.settings import Settings
from gateway.text.wording import alert_kind_name
from translations import Languages
from translations.regions import Decision, Fact, WordFilter, read_decisions, read_region
from translations.topic_switches import OWN_DECISION

CONFIRM = "to be confirmed by a lawyer"
SLOT_FILE, TOPIC_FILE = "slots.toml", "topics.toml"


def check(values: Settings) -> Findings:
    try:
        languages = load_languages(values)
    except BadInput:  # the check of the content reports it
        return
    yield from _check_topics_off(languages)
    region, country = read_region(values.region), values.region
    decisions = read_decisions()
    if not region.facts:
        yield should(f"{country}: our sources know nothing of its law, so all of the list is to be asked there")
    found = (_check_decision(country, one, region.facts.get(name), languages) for name, one in decisions.items())
    yield from or_ok((finding for some in found for finding in some), f"{country}: what differs by country is decided")
    for word_filter in region.filter:
        yield from _check_filter(country, word_filter, languages)
    for rule in region.sender:
        yield should(f"{country}: ask each carrier in writing. {rule.rule} ({rule.source})")


def _check_topics_off(languages: Languages) -> Findings:
    waiting = [f"{name} ({why})" for name, why in languages.topics_off.items() if why != OWN_DECISION]
    own = [name for name, why in languages.topics_off.items() if why == OWN_DECISION]
    if waiting:
        yield should(f"rights topics that stand off until {TOPIC_FILE} turns them on or off: {'; '.join(waiting)}")
    if own:
        yield ok(f"rights topics that the organisation turned off: {', '.join(own)}")


def _check_decision(country: str, decision: Decision, fact: Fact | None, languages: Languages) -> Findings:
    topics = [topic for language in languages for topic in languages.topics(language.code)]
    known = {slot for topic in topics for slot in topic.slots}
    unfilled = {slot for topic in topics for slot in topic.unfilled_slots}
    off = [topic for topic in decision.topics if topic in languages.topics_off]
    waiting = [topic for topic in off if languages.topics_off[topic] != OWN_DECISION]
    parts = [
        *(f"slot {slot} has its default words" for slot in decision.slots if slot in unfilled),
        *(f"topic {topic} stands off" for topic in waiting),
    ]
    if not parts and (off or any(slot in known for slot in decision.slots)):
        return
    said = f" {fact.says} ({fact.source}; {CONFIRM})" if fact else ""
    places = ", ".join(parts) or "no topic has a slot for it"
    yield should(f"{country}: decide with a lawyer {decision.decide}.{said} Now: {places}")


def _check_filter(country: str, word_filter: WordFilter, languages: Languages) -> Findings:
    """Find the words of a filter in the plain texts of warnings and in topics that are sent as text."""
    places: dict[str, list[str]] = {}
    for place, text in _leaving_texts(languages):
        for word in word_filter.find(text):
            places.setdefault(word, []).append(place)
    named = [f"{word} in {abbreviate(dict.fromkeys(where))}" for word, where in places.items()]
    if named:
        yield should(f"{country}: {word_filter.effect} ({word_filter.source}; {CONFIRM}) Found: {'; '.join(named)}")


def _leaving_texts(languages: Languages) -> Iterator[tuple[str, str]]:
    """Yield each place's name and its text, as it leaves in a text."""
    for language in languages:
        for kind in AlertKind:
            yield f"the plain warning '{kind}'", alert_kind_name(kind, language.translator)
        for topic in languages.topics(language.code):
            yield f"the topic {topic.name}", f"{topic.title}. {topic.body}"
