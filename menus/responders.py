"""Screens with which responders answer an SOS, behind their PIN."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.codes import is_code
from gateway.model.help_kind import HelpKind
from gateway.model.sos import MIN_VOICES_TO_CLOSE, Sos, SosAnswer, SosTier
from gateway.model.sos_question import SosQuestion
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.wording import format_clock
from menus.areas import area_name
from menus.engine.screen import (
    InvalidAnswer,
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    redirect,
    screen,
    screen_id,
    show_menu,
)
from menus.engine.session import Session
from menus.permissions import require_staff

MAX_AREA_CHARS = 10
MAX_LISTED = 8
"""Further SOS are opened by their code."""


def sort_open_sos(caller: Caller) -> list[Sos]:
    """Return the open SOS that were read, in the order of their rank, then of their age."""
    return sorted(caller.sos_by_code.values(), key=lambda sos: (sos.rank, sos.at))


def count_open_sos(caller: Caller) -> int:
    """Return how many SOS are open for this person. Those that were not read count too."""
    return len(caller.sos_by_code) + max(
        0, caller.open_sos_count - len(caller.sos_by_code) - len(caller.distant_sos_codes)
    )


def sos_codes_in_view(session: Session, typed: str) -> set[str]:
    """Return the codes of the SOS that the next screen may show: of the links shown now, and the code just typed."""
    links = [session.location, *(choice.link for choice in session.choices)]
    if "staff" not in session.grants or not any(link.screen in _SCREENS for link in links):
        return set()  # what is typed may be the PIN
    found = {str(link.args["code"]) for link in links if link.screen in _SCREENS and "code" in link.args}
    return {code for code in (*found, typed.rpartition("*")[2]) if is_code(code)}


@screen(staff_only=True)
def sos_list(caller: Caller, _: Translator) -> ScreenResult:
    choices = [
        (_sos_line(caller, sos, _), link_to(sos_details, code=sos.code)) for sos in sort_open_sos(caller)[:MAX_LISTED]
    ]
    if not choices and not caller.open_sos_count:
        return show_menu(_("Nobody asks for help now."))
    return ask_question(_("Choose, or type a code."), link_to(code_typed), "code", *choices, wants_digits=True)


def _sos_line(caller: Caller, sos: Sos, _: Translator) -> str:
    said = _.ngettext("{n} is coming", "{n} are coming", len(sos.coming_staff)).format(n=len(sos.coming_staff))
    minutes = max(0, caller.now - sos.at) // 60
    since = joins.beside(_, sos.code, _("{n} min").format(n=minutes))
    return joins.listed(_, (since, _area_in_list(caller, sos, _), said))


def _area_in_list(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the first area of a call; one that nobody named is marked as a guess. A late note names its place."""
    if sos.is_late_note and sos.late_place:
        return clip(sos.late_place, MAX_AREA_CHARS)
    named = [name for area in sos.areas if (name := area_name(caller, area))]
    if not named:
        return _("where?")
    shown = clip(named[0], MAX_AREA_CHARS)
    return shown if sos.names_area else _("{area}?").format(area=shown)


@screen(staff_only=True)
def code_typed(caller: Caller, _: Translator, code: str) -> ScreenResult:
    if not is_code(code):
        raise InvalidAnswer(_("Please type a number from the list."))
    return redirect(link_to(sos_details, code=code), caller, _)


def _sos_not_shown(caller: Caller, _: Translator, code: str) -> ScreenResult:
    """Say why a call is not shown. Only the code of an ended call is called over."""
    if code in caller.ended_sos_codes:
        said = _("This call for help has ended.")
    elif code in caller.distant_sos_codes:
        said = _("We first ask people who are nearer. We text you if we need you.")
    else:
        said = _("No call for help has this code. Please check it.")
    return show_menu(said, (_("Calls for help"), link_to(sos_list)))


@screen(staff_only=True)
def sos_details(caller: Caller, _: Translator, code: str) -> ScreenResult:
    sos = caller.sos_by_code.get(code)
    if sos is None:
        return _sos_not_shown(caller, _, code)
    lines = [
        _head_line(caller, sos, _),
        _kinds_line(sos, _),
        _place_line(caller, sos, _),
        _("A late note, no call for help: this person is not back.") if sos.is_late_note else "",
        sos.details,
        sos.note,
        _("By text: {words}").format(words=joins.listed_apart(_, sos.texted)) if sos.texted else "",
        _answers_line(sos, _),
        _word_for(caller, sos, _),
        _("Someone forces this person now. Careful.") if sos.is_under_duress else "",
        _("A colleague says: no help needed.") if sos.over_staff else "",
        _("The caller wants police: {phone}").format(phone=caller.world.profile.police)
        if SosTier.POLICE in sos.tiers and caller.world.profile.police
        else "",
        _("Maybe a trap. Go as two. Meet them outside."),
    ]
    read = () if require_staff(caller).id in sos.readers else (intents.ReadSos(code),)
    return show_menu("\n".join(filter(None, lines)), *_answer_choices(caller, sos, _), intents=read)


def _head_line(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the code, the hour, and how many come."""
    said = _.ngettext("{n} is coming", "{n} are coming", len(sos.coming_staff)).format(n=len(sos.coming_staff))
    return joins.listed(_, (joins.beside(_, sos.code, format_clock(caller.world.local_time(sos.at))), said))


def _kinds_line(sos: Sos, _: Translator) -> str:
    """Return what is wrong, by the caller's words and answers."""
    names = {
        # Translators: what is wrong, as responders read it.
        HelpKind.VIOLENCE: _("violence"),
        HelpKind.POLICE: _("police"),
        # Translators: somebody does not let the person go.
        HelpKind.HELD: _("cannot leave"),
        HelpKind.HEALTH: _("hurt or ill"),
    }
    named = joins.listed(_, (names[kind] for kind in sos.help_kinds))
    return _("What is wrong: {kinds}").format(kinds=named) if named else ""


def _answers_line(sos: Sos, _: Translator) -> str:
    """Return what the caller answered, and what still waits."""
    told = {True: _("Yes"), False: _("No"), None: _("asked")}
    return joins.listed(_, (joins.beside(_, _labels(_)[asked.question], told[asked.yes]) for asked in sos.questions))


def _labels(_: Translator) -> dict[SosQuestion, str]:
    return {
        SosQuestion.WHERE: _("Where?"),
        SosQuestion.ALONE: _("Alone?"),
        SosQuestion.HURT: _("Hurt?"),
        SosQuestion.CAN_TALK: _("Can you talk?"),
        SosQuestion.WHAT: _("What is wrong?"),
    }


@screen(staff_only=True)
def questions(caller: Caller, _: Translator, code: str) -> ScreenResult:
    sos = caller.sos_by_code.get(code)
    if sos is None:
        return _sos_not_shown(caller, _, code)
    offered = [(label, question) for question, label in _labels(_).items() if not sos.waits_for(question)]
    return show_menu(
        _("We text it to the caller, without your name."),
        *((label, link_to(asked, code=code, question=question.value)) for label, question in offered),
    )


@screen(staff_only=True)
def asked(caller: Caller, _: Translator, code: str, question: str) -> ScreenResult:
    back = link_to(questions, code=code)
    return show_menu(
        _("Asked. We text you when there is an answer."),
        (_("Ask more"), back),
        location=back,
        intents=[intents.AskSosCaller(code, SosQuestion(question))],
    )


def _place_line(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the area that the caller chose, or those where the caller may be, as the guess that they are."""
    named = joins.listed(_, (area_name(caller, area) for area in sos.areas))
    return named if sos.names_area or not named else _("Maybe in: {areas}").format(areas=named)


def _word_for(caller: Caller, sos: Sos, _: Translator) -> str:
    """Return the caller's pass phrase, for a responder who comes. Others could use it for a trap."""
    comes = require_staff(caller).id in sos.coming_staff
    return _("Say this word: {word}").format(word=sos.passphrase) if sos.passphrase and comes else ""


def _answer_choices(caller: Caller, sos: Sos, _: Translator) -> list[tuple[str, Link]]:
    """Return the answers that this person may give to the call."""
    comes = require_staff(caller).id in sos.coming_staff
    answers = [] if comes else [(_("I am coming"), SosAnswer.COMING)]
    if sos.may_call_over(require_staff(caller).id):
        answers += [
            (_("It has ended, all is well"), SosAnswer.DONE),
            (_("It was a false alarm"), SosAnswer.FALSE_ALARM),
        ]
    choices = [(label, link_to(sos_answered, code=sos.code, answer=answer.value)) for label, answer in answers]
    # a phone that has to look as if nothing runs gets no text
    # and whoever is not back from a safe call cannot answer
    ask = [] if sos.looks_ended or sos.is_late_note else [(_("Ask the caller"), link_to(questions, code=sos.code))]
    return [*choices[: not comes], *ask, *choices[not comes :]]


@screen(staff_only=True)
def sos_answered(caller: Caller, _: Translator, code: str, answer: str) -> ScreenResult:
    sos = caller.sos_by_code.get(code)
    if sos is None:
        return _sos_not_shown(caller, _, code)
    said = _said_after_answer(caller, sos, SosAnswer(answer), _)
    return show_menu(said, (_("Team"), Link("team.team")), intents=[intents.AnswerSos(code, SosAnswer(answer))])


def _said_after_answer(caller: Caller, sos: Sos, answer: SosAnswer, _: Translator) -> str:
    """Return what follows from the answer: one person alone never ends a call."""
    if answer is SosAnswer.COMING:
        if not sos.has_place:
            return _("Thank you. We ask the caller where. Please wait for the place: we text you.")
        said = _("Thank you. We tell the caller, without your name.")
        word = _("Say this word: {word}").format(word=sos.passphrase) if sos.passphrase else ""
        return joins.sentences(_, said, word)
    if len({*sos.over_staff, require_staff(caller).id}) < MIN_VOICES_TO_CLOSE:
        return _("Thank you. The call ends when a second colleague says the same, or the caller ends it.")
    return _("Thank you. The call has ended.")


_SCREENS = frozenset(map(screen_id, (sos_list, code_typed, sos_details, sos_answered, questions, asked)))
