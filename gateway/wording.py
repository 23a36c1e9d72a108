"""Alerts, referrals and notices as texts: given the case, a translator and a style, and nothing else.

Neutral texts tell nothing to whoever else reads the phone; what is sensitive is read in USSD.
"""

from datetime import datetime
from typing import Protocol

from gateway.gsm import clip
from gateway.model.alert import Alert, Kind
from gateway.model.subscription import Wording

PLACE = 40
"""most characters of a place in a text"""


class Translator(Protocol):
    """What `translations` gives: one language's sentences."""

    @property
    def lang(self) -> str: ...
    def __call__(self, text: str, /) -> str: ...


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


def clock(when: datetime) -> str:
    """The hour as phones show it, `21:40`."""
    return when.strftime("%H:%M")


def day_and_hour(when: datetime, _: Translator) -> str:
    """Within a week, `Sat 21:40`."""
    days = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return f"{days[when.weekday()]} {clock(when)}"


def where(alert: Alert, area_name: str) -> str:
    return f"{area_name}, {clip(alert.place, PLACE)}" if alert.place else area_name


class Hours(Protocol):
    """Turns Unix seconds into local time (`World.local`)."""

    def __call__(self, when: float, /) -> datetime: ...


def warning(alert: Alert, area: str, style: Wording, _: Translator, local: Hours, dial: str) -> str:
    """The text that goes out when a warning is given. `dial`: the service code. Carries its hour and 'until'."""
    facts = _facts(alert, area, _, local, dial)
    if style is Wording.PLAIN:
        words = f" {alert.text}" if alert.text else ""
        text = _("{kind}: {where}. {at} to {until}.{words} Details: dial {dial}").format(**facts, words=words)
    elif style is Wording.CODE:
        text = _("Line service {where} {at}-{until}. Info: dial {dial}").format(**facts)
    else:
        text = _("Notice for {where}: {at} to {until}. Details: dial {dial}").format(**facts)
    return _("Practice only. {text}").format(text=text) if alert.drill else text


def update(alert: Alert, area: str, style: Wording, _: Translator, local: Hours, dial: str) -> str:
    """New place, words or hour of a warning already given."""
    facts = _facts(alert, area, _, local, dial)
    if style is Wording.PLAIN:
        words = f" {alert.text}" if alert.text else ""
        return _("New: {kind}, {where}. Until {until}.{words} Details: dial {dial}").format(**facts, words=words)
    if style is Wording.CODE:
        return _("Line service {where}: now until {until}. Info: dial {dial}").format(**facts)
    return _("News for {where}, until {until}. Details: dial {dial}").format(**facts)


def ending(alert: Alert, area: str, style: Wording, _: Translator, local: Hours, dial: str) -> str:
    """A warning has ended; it never says that anything is safe."""
    facts = _facts(alert, area, _, local, dial)
    if style is Wording.PLAIN:
        return _("The warning of {at} for {where} has ended. Stay careful.").format(**facts)
    if style is Wording.CODE:
        return _("Line service of {at}, {where}: finished.").format(**facts)
    return _("The notice of {at} for {where} has ended. Stay careful.").format(**facts)


def _facts(alert: Alert, area: str, _: Translator, local: Hours, dial: str) -> dict[str, str]:
    return {
        "kind": kind_name(alert.kind, _),
        "where": where(alert, area),
        "at": clock(local(alert.at)),
        "until": clock(local(alert.until)),
        "dial": dial,
    }


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


def sorry(hotline: str, _: Translator) -> str:
    """What a caller reads when nothing works."""
    if hotline:
        return _("Sorry, this does not work just now. Please dial again later or call {hotline}.").format(
            hotline=hotline
        )
    return _("Sorry, this does not work just now. Please dial again later.")
