"""Alerts, referrals and notices as texts: given the case, a translator and a style, and nothing else.

Neutral texts tell nothing to whoever else reads the phone; what is sensitive is read in USSD.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from gateway.gsm import clip, is_gsm, segments, units
from gateway.model.alert import Alert, Kind
from gateway.model.client import Harm
from gateway.model.helper import Sort, Works
from gateway.model.subscription import Wording

PLACE = 40
"""most characters of a place in a text"""


class Translator(Protocol):
    """What `translations` gives: one language's sentences."""

    @property
    def lang(self) -> str: ...
    def __call__(self, text: str, /) -> str: ...
    def ngettext(self, one: str, many: str, n: int, /) -> str: ...
    def pgettext(self, context: str, text: str, /) -> str: ...
    def fold(self, text: str, /) -> str: ...


def kind_name(kind: str, _: Translator) -> str:
    """What is going on, in plain words: for screens and plain texts only."""
    return {
        Kind.RAID: _("Police raid"),
        Kind.CHECKPOINT: _("Road checkpoint"),
        Kind.POSING: _("Police posing as clients"),
        Kind.HOTEL: _("Hotel or flat checks"),
        Kind.ARRESTS: _("Arrests"),
        Kind.IMMIGRATION: _("Immigration checks"),
        Kind.EXTORTION: _("Demands for money"),
        Kind.EVICTION: _("Eviction"),
        Kind.VIGILANTES: _("Vigilantes"),
        Kind.FILM: _("Filming or press"),
        Kind.VIOLENT: _("Violent person"),
        Kind.OTHER: _("Something else"),
    }[Kind(kind)]


def harm_name(harm: str, _: Translator) -> str:
    """What a client did, in plain words: on members' and staff's screens only."""
    return {
        Harm.VIOLENT: _("Violent person"),
        Harm.ROBS: _("Robs"),
        Harm.UNPAID: _("Does not pay"),
        Harm.CONDOM: _("Takes off the condom"),
        Harm.ADDRESS: _("Gives a false address"),
        Harm.FILMS: _("Films or blackmails"),
        Harm.OTHER: _("Something else"),
    }[Harm(harm)]


def code_phrase(kind: str, _: Translator) -> str:
    """What stands for the kind in code wording: ours are dull and public, an organisation writes its own."""
    # Translators: what stands for a warning, known only to those who get it; each at most 20 characters, as dull as
    # Translators: notes of a machine's upkeep, of no real company, shop or church. Organisations replace them.
    return {
        Kind.RAID: _.pgettext("code phrase", "Line 1 service"),
        Kind.CHECKPOINT: _.pgettext("code phrase", "Line 2 service"),
        Kind.POSING: _.pgettext("code phrase", "Line 3 service"),
        Kind.HOTEL: _.pgettext("code phrase", "Line 4 service"),
        Kind.ARRESTS: _.pgettext("code phrase", "Line 5 service"),
        Kind.IMMIGRATION: _.pgettext("code phrase", "Line 6 service"),
        Kind.EXTORTION: _.pgettext("code phrase", "Line 7 service"),
        Kind.EVICTION: _.pgettext("code phrase", "Line 8 service"),
        Kind.VIGILANTES: _.pgettext("code phrase", "Line 9 service"),
        Kind.FILM: _.pgettext("code phrase", "Line 10 service"),
        Kind.VIOLENT: _.pgettext("code phrase", "Line 11 service"),
        Kind.OTHER: _.pgettext("code phrase", "Line 12 service"),
    }[Kind(kind)]


def need_name(need: str, _: Translator) -> str:
    """What people come for, as the caller reads it."""
    return {
        "hurt": _("Hurt, forced, condom broke"),
        "medicines": _("Medicines I take"),
        "test": _("A test"),
        "checkup": _("A check-up"),
        "condoms": _("Condoms and gel"),
        "pregnancy": _("Pregnancy, family planning"),
        "drugs": _("Drugs, needles"),
        "talk": _("Someone to talk to"),
    }[need]


def need_label(label: str, _: Translator) -> str:
    """What people come for, as anyone may read it on a clinic's phone."""
    return {
        "medicine_3_days": _("3-day medicine"),
        "refill": _("refill"),
        "test": _("test"),
        "checkup": _("check-up"),
        "supplies": _("supplies"),
        "family": _("family clinic"),
        "support": _("support"),
        "conversation": _("a talk"),
    }[label]


def sort_name(kind: Sort, _: Translator) -> str:
    """What a helper is, after its name."""
    return {
        Sort.PEERS: _("people like you"),
        Sort.LAWYER: _("lawyer"),
        Sort.VIOLENCE: _("help after violence"),
        Sort.SHELTER: _("shelter"),
        Sort.LABOUR: _("labour office"),
        Sort.CONSULATE: _("consulate"),
        Sort.POLICE: _("police"),
    }[kind]


def works_with(police: Works, immigration: Works, _: Translator) -> str:
    """What people without papers need to know before they call or go."""
    answers = {Works.YES: _("yes"), Works.NO: _("no"), Works.UNKNOWN: _("unknown")}
    text = _("Works with police: {police}. With immigration: {immigration}.")
    return text.format(police=answers[police], immigration=answers[immigration])


def clock(when: datetime) -> str:
    """The hour as phones show it, `21:40`."""
    return when.strftime("%H:%M")


def day_and_month(when: datetime, _: Translator) -> str:
    """A date without its year, `29/11`."""
    # Translators: a date as people here write it, in figures.
    return _("{day}/{month}").format(day=when.day, month=when.month)


def day_and_hour(when: datetime, _: Translator) -> str:
    """Within a week, `Sat 21:40`."""
    days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return f"{days[when.weekday()]} {clock(when)}"


def next_hour(when: datetime, now: datetime, _: Translator) -> str:
    """An hour to come: `08:00` within a day, else `Mon 08:00`."""
    return clock(when) if (when - now).total_seconds() < 86400 else day_and_hour(when, _)


class Hours(Protocol):
    """Turns Unix seconds into local time (`World.local`)."""

    def __call__(self, when: float, /) -> datetime: ...


def warning(alert: Alert, area: str, style: Wording, _: Translator, local: Hours, dial: str) -> str:
    """The text that goes out when a warning is given. `dial`: the service code. Carries its hour and 'until'."""
    if style is Wording.PLAIN:
        text = _("{kind}: {where}. {at} to {until}.{words} Details: dial {dial}")
    elif style is Wording.CODE:
        text = _("{phrase}, {where} {at}-{until}. Info: dial {dial}")
    else:
        text = _("Notice for {where}: {at} to {until}. Details: dial {dial}")
    if alert.drill:
        text = _("Practice only. {text}").replace("{text}", text)
    return _fitted(text, alert, area, style, _, local, dial)


def update(alert: Alert, area: str, style: Wording, _: Translator, local: Hours, dial: str) -> str:
    """New place, words or hour of a warning already given."""
    if style is Wording.PLAIN:
        text = _("New: {kind}, {where}. Until {until}.{words} Details: dial {dial}")
    elif style is Wording.CODE:
        text = _("{phrase}, {where}: now until {until}. Info: dial {dial}")
    else:
        text = _("News for {where}, until {until}. Details: dial {dial}")
    return _fitted(text, alert, area, style, _, local, dial)


def ending(alert: Alert, area: str, style: Wording, _: Translator, local: Hours, dial: str) -> str:
    """A warning has ended; it never says that anything is safe."""
    if style is Wording.PLAIN:
        text = _("The warning of {at} for {where} has ended. Stay careful.")
    elif style is Wording.CODE:
        text = _("{phrase} of {at}, {where}: finished.")
    else:
        text = _("The notice of {at} for {where} has ended. Stay careful.")
    return _fitted(text, alert, area, style, _, local, dial)


def where(alert: Alert, area_name: str) -> str:
    return f"{area_name}, {clip(alert.place, PLACE)}" if alert.place else area_name


def _fitted(text: str, alert: Alert, area: str, style: Wording, _: Translator, local: Hours, dial: str) -> str:
    """The sentence with its facts, in its budget: what has no room goes, of the place first, then of the area.

    One segment; a plain one may take one more for staff's words, and one more where it is UCS-2.
    """
    words = f" {alert.text}" if alert.text and "{words}" in text else ""
    facts = {
        "kind": kind_name(alert.kind, _),
        "phrase": code_phrase(alert.kind, _),
        "at": clock(local(alert.at)),
        "until": clock(local(alert.until)),
        "words": words,
        "dial": dial,
    }

    def told(place: str) -> str:
        return _.fold(text.format(where=place, **facts))

    whole = where(alert, area)
    dear = style is Wording.PLAIN and not is_gsm(told(whole))
    return told(_shortened(whole, told, 1 + bool(words) + dear))


def _shortened(place: str, told: Callable[[str], str], most: int) -> str:
    """The longest beginning of `place`, but a word of it at least, with which the text takes `most` segments."""
    while segments(told(place)) > most and (shorter := clip(place, units(place)[0] - 1).rstrip(" ,")):
        place = shorter
    return place


def referral(code: str, label: str, language: str, until: str, _: Translator) -> str:
    """To a clinic: a code and a neutral label, no number and no name."""
    text = _(
        "Visitor {code}: {label}, speaks {language}, until {until}. "
        "Reply 1 {code} = welcome, 2 {code} = full, 3 {code} = came."
    )
    return text.format(code=code, label=need_label(label, _), language=language, until=until)


def dial_to_read(dial: str, _: Translator) -> str:
    """Something waits for a caller; what it is stands in USSD only."""
    return _("An answer waits for you. Dial {dial}").format(dial=dial)


def still_wanted(dial: str, _: Translator) -> str:
    """Asked after a long silence, and what silence will mean; it says nothing of what the texts are."""
    return _("Do you still want our texts? Then dial {dial}. If not, they will stop.").format(dial=dial)


def sorry(hotline: str, _: Translator) -> str:
    """What a caller reads when nothing works."""
    if hotline:
        return _("Sorry, this does not work just now. Please dial again later or call {hotline}.").format(
            hotline=hotline
        )
    return _("Sorry, this does not work just now. Please dial again later.")
