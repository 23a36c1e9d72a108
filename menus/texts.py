"""Callers' keywords, one function each: words after the keyword in; answer and intents out."""

from collections.abc import Callable, Mapping, Sequence

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.alert import Kind
from gateway.model.area import Area
from gateway.model.caller import Caller
from gateway.model.feature import Feature
from gateway.model.intents import Intent
from gateway.model.names import fold
from gateway.model.needs import NEEDS
from gateway.model.subscription import MOST_AREAS, Channel
from gateway.wording import clock, kind_name, need_name
from menus.alerts import no_room, too_many
from menus.health import line as place_line
from menus.outing import keys_back
from menus.rights import group_name, groups, in_group, in_parts, parts
from menus.screen import Translator
from menus.sos import duty
from menus.tell import LONGEST_PLACE, own_open_report

Answer = tuple[str | Sequence[str], Sequence[Intent]]
MOST_NAMESAKES = 6
KEYS_SOS = "4, 1, 2"
FEWEST_LETTERS = 3


def unknown(caller: Caller, _: Translator) -> str:
    dial = caller.world.house.service_code
    return _("Sorry, not understood. Dial {dial}, or send HELP, or STOP to end texts.").format(dial=dial)


def help_(rest: str, caller: Caller, _: Translator) -> Answer:
    house = caller.world.house
    text = _(
        "Dial {dial}. Or text JOIN and a place, ALERTS, RIGHTS, CLINIC, REPORT. STOP ends texts, DELETE forgets you. "
        "Texts stay on the phone, your network and we see them. No alert does not mean safe."
    )
    return text.format(dial=house.service_code) + (f" {house.hotline}" if house.hotline else ""), ()


def join(rest: str, caller: Caller, _: Translator) -> Answer:
    found, said = _one_area("JOIN", rest, caller, _)
    if found is None:
        return said, ()
    if (n := len(_seen(caller))) >= MOST_AREAS:
        return too_many(n, _), ()
    if caller.world.full:
        return no_room(_), ()
    text = _("Welcome. You get notices for {area}. Details: dial {dial}. To end send STOP.")
    return text.format(area=found.name, dial=caller.world.house.service_code), [intents.Join(found.id, Channel.SMS)]


def alerts(rest: str, caller: Caller, _: Translator) -> Answer:
    """Neutral: area and hours only; the rest, and what is behind a PIN, is read by dialling."""
    areas = _seen(caller)
    if rest:
        found, said = _one_area("ALERTS", rest, caller, _)
        if found is None:
            return said, ()
        areas = (found.id,)
    local, atlas = caller.world.local, caller.world.atlas
    live = caller.world.live_alerts(areas, caller.now)[:4]
    lines = [f"{area.name} {clock(local(a.at))}-{clock(local(a.until))}" for a in live if (area := atlas.get(a.area))]
    dial = _("Details: dial {dial}").format(dial=caller.world.house.service_code)
    if not areas:
        return dial, ()
    said = ", ".join(lines) or _("Nothing now. Stay careful.")
    return f"{said} {dial}", ()


def _seen(caller: Caller) -> tuple[str, ...]:
    """Her areas, unless they are behind a PIN: a text asks for none."""
    return () if caller.has_pin else caller.areas


def rights(rest: str, caller: Caller, _: Translator) -> Answer:
    """A topic by its number or a word of its title; a group, by number or name, lists its topics."""
    wanted = fold(rest)
    names = {group: group_name(group, _) for group in groups(caller)}
    topics = {
        first * 100 + place: topic
        for first, group in enumerate(names, 1)
        for place, topic in enumerate(in_group(caller, group), 1)
    }
    number = int(wanted[:4]) if wanted.isdecimal() else 0
    for first, (group, name) in enumerate(names.items(), 1):
        if number == first or wanted in (group, fold(name)):
            return _numbers({n: topic.title for n, topic in topics.items() if topic.group == group}, _), ()
    found = [t for t in topics.values() if wanted and (wanted in fold(t.title) or wanted == t.slug)]
    if number in topics or len(found) == 1:
        return parts(topics.get(number) or found[0], _), ()
    return _numbers(dict(enumerate(names.values(), 1)), _), ()


def _numbers(titles: Mapping[int, str], _: Translator) -> tuple[str, ...]:
    listed = "; ".join(f"{number} {title}" for number, title in titles.items())
    said = _("Send {keyword} and a number: {titles}").format(keyword=_.word("RIGHTS"), titles=listed)
    return in_parts(said, _)


def clinic(rest: str, caller: Caller, _: Translator) -> Answer:
    """`CLINIC need area`: the two best places; sent there one is only by dialling."""
    need, place = _need(rest, _)
    dial = _("To be sent there dial {dial}").format(dial=caller.world.house.service_code)
    if not need:
        names = "; ".join(f"{i} {need_name(n, _)}" for i, n in enumerate(NEEDS, 1))
        said = _("Send {keyword}, the number of what you need, and a place. {names}")
        return in_parts(said.format(keyword=_.word("CLINIC"), names=names), _), ()
    found, said = _one_area("CLINIC", place, caller, _)
    if found is None:
        return said, ()
    places = caller.world.directory.nearest(need, found.id, caller.local, 2)
    if not places:
        return _("We know no place for this yet.") + " " + dial, ()
    return "; ".join(place_line(p, _) for p in places) + ". " + dial, ()


def report(rest: str, caller: Caller, _: Translator) -> Answer:
    found, left = _area_and_rest(rest, caller)
    if len(found) != 1:
        return _which("REPORT", found, caller, _), ()
    if caller.paused:
        if case := own_open_report(caller):
            return _("Thank you. We pass it on."), [intents.More(case, clip(left, LONGEST_PLACE))]
        return _("You told us a short while ago. Please wait a little, or talk to someone."), ()
    kind, place = kind_in(left, _)
    said = _("Thank you. Someone is checking. You will hear what comes of it.")
    return said, [intents.Tell(kind, found[0].id, clip(place, LONGEST_PLACE))]


def lang(rest: str, caller: Caller, _: Translator) -> Answer:
    languages = dict(caller.world.house.languages)
    wanted = rest.strip(" .").casefold()
    code = next((c for c, name in languages.items() if wanted in (c.casefold(), name.casefold())), None)
    if code is None:
        return _("Send LANG and one of: {codes}").format(codes=", ".join(languages)), ()
    kept = caller.subscription
    return _("Done."), [intents.Speak(code, remember=bool(kept and kept.remember))]


def yes(rest: str, caller: Caller, _: Translator) -> Answer:
    """To whoever asked whether they may count on this phone; it is not told whether anybody did.

    The word alone: `yes but do not text me` agrees to nothing.
    """
    if rest:
        return _("Answer YES. STOP ends it."), ()
    return _("Thank you. We text you only if it is needed. To end it send STOP."), [intents.Agree()]


def sos(rest: str, caller: Caller, _: Translator) -> Answer:
    """A call for help by text; what stands behind the word says where."""
    if not caller.offers(Feature.SOS):
        return unknown(caller, _), ()
    where = [intents.HelpPlace(clip(rest, LONGEST_PLACE))] if rest else []
    said = _("It leaves in a minute.") if caller.called_often and caller.sos is None else _("Done.")
    return f"{said} {duty(caller, _)}", [intents.CallHelp(), *where]


def safe(rest: str, caller: Caller, _: Translator) -> Answer:
    """She is back. The word alone; who set a second code adds a code. Any other text leaves it running."""
    if caller.outing is None:
        return unknown(caller, _), ()
    known = caller.secrets.own_pin(rest) or caller.secrets.duress(rest)
    if not known if caller.second_code else rest:
        return end_first(caller, _), ()
    return _("Done."), [intents.Back(rest)]


def end_first(caller: Caller, _: Translator) -> str:
    """How to end what runs, where a word alone does not."""
    keys = keys_back(caller) if caller.outing else KEYS_SOS
    return _("Please dial {dial} and press {keys}.").format(dial=caller.world.house.service_code, keys=keys)


def _one_area(keyword: str, words: str, caller: Caller, _: Translator) -> tuple[Area | None, str]:
    found, _rest = _area_and_rest(words, caller)
    if len(found) == 1:
        return found[0], ""
    return None, _which(keyword, found, caller, _)


def _area_and_rest(words: str, caller: Caller) -> tuple[tuple[Area, ...], str]:
    """`shella lamu ...` or `shella 2 ...`: a parent or a number tells namesakes apart."""
    found, rest = caller.world.atlas.parse_head(words.split())
    if not found and rest and len(rest[0]) >= FEWEST_LETTERS:  # part of a name, as when dialling
        found, rest = caller.world.atlas.starts(rest[0], MOST_NAMESAKES), rest[1:]
    if len(found) > 1 and rest and rest[0].isdecimal() and 1 <= int(rest[0][:3]) <= len(found):
        return (found[int(rest[0][:3]) - 1],), " ".join(rest[1:])
    return found, " ".join(rest)


def _which(keyword: str, found: Sequence[Area], caller: Caller, _: Translator) -> str:
    if not found:
        return _("No area has that name. Try {keyword} and a place, or dial {dial}").format(
            keyword=_.word(keyword), dial=caller.world.house.service_code
        )
    listed = ", ".join(f"{i} {'/'.join(a.path[-2:])}" for i, a in enumerate(found[:MOST_NAMESAKES], 1))
    example = f"{_.word(keyword)} {found[0].name} 1"
    return _("Which one: {listed}? Answer like {example}").format(listed=listed, example=example)


def _need(words: str, _: Translator) -> tuple[str, str]:
    """The need that the first word names, or its number in the list; and the rest."""
    head, _space, rest = words.strip().partition(" ")
    by_number = {str(i): need for i, need in enumerate(NEEDS, 1)}
    need = by_number.get(head) or named(head, {need: need_name(need, _) for need in NEEDS})
    return (need, rest) if need else ("", words)


def kind_in(words: str, _: Translator) -> tuple[Kind, str]:
    """The kind that the first word names, and the words left; else `other` and all of them."""
    head, _space, rest = words.partition(" ")
    kind = named(head, {kind.value: kind_name(kind, _) for kind in Kind})
    return (Kind(kind), rest) if kind else (Kind.OTHER, words)


def named(typed: str, labels: Mapping[str, str]) -> str:
    """Which of these a typed word means: by its id, the first word of its label, or any; never by a guess."""
    word = fold(typed)
    meant = {word, word.removesuffix("s")}
    told = {id_: fold(label).split() for id_, label in labels.items()}
    for words in ({id_: [id_] for id_ in labels}, {id_: said[:1] for id_, said in told.items()}, told):
        found = [id_ for id_, said in words.items() if meant.intersection(said)]
        if len(found) == 1:
            return found[0]
    return ""


ANSWERS: dict[str, Callable[[str, Caller, Translator], Answer]] = {
    "HELP": help_,
    "JOIN": join,
    "ALERTS": alerts,
    "RIGHTS": rights,
    "CLINIC": clinic,
    "REPORT": report,
    "LANG": lang,
    "YES": yes,
    "SAFE": safe,
    "SOS": sos,
}
