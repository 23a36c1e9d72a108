"""The nurse's card: the text that comes, the possible answers, and how to receive a visitor."""

from typing import Final

from gateway.cards.caller import cost
from gateway.cards.content import Key, Leaflet, Sample, Section
from gateway.cards.phone import CODE, Phone
from gateway.cards.verifier import open_team, whom_to_call

_TOGETHER: Final = "\N{NO-BREAK SPACE}"


def card(phone: Phone) -> Leaflet:
    _ = phone.translator
    left, right = (_comes(phone), _answer(phone)), (_dialling(phone), _desk(phone), _not_today(phone), _change(phone))
    # Translators: the title of a nurse's printed card; at most 40 characters.
    return Leaflet(_("A visitor with a code"), phone.dial, left, right)


def _comes(phone: Phone) -> Section:
    _ = phone.translator
    # Translators: a heading on a printed card; at most 40 characters. A sample text follows.
    return Section(_("You get this text"), (Sample(phone.referral.replace(f" {CODE}", f"{_TOGETHER}{CODE}")),))


def _answer(phone: Phone) -> Section:
    """List the answers, by text, or by dialling where no texts come in: the keys are the same."""
    _ = phone.translator
    # Translators: words that a nurse could send to a visitor, as a sample; at most 30 characters.
    words = _("Please come on Monday")
    answers = (
        Key(_reply(phone, 1), _("You can come")),
        Key(_reply(phone, 2), _("We are full")),
        Key(_reply(phone, 3), _("The visitor came")),
        Key(_reply(phone, 4), _("The visitor did not come")),
        Key(_reply(phone, 5, words), _("Write to the visitor"), _("The visitor dials to read your words.")),
    )
    number = phone.settings.shortcode
    by_text = (
        (_("Text your answer to {number}.").format(number=number), _("Then we text you a code: send it back too."))
        if phone.takes_texts
        else ()
    )
    # Translators: a heading on a printed card; at most 40 characters.
    return Section(_("Your answer"), (*answers, *by_text, *cost(phone)))


def _reply(phone: Phone, answer: int, words: str = "") -> str:
    return phone.texted(f"{answer} {CODE} {words}".strip()) if phone.takes_texts else str(answer)


def _dialling(phone: Phone) -> Section:
    _ = phone.translator
    # Translators: in the clinic's menu: the key for "Answer a visitor", then the visitor's code, then the answer's
    # number.
    then = _("Press {key}, type the code, then one of 1 to 5.").format(key=phone.answer_key)
    # Translators: a heading on a printed card; at most 40 characters.
    return Section(_("Answer by dialling"), (*open_team(phone), then))


def _desk(phone: Phone) -> Section:
    _ = phone.translator
    lines = (
        _("The code is enough: no name, no phone number."),
        _("The visitor does not have to say why."),
        _("Be just as kind to all, with any papers, language or looks."),
    )
    # Translators: a heading on a printed card; at most 40 characters.
    return Section(_("When the visitor comes"), lines)


def _not_today(phone: Phone) -> Section:
    _ = phone.translator
    # Translators: a heading on a printed card; at most 40 characters.
    heading = _("No medicine, no place, or closed?")
    answer = _("Answer 2, or 5 with the day on which you can help.")
    # Translators: {team} and {entry} are entries of menus.
    by_dialling = _("Or dial: {team}, then {entry}.").format(team=_("Team"), entry=_("Our place today"))
    if not phone.takes_texts:
        return Section(heading, (answer, by_dialling))
    reports = (
        # Translators: what a nurse texts, word by word; each at most 30 characters. Our phrases.toml understands it.
        Key(phone.texted(_("no PEP till Monday")), _("Out of stock until that day")),
        Key(phone.texted(_("we are closed")), _("Closed today")),
        Key(phone.texted(_("PEP is back")), _("There again")),
        Key(phone.texted(_("we are open")), _("Open again")),
    )
    return Section(heading, (answer, *reports, by_dialling))


def _change(phone: Phone) -> Section:
    _ = phone.translator
    # Translators: a heading on a printed card; at most 40 characters.
    return Section(_("Wrong phone number, or a new nurse?"), (whom_to_call(phone),))
