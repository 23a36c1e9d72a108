"""Texts of alerts, referrals and notices, from the record, a translator and a wording alone.

Neutral texts reveal nothing to another person who reads the phone. Sensitive details are read in USSD.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from gateway.model.alert import Alert, AlertKind, Certainty, RejectReason
from gateway.model.client_report import Harm
from gateway.model.helper import Cooperation, HelperKind
from gateway.model.subscription import Wording
from gateway.text import joins
from gateway.text.gsm import clip, count_segments, encoded_length, is_gsm
from gateway.text.hours import day_names
from gateway.text.translator import Translator

_COMMAS = ",，、"
_CUT = "..."
"""stands behind a name of an area that had no room"""


def alert_kind_name(kind: str, _: Translator) -> str:
    """Return the kind of danger in plain words, for screens and plain texts only."""
    return {
        AlertKind.RAID: _("Police raid"),
        AlertKind.CHECKPOINT: _("Road checkpoint"),
        AlertKind.POSING: _("Police who act as clients"),
        AlertKind.HOTEL: _("Hotel or home checks"),
        AlertKind.ARRESTS: _("Arrests"),
        AlertKind.IMMIGRATION: _("Immigration checks"),
        AlertKind.EXTORTION: _("Demands for money"),
        AlertKind.EVICTION: _("Eviction"),
        AlertKind.VIGILANTES: _("Vigilantes"),
        AlertKind.FILM: _("Cameras or news"),
        AlertKind.VIOLENT: _("Violent person"),
        AlertKind.OTHER: _("Something else"),
    }[AlertKind(kind)]


def certainty_text(certainty: Certainty, _: Translator) -> str:
    """Return how sure a warning is, as a choice and as a line of a screen."""
    return {
        # Translators: how sure a warning is; each at most 30 characters.
        Certainty.TOLD: _("One person told us"),
        Certainty.HEARD: _("Several people told us"),
        Certainty.SEEN: _("One of us saw it"),
    }[certainty]


def reject_reason_text(reason: RejectReason, _: Translator) -> str:
    """Return why staff said no to a report, for staff."""
    return {
        # Translators: why a report is not sent as a warning; each at most 30 characters.
        RejectReason.MISTAKE: _("It was a mistake"),
        RejectReason.OVER: _("It is over"),
        RejectReason.KNOWN: _("It is known already"),
        RejectReason.UNCLEAR: _("We know too little"),
    }[reason]


def harm_name(harm: str, _: Translator) -> str:
    """Return the harm in plain words, for screens of members and staff only."""
    return {
        Harm.VIOLENT: _("Violent person"),
        # Translators: what a client did; the subject of each line is the client.
        Harm.ROBS: _("Robs people"),
        Harm.UNPAID: _("Does not pay"),
        Harm.CONDOM: _("Takes off the condom"),
        Harm.ADDRESS: _("Gives a false address"),
        Harm.FILMS: _("Films or threatens"),
        Harm.OTHER: _("Something else"),
    }[Harm(harm)]


def code_phrase(kind: str, _: Translator) -> str:
    """Return the phrase for the kind in code wording. These phrases are public, so an organisation writes its own."""
    # Translators: what stands for a warning, known only to those who get it; each at most 20 characters, as dull as
    # Translators: notes of a machine's upkeep, of no real company, shop or church. Organisations replace them.
    return {
        AlertKind.RAID: _.pgettext("code phrase", "Line 1 service"),
        AlertKind.CHECKPOINT: _.pgettext("code phrase", "Line 2 service"),
        AlertKind.POSING: _.pgettext("code phrase", "Line 3 service"),
        AlertKind.HOTEL: _.pgettext("code phrase", "Line 4 service"),
        AlertKind.ARRESTS: _.pgettext("code phrase", "Line 5 service"),
        AlertKind.IMMIGRATION: _.pgettext("code phrase", "Line 6 service"),
        AlertKind.EXTORTION: _.pgettext("code phrase", "Line 7 service"),
        AlertKind.EVICTION: _.pgettext("code phrase", "Line 8 service"),
        AlertKind.VIGILANTES: _.pgettext("code phrase", "Line 9 service"),
        AlertKind.FILM: _.pgettext("code phrase", "Line 10 service"),
        AlertKind.VIOLENT: _.pgettext("code phrase", "Line 11 service"),
        AlertKind.OTHER: _.pgettext("code phrase", "Line 12 service"),
    }[AlertKind(kind)]


def need_name(need: str, _: Translator) -> str:
    """Return the name of a need, as the caller reads it."""
    return {
        "hurt": _("Hurt, forced sex, condom broke"),
        "medicines": _("Medicines I take"),
        # Translators: PrEP, as pills or by injection.
        "prep": _("Not to get HIV: pill or injection (PrEP)"),
        "test": _("To get tested"),
        # Translators: a kit with which people test themselves.
        "self_test": _("Self-test"),
        "checkup": _("A check-up"),
        "condoms": _("Condoms and gel"),
        "pregnancy": _("Pregnancy, family planning"),
        "drugs": _("Drugs, needles"),
        "talk": _("Someone to talk to"),
    }[need]


def need_label(label: str, _: Translator) -> str:
    """Return the name of a need in neutral words, because any person may read a clinic's phone."""
    return {
        "medicine_3_days": _("medicine to start within 72 h"),
        "medicine_5_days": _("medicine to start within 120 h"),
        "checkup_and_talk": _("check-up, wants to talk"),
        "refill": _("refill"),
        # Translators: PrEP against HIV, in neutral words.
        "prevention": _("prevention"),
        "test": _("test"),
        # Translators: a self-test kit, in neutral words.
        "test_to_take_along": _("test to take along"),
        "checkup": _("check-up"),
        # Translators: a noun, behind "Visitor 12345:" - condoms and gel, in neutral words.
        "supplies": _("supplies"),
        "family": _("family planning"),
        "support": _("support"),
        "conversation": _("wants to talk"),
    }[label]


def helper_kind_name(kind: HelperKind, _: Translator) -> str:
    """Return the kind of a helper, for the position after its name."""
    return {
        # Translators: other sex workers, in neutral words.
        HelperKind.PEERS: _("people like you"),
        HelperKind.LAWYER: _("lawyer"),
        HelperKind.VIOLENCE: _("help after violence"),
        HelperKind.SHELTER: _("shelter"),
        HelperKind.LABOUR: _("labour office"),
        HelperKind.CONSULATE: _("embassy"),
        HelperKind.POLICE: _("police"),
    }[kind]


def cooperation_text(police: Cooperation, immigration: Cooperation, _: Translator) -> str:
    """Return whether a helper or clinic works with the authorities, for people without papers."""
    answers = {Cooperation.YES: _("yes"), Cooperation.NO: _("no"), Cooperation.UNKNOWN: _("unknown")}
    text = _("It works with police: {police}, immigration: {immigration}.")
    return text.format(police=answers[police], immigration=answers[immigration])


def format_clock(when: datetime) -> str:
    """Return the time as phones show it, `21:40`."""
    return when.strftime("%H:%M")


def format_date(when: datetime, _: Translator) -> str:
    """Return a date without its year, `29/11`."""
    # Translators: a date as people here write it, in figures.
    return _("{day}/{month}").format(day=when.day, month=when.month)


def format_day_and_hour(when: datetime, _: Translator) -> str:
    """Return a time within a week, `Sat 21:40`."""
    return joins.beside(_, day_names(_)[when.weekday()], format_clock(when))


def format_date_and_hour(when: datetime, _: Translator) -> str:
    """Return a date with its hour, `29/11 21:40`."""
    return joins.beside(_, format_date(when, _), format_clock(when))


def format_next_hour(when: datetime, now: datetime, _: Translator) -> str:
    """Return a later time: `08:00` within a day, otherwise `Mon 08:00`."""
    return format_clock(when) if (when - now).total_seconds() < 86400 else format_day_and_hour(when, _)


class LocalTime(Protocol):
    """Turns Unix seconds into local time (`World.local_time`)."""

    def __call__(self, when: float, /) -> datetime: ...


def alert_text(alert: Alert, area: str, style: Wording, _: Translator, local_time: LocalTime, dial: str) -> str:
    """Return the text of a new warning, with its start and end. `dial` is the service code."""
    if style is Wording.PLAIN:
        # Translators: {words} is empty, or begins with a blank. {at} and {until} are hours.
        text = _("{kind}: {where}. {at} to {until}.{words} Details: dial {dial}")
    elif style is Wording.CODE:
        text = _("{phrase}, {where} {at}-{until}. Info: dial {dial}")
    else:
        text = _("Notice for {where}: {at} to {until}. Details: dial {dial}")
    if alert.drill:
        text = _("Practice only. {text}").replace("{text}", text)
    return _fit_to_budget(text, alert, area, style, _, local_time, dial)


def update_text(alert: Alert, area: str, style: Wording, _: Translator, local_time: LocalTime, dial: str) -> str:
    """Return the text for a new place, new words or a new end of a live warning."""
    if style is Wording.PLAIN:
        # Translators: a change of a warning that people have. {words} is empty, or begins with a blank.
        text = _("Changed: {kind}, {where}. Until {until}.{words} Details: dial {dial}")
    elif style is Wording.CODE:
        text = _("{phrase}, {where}: now until {until}. Info: dial {dial}")
    else:
        text = _("News for {where}, until {until}. Details: dial {dial}")
    return _fit_to_budget(text, alert, area, style, _, local_time, dial)


def ending_text(alert: Alert, area: str, style: Wording, _: Translator, local_time: LocalTime, dial: str) -> str:
    """Return the text for the end of a warning. It never says that anything is safe."""
    if style is Wording.PLAIN:
        # Translators: {at} is an hour, as 21:30.
        text = _("The warning of {at} for {where} has ended. Stay careful.")
    elif style is Wording.CODE:
        text = _("{phrase} of {at}, {where}: finished.")
    else:
        text = _("The notice of {at} for {where} has ended. Stay careful.")
    return _fit_to_budget(text, alert, area, style, _, local_time, dial)


def format_location(alert: Alert, area_name: str, _: Translator) -> str:
    return joins.listed(_, (area_name, alert.venue))


def _fit_to_budget(
    text: str, alert: Alert, area: str, style: Wording, _: Translator, local_time: LocalTime, dial: str
) -> str:
    """Return the sentence with its facts, within its segments. If it is too long, the place is left out.

    It takes one segment. A plain text may take one more for words of staff, and one more if it is UCS-2.
    """
    words = joins.following(_, alert.text) if "{words}" in text else ""
    facts = {
        "kind": alert_kind_name(alert.kind, _),
        "phrase": code_phrase(alert.kind, _),
        "at": format_clock(local_time(alert.at)),
        "until": format_clock(local_time(alert.until)),
        "words": words,
        "dial": dial,
    }

    def with_location(place: str) -> str:
        return _.normalise(text.format(where=place, **facts))

    location = format_location(alert, area, _)
    is_ucs2 = style is Wording.PLAIN and not is_gsm(with_location(location))
    return with_location(_shorten_location(location, with_location, 1 + bool(words) + is_ucs2))


def _shorten_location(location: str, format_with: Callable[[str], str], max_segments: int) -> str:
    """Return as much of the location as fits `max_segments`, cut at a comma: half a place is another place.

    The name of the area stays. If it alone has no room, it is cut, and says so.
    """

    def fits(place: str) -> bool:
        return count_segments(format_with(place)) <= max_segments

    while not fits(location) and (comma := max(map(location.rfind, _COMMAS))) > 0:
        location = location[:comma].rstrip()
    area, shown = location, location
    while not fits(shown) and (area := clip(area, encoded_length(area)[0] - 1).rstrip()):
        shown = area + _CUT
    return shown


def referral_text(code: str, label: str, language: str, until: str, _: Translator) -> str:
    """Return the text to a clinic: a code and a neutral label, without number and name."""
    text = _(
        "Visitor {code}: {label}, speaks {language}, code ends {until}. "
        "Reply 1 {code} = can come, 2 {code} = full, 3 {code} = came."
    )
    return text.format(code=code, label=need_label(label, _), language=language, until=until)


def activation_text(code: str, _: Translator) -> str:
    """Return the text that asks a phone of the team to answer with its activation code."""
    return _("Please answer this text with {code} to go on.").format(code=code)


def reconsent_text(dial: str, _: Translator) -> str:
    """Return the re-consent question, and the effect of no answer. It does not say what the texts are about."""
    return _("Do you still want our texts? Then dial {dial}. If not, they will stop.").format(dial=dial)


def apology_text(hotline: str, answers_from: str, _: Translator) -> str:
    """Return the apology that a caller reads when the service does not work. `answers_from`: the hotline is closed."""
    if answers_from:
        return joins.sentences(_, _("Sorry, this does not work now. Please dial again later."), answers_from)
    if hotline:
        return _("Sorry, this does not work now. Please dial again later or call {hotline}.").format(hotline=hotline)
    return _("Sorry, this does not work now. Please dial again later.")
