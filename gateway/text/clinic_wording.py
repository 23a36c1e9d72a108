"""What a clinic told us, as its nurses and the organisation read it, in neutral words."""

from datetime import datetime

from gateway.model.clinic_state import ClinicState
from gateway.model.needs import NEEDS
from gateway.text import joins
from gateway.text.hours import day_names
from gateway.text.translator import Translator
from gateway.text.wording import LocalTime, format_date, need_label


def format_day(when: datetime, _: Translator) -> str:
    """Return a day with its date, `Mon 7/12`."""
    return joins.beside(_, day_names(_)[when.weekday()], format_date(when, _))


def closed_text(until: datetime, _: Translator) -> str:
    """Return that a place is closed, for the middle of a line."""
    return _("closed till {day}").format(day=format_day(until, _))


def told_text(state: ClinicState, now: int, local_time: LocalTime, _: Translator) -> str:
    """Return, for a nurse, what callers are told of the clinic now."""
    return _("Callers read now: {text}").format(text=state_text(state, now, local_time, _))


def state_text(state: ClinicState, now: int, local_time: LocalTime, _: Translator) -> str:
    """Return what callers are told of a clinic: that it is closed, and what has run out."""
    lines = [
        # Translators: a service, in neutral words, which a clinic does not have until then.
        _("{service}: none till {day}").format(
            service=need_label(NEEDS[need].label, _), day=format_day(local_time(at), _)
        )
        for need, at in sorted(state.needs_out(now).items())
        if need in NEEDS
    ]
    if state.is_closed(now):
        lines.insert(0, closed_text(local_time(state.closed_until), _))
    return joins.listed_apart(_, lines) or _("open, and all is there")
