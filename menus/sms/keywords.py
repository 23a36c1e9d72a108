"""Callers' keywords. Each has a function that takes the words after it and returns the answer and intents."""

from collections.abc import Callable, Mapping, Sequence

from gateway.model import intents
from gateway.model.alert import AlertKind
from gateway.model.area import Area
from gateway.model.caller import Caller
from gateway.model.intents import Intent
from gateway.model.known_phone import is_known
from gateway.model.names import normalise_name
from gateway.model.needs import NEEDS
from gateway.model.sos import SOS_FEATURE
from gateway.model.sos_evidence import FLOOD_SOS, MAX_ANSWERED_SOS
from gateway.model.subscription import MAX_AREAS, Channel
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.own_words import typed_letter
from gateway.text.printed_keywords import fill_in
from gateway.text.wording import alert_kind_name, format_clock, need_name
from gateway.text.wording_safety import unclear_yes_text
from menus.alerts import no_capacity_text, too_many_areas_text
from menus.engine.screen import Translator
from menus.health import clinic_line as place_line
from menus.reports import MAX_VENUE_CHARS, own_open_report
from menus.rights import group_name, split_messages, topic_groups, topic_messages, topics_in_group
from menus.safe_call import end_key_sequence
from menus.sos import duty_text

Reply = tuple[str | Sequence[str], Sequence[Intent]]
MAX_NAMESAKES = 6
SOS_KEYS = ("4", "1", "2")
MIN_LETTERS = 3


def reach_text(caller: Caller, _: Translator) -> str:
    """Return how to reach a person now: with SOS where it is turned on, and at the hotline. Empty without either."""
    ways = []
    if caller.has_feature(SOS_FEATURE):
        ways.append(fill_in(_("Need someone now? Send {sos}."), _))
    if hotline := caller.world.profile.hotline:
        ways.append(_("Call {hotline}. One of us answers.").format(hotline=hotline))
    return joins.sentences(_, *ways)


def not_understood_text(caller: Caller, _: Translator) -> str:
    said = _("Sorry, we did not understand. Dial {dial}, or send {help}. {stop}: no more texts.")
    return joins.sentences(_, reach_text(caller, _), fill_in(said, _, dial=caller.world.profile.service_code))


def dial_text(caller: Caller, _: Translator) -> str:
    return _("Please dial {dial}.").format(dial=caller.world.profile.service_code)


def answer_help(arguments: str, caller: Caller, _: Translator) -> Reply:
    said = _(
        "Dial {dial}, or text one: {join} and a place, {alerts}, {rights}, {clinic}, {report}. {stop}: no more texts. "
        "{delete}: we delete all about you. Your network, we and others with your phone see texts. "
        "No text from us? Still be careful."
    )
    return joins.sentences(_, reach_text(caller, _), fill_in(said, _, dial=caller.world.profile.service_code)), ()


def answer_join(arguments: str, caller: Caller, _: Translator) -> Reply:
    found, said = _parse_one_area("JOIN", arguments, caller, _)
    if found is None:
        return said, ()
    if (n := len(caller.areas)) >= MAX_AREAS:
        return too_many_areas_text(n, _), ()
    if caller.world.is_full:
        return no_capacity_text(_), ()
    text = _("Welcome. You get notices for {area}. Details: dial {dial}. To end, send {stop}.")
    return fill_in(text, _, area=found.name, dial=caller.world.profile.service_code), [
        intents.Subscribe(found.id, Channel.SMS)
    ]


def answer_alerts(arguments: str, caller: Caller, _: Translator) -> Reply:
    """Answer neutrally, with areas and hours. The caller dials to read details, and to read anything behind a PIN."""
    areas = caller.areas
    if arguments:
        found, said = _parse_one_area("ALERTS", arguments, caller, _)
        if found is None:
            return said, ()
        areas = (found.id,)
    local, atlas = caller.world.local_time, caller.world.atlas
    live = caller.world.live_alerts(areas, caller.now)[:4]
    lines = [
        joins.beside(_, area.name, f"{format_clock(local(a.at))}-{format_clock(local(a.until))}")
        for a in live
        if (area := atlas.get(a.area))
    ]
    dial = _("Details: dial {dial}").format(dial=caller.world.profile.service_code)
    if not areas:
        return dial, ()
    said = joins.listed(_, lines) or _("Nothing now. Stay careful.")
    return joins.sentences(_, said, dial), ()


def answer_rights(arguments: str, caller: Caller, _: Translator) -> Reply:
    """Answer with a topic, by its number or a word of its title, or with the topics of a group, by number or name."""
    wanted = normalise_name(arguments)
    names = {group: group_name(group, _) for group in topic_groups(caller)}
    topics = {
        first * 100 + place: topic
        for first, group in enumerate(names, 1)
        for place, topic in enumerate(topics_in_group(caller, group), 1)
    }
    number = int(wanted[:4]) if wanted.isdecimal() else 0
    for first, (group, name) in enumerate(names.items(), 1):
        if number == first or wanted in (group, normalise_name(name)):
            return _numbered_titles({n: topic.title for n, topic in topics.items() if topic.group == group}, _), ()
    found = [t for t in topics.values() if wanted and (wanted in normalise_name(t.title) or wanted == t.slug)]
    if number in topics or len(found) == 1:
        return topic_messages(topics.get(number) or found[0], _), ()
    return _numbered_titles(dict(enumerate(names.values(), 1)), _), ()


def _numbered_titles(titles: Mapping[int, str], _: Translator) -> tuple[str, ...]:
    listed = joins.listed_apart(_, (joins.beside(_, str(number), title) for number, title in titles.items()))
    said = _("Send {keyword} and a number: {titles}").format(keyword=_.keyword("RIGHTS"), titles=listed)
    return split_messages(said, _)


def answer_clinic(arguments: str, caller: Caller, _: Translator) -> Reply:
    """Answer `CLINIC need area` with the two best clinics. A caller dials to get a referral."""
    need, place = _parse_need(arguments, _)
    dial = _("To tell them that you come, dial {dial}").format(dial=caller.world.profile.service_code)
    if not need:
        names = joins.listed_apart(_, (joins.beside(_, str(i), need_name(n, _)) for i, n in enumerate(NEEDS, 1)))
        said = _("Send {keyword}, a number from this list, and a place: {names}")
        return split_messages(said.format(keyword=_.keyword("CLINIC"), names=names), _), ()
    found, said = _parse_one_area("CLINIC", place, caller, _)
    if found is None:
        return said, ()
    places = caller.world.directory.nearest(need, found.id, caller.local_time, 2)
    if not places:
        return joins.sentences(_, _("We know no place for this yet."), dial), ()
    return joins.titled(_, joins.listed_apart(_, (place_line(p, _) for p in places)), dial), ()


def answer_report(arguments: str, caller: Caller, _: Translator) -> Reply:
    found, remaining = _parse_areas(arguments, caller)
    if len(found) != 1:
        return _which_area_text("REPORT", found, caller, _), ()
    if caller.has_reported_recently:
        if number := own_open_report(caller):
            return _("Thank you. We tell them."), [intents.AddToReport(number, clip(remaining, MAX_VENUE_CHARS))]
        return _("You told us a short while ago. Please wait a little, or talk to someone."), ()
    kind, place = parse_kind(remaining, _)
    said = _("Thank you. Someone is checking. We will tell you what we find.")
    return said, [intents.SubmitReport(kind, found[0].id, clip(place, MAX_VENUE_CHARS))]


def answer_lang(arguments: str, caller: Caller, _: Translator) -> Reply:
    languages = dict(caller.world.profile.languages)
    wanted = arguments.strip(" .").casefold()
    code = next((c for c, name in languages.items() if wanted in (c.casefold(), name.casefold())), None)
    if code is None:
        codes = joins.listed(_, languages)
        return _("Send {keyword} and one of: {codes}").format(keyword=_.keyword("LANG"), codes=codes), ()
    subscription = caller.subscription
    said = _("Done. Language: {lang}.").format(lang=languages[code])
    return said, [intents.SetLanguage(code, remember=bool(subscription and subscription.remembers_language))]


def answer_yes(arguments: str, caller: Caller, _: Translator) -> Reply:
    """Accept the contact request that is meant. The answer does not reveal whether there was any.

    Only the word alone counts, or with the letter of a question: `yes but do not text me` agrees to nothing.
    """
    letter = typed_letter(arguments)
    if arguments.strip() and not letter:
        return fill_in(_("Reply {yes} or {stop}."), _), ()
    unclear = unclear_yes_text(_)
    pending = caller.contact_requests.pending
    if pending.owners and len(pending.named(letter).owners) != 1:
        return unclear, ()
    said = _("Thank you. We text you only if you are needed. To end it, send {stop}.")
    return fill_in(said, _), [intents.AcceptContactRequests(letter=letter, unclear_text=unclear)]


def answer_sos(arguments: str, caller: Caller, _: Translator) -> Reply:
    """Raise an SOS by text. The words after the keyword say where."""
    if not caller.has_feature(SOS_FEATURE):
        return not_understood_text(caller, _), ()
    where = [intents.AddSosDetails(clip(arguments, MAX_VENUE_CHARS), is_forgeable=True)] if arguments else []
    raised = [intents.RaiseSos(is_forgeable=True), *where]
    if caller.lately_raised_sos >= FLOOD_SOS:
        return _answer_in_flood(caller, _), raised
    said = _("We send it in a minute.") if caller.has_raised_sos_often and caller.sos is None else _("We got it.")
    return joins.sentences(_, said, duty_text(caller, _)), raised


def _answer_in_flood(caller: Caller, _: Translator) -> tuple[str, ...]:
    """Ask every sender to dial, because many texts are forged now. Above the limit, only known senders get an answer.

    Below it the answer is the same for all, so that it does not tell whether a number is known.
    """
    if caller.lately_raised_sos >= MAX_ANSWERED_SOS and not is_known(caller):
        return ()
    asked = _("Please dial {dial} and say where you are.").format(dial=caller.world.profile.service_code)
    return (joins.sentences(_, _("We got it."), duty_text(caller, _), asked),)


def answer_safe(arguments: str, caller: Caller, _: Translator) -> Reply:
    """End the safe call if the text is the word alone. Without one, and before a PIN, a caller is asked to dial."""
    if caller.safe_call is None:
        return dial_text(caller, _), ()
    if arguments:
        return how_to_end_text(caller, _), ()
    return _("Thank you. We know that you are back."), [intents.EndSafeCall()]


def how_to_end_text(caller: Caller, _: Translator) -> str:
    """Return how to end a safe call or an SOS by dialling, for a text that cannot end it."""
    keys = end_key_sequence(caller, _) if caller.safe_call else joins.listed(_, SOS_KEYS)
    return _("Please dial {dial} and press {keys}.").format(dial=caller.world.profile.service_code, keys=keys)


def _parse_one_area(keyword: str, text: str, caller: Caller, _: Translator) -> tuple[Area | None, str]:
    found, _rest = _parse_areas(text, caller)
    if len(found) == 1:
        return found[0], ""
    return None, _which_area_text(keyword, found, caller, _)


def _parse_areas(text: str, caller: Caller) -> tuple[tuple[Area, ...], str]:
    """Return the areas named first and the remaining text. A parent or a number selects among areas of the same name:
    `shella lamu ...` or `shella 2 ...`."""
    found, remaining = caller.world.atlas.parse_leading_area(text.split())
    if not found and remaining and len(remaining[0]) >= MIN_LETTERS:  # the beginning of a name, as in the menu
        found, remaining = caller.world.atlas.starting_with(remaining[0], MAX_NAMESAKES), remaining[1:]
    if len(found) > 1 and remaining and remaining[0].isdecimal() and 1 <= int(remaining[0][:3]) <= len(found):
        return (found[int(remaining[0][:3]) - 1],), " ".join(remaining[1:])
    return found, " ".join(remaining)


def _which_area_text(keyword: str, found: Sequence[Area], caller: Caller, _: Translator) -> str:
    if not found:
        return _("No area has that name. Try {keyword} and a place, or dial {dial}").format(
            keyword=_.keyword(keyword), dial=caller.world.profile.service_code
        )
    names = ["/".join(a.path[-2:]) for a in found[:MAX_NAMESAKES]]
    listed = joins.listed(_, (joins.beside(_, str(i), name) for i, name in enumerate(names, 1)))
    example = f"{_.keyword(keyword)} {found[0].name} 1"
    return _("Which one: {listed}? Answer like {example}").format(listed=listed, example=example)


def _parse_need(text: str, _: Translator) -> tuple[str, str]:
    """Return the need that the first word names, by name or by number in the list, and the remaining text."""
    head, _space, remaining = text.strip().partition(" ")
    by_number = {str(i): need for i, need in enumerate(NEEDS, 1)}
    need = by_number.get(head) or match_label(head, {need: need_name(need, _) for need in NEEDS})
    return (need, remaining) if need else ("", text)


def parse_kind(text: str, _: Translator) -> tuple[AlertKind, str]:
    """Return the kind that the first word names and the remaining text, or OTHER and the whole text."""
    head, _space, remaining = text.partition(" ")
    kind = match_label(head, {kind.value: alert_kind_name(kind, _) for kind in AlertKind})
    return (AlertKind(kind), remaining) if kind else (AlertKind.OTHER, text)


def match_label(typed: str, labels: Mapping[str, str]) -> str:
    """Return the id that a typed word means by id, first word of a label, or any word; empty if ambiguous."""
    word = normalise_name(typed)
    meant = {word, word.removesuffix("s")}
    words_by_id = {id_: normalise_name(label).split() for id_, label in labels.items()}
    for words in ({id_: [id_] for id_ in labels}, {id_: said[:1] for id_, said in words_by_id.items()}, words_by_id):
        found = [id_ for id_, said in words.items() if meant.intersection(said)]
        if len(found) == 1:
            return found[0]
    return ""


AFTER_JOINING = frozenset({"HELP", "ALERTS", "RIGHTS", "CLINIC"})
"""Keywords whose answers say what this service is: another person could have them sent to any phone."""
KEYWORD_HANDLERS: dict[str, Callable[[str, Caller, Translator], Reply]] = {
    "HELP": answer_help,
    "JOIN": answer_join,
    "ALERTS": answer_alerts,
    "RIGHTS": answer_rights,
    "CLINIC": answer_clinic,
    "REPORT": answer_report,
    "LANG": answer_lang,
    "YES": answer_yes,
    "SAFE": answer_safe,
    "SOS": answer_sos,
}
