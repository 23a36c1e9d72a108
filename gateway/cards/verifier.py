"""The verifier's card: see, ask, decide; duty, and a lost phone. It has no PIN, no name and no phone number."""

from gateway.cards.caller import choose_language
from gateway.cards.content import Key, Leaflet, Line, Section
from gateway.cards.phone import Phone
from gateway.text import joins
from gateway.text.hours import format_weekly_hours


def card(phone: Phone) -> Leaflet:
    _ = phone.translator
    return Leaflet(_("Team"), phone.dial, (_see(phone), _duty(phone), _lost(phone)), (_before(phone), _decide(phone)))


def _see(phone: Phone) -> Section:
    _, keys = phone.translator, phone.team
    lines: tuple[Line, ...] = (
        *open_team(phone),
        # Translators: beside the names of three menu entries: To check, Send a warning, Live.
        Key(keys["team.check_list"], _("To check"), _("What others told us. You decide.")),
        Key(keys["compose.alert_kind"], _("Send a warning"), _("What you saw yourself.")),
        Key(keys["team.live_list"], _("Warnings now"), _("Change words or hour, or end it.")),
    )
    # Translators: a heading on a printed card; at most 40 characters.
    return Section(_("See what to check"), lines)


def open_team(phone: Phone) -> tuple[str, ...]:
    """Say how staff open their menu, which stands on home only after the PIN."""
    _ = phone.translator
    return (
        joins.sentences(_, _("Dial {dial}.").format(dial=phone.dial), choose_language(phone)),
        _("Press {key} and type your PIN.").format(key=phone.pin_key),
        # Translators: {team} is the name of the menu's entry "Team".
        _("Then press {key} ({team}).").format(key=phone.team_key, team=_("Team")),
        _("Never write your PIN on this card."),
    )


def _before(phone: Phone) -> Section:
    _ = phone.translator
    lines = (
        _("Who saw it, when, and where exactly?"),
        _("Is it still happening?"),
        _("Does a second person say the same?"),
    )
    # Translators: a heading on a printed card; at most 40 characters. Three questions follow.
    return Section(_("Before you say yes, ask"), lines)


def _decide(phone: Phone) -> Section:
    _, keys = phone.translator, phone.decision
    lines = (
        Key(
            keys["compose.how_sure"],
            _("Say yes"),
            _("We send your words: what to avoid, never where to go, no names."),
        ),
        Key(
            keys["team.confirm_reject"],
            _("Say no"),
            _("Nobody is warned. We say so to the person who told us."),
        ),
        # Translators: a third way beside Confirm and Reject: to press nothing.
        Key("", _("You do not know?"), _("Wait. If nobody can check it, we tell the person who told us.")),
        _("If two must agree, a second person decides too."),
        _("Did you tell us yourself? Then another person decides."),
    )
    # Translators: a heading on a printed card; at most 40 characters.
    return Section(_("Then you decide"), lines)


def _duty(phone: Phone) -> Section:
    _, minutes = phone.translator, max(1, phone.settings.times.verifier_timeout // 60)
    lines = (
        Key(phone.team["duty.duty_set"], f"{_('I go on duty')} / {_('I go off duty')}"),
        # Translators: {minutes} is a number, mostly 3; choose words that fit any number.
        _("If you do not answer in {minutes} min, we ask the next person. That is all right.").format(minutes=minutes),
        _("Tired, ill or not alone? Go off duty: you get no texts then."),
        _("Rest is part of the work."),
    )
    # Translators: a heading on a printed card; at most 40 characters.
    return Section(_("Duty and rest"), lines)


def _lost(phone: Phone) -> Section:
    _ = phone.translator
    lines = (
        _("Tell an admin at once, from any phone. The admin blocks yours."),
        whom_to_call(phone),
        _("Delete our texts once you have read them."),
    )
    # Translators: a heading on a printed card; at most 40 characters.
    return Section(_("Phone lost or taken?"), lines)


def whom_to_call(phone: Phone) -> str:
    _, hotline, hours = phone.translator, phone.settings.hotline, phone.hotline_hours
    if hotline and hours:
        said = _("Call {hotline}. One of us answers {hours}.")
        return said.format(hotline=hotline, hours=format_weekly_hours(hours, _))
    if hotline:
        return _("Call {hotline}. One of us answers.").format(hotline=hotline)
    return _("Tell the organisation that gave you this card.")
