"""Screens with which responders answer an SOS, behind their PIN."""

from functools import partial

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.codes import is_code
from gateway.model.sos import MIN_VOICES_TO_CLOSE, Sos, SosTier
from gateway.model.sos_answer import SosAnswer as A
from gateway.model.sos_evidence import FLOOD_SOS
from gateway.model.sos_question import SosQuestion
from gateway.text import joins
from menus import sos_lines
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
from menus.sos_lines import SHOWN_TEXTS, TEXTS_ON_PAGE
from menus.waiting import Waiting, waits

MAX_LISTED = 8
"""Further SOS are opened by their code."""


def sort_open_sos(caller: Caller) -> list[Sos]:
    """Return the open SOS that were read: those to which nobody comes first, then by their rank and age.

    While many are forged, what speaks for a call counts before that.
    """
    is_flood = caller.lately_raised_sos >= FLOOD_SOS
    found = caller.sos_by_code.values()
    return sorted(found, key=lambda sos: (sos.evidence * is_flood, bool(sos.still_coming), sos.rank, sos.at))


@waits
def unclaimed_sos(caller: Caller, _: Translator) -> list[Waiting]:
    """Return the list of calls behind the staff PIN, while nobody comes to one of them."""
    if caller.staff is None or all(sos.still_coming for sos in caller.sos_by_code.values()):
        return []
    return [(_("Calls for help: {n}").format(n=count_open_sos(caller)), link_to(sos_list))]


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
    listed = sort_open_sos(caller)[:MAX_LISTED]
    choices = [(sos_lines.sos_line(caller, sos, _), link_to(sos_details, code=sos.code)) for sos in listed]
    if not choices and not caller.open_sos_count:
        return show_menu(_("Nobody asks for help now."))
    return ask_question(
        _("Choose, or type a code."), link_to(code_typed), "code", *choices, wants_digits=True, choice_first=True
    )


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
        sos_lines.head_line(caller, sos, _),
        sos_lines.duress_line(sos, _),
        sos_lines.kinds_line(sos, _),
        _("Ended on the phone without the PIN. Careful.") if sos.ended_without_pin else "",
        sos_lines.place_line(caller, sos, _),
        _("A late note, no call for help: this person is not back.") if sos.is_late_note else "",
        sos.details,
        sos.note,
        sos_lines.texts_line(sos, _),
        sos_lines.answers_line(sos, _),
        sos_lines.word_for(caller, sos, _),
        sos_lines.over_line(caller, sos, _),
        _("The caller wants police: {phone}").format(phone=caller.world.profile.police)
        if SosTier.POLICE in sos.tiers and caller.world.profile.police
        else "",
        # a person who comes was told so with the answer
        "" if require_staff(caller).id in sos.coming_staff else sos_lines.advice_line(sos, _),
    ]
    read = () if require_staff(caller).id in sos.readers else (intents.ReadSos(code),)
    choices = (*_answer_choices(caller, sos, _), *_more_texts(sos, SHOWN_TEXTS, _))
    return show_menu("\n".join(filter(None, lines)), *choices, intents=read, choice_first=True)


def _more_texts(sos: Sos, after: int, _: Translator) -> list[tuple[str, Link]]:
    """Return the choice of the texts before those that are shown. It is the last one, so that no other key moves."""
    left = len(sos.texted) - after
    label = _.ngettext("{n} more text", "{n} more texts", left).format(n=left)
    return [(label, link_to(sos_texts, code=sos.code, after=after))] if left > 0 else []


@screen(staff_only=True)
def sos_texts(caller: Caller, _: Translator, code: str, after: int) -> ScreenResult:
    """Show further words by text, the newest first."""
    sos = caller.sos_by_code.get(code)
    if sos is None:
        return _sos_not_shown(caller, _, code)
    end = after + TEXTS_ON_PAGE
    shown = sos_lines.newest_first(sos)[after:end]
    return show_menu("\n".join(shown), *_more_texts(sos, end, _), (_("The call"), link_to(sos_details, code=code)))


@screen(staff_only=True)
def questions(caller: Caller, _: Translator, code: str) -> ScreenResult:
    sos = caller.sos_by_code.get(code)
    if sos is None:
        return _sos_not_shown(caller, _, code)
    offered = (
        (joins.beside(_, label, _("asked")) if sos.waits_for(question) else label, question)
        for question, label in sos_lines.labels(_).items()
    )
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


def _answer_choices(caller: Caller, sos: Sos, _: Translator) -> list[tuple[str, Link]]:
    """Return the answers that this person may give to the call, the urgent one first."""
    own, answered = require_staff(caller).id, partial(link_to, sos_answered, code=sos.code)
    comes, is_there = own in sos.coming_staff, own in sos.arrived_staff
    first = [(_("I am there"), A.THERE)] if comes else [(_("I am coming"), A.COMING)]
    back = [(_("I cannot come"), A.CANNOT)] if comes and not is_there else []
    back += [(_("It is not over"), A.GOES_ON)] if own in sos.over_staff else []
    over = [(_("Say that it is over"), link_to(confirm_over, code=sos.code))] if sos.may_call_over(own) else []
    # a phone that has to look as if nothing runs gets no text
    # and whoever is not back from a safe call cannot answer
    is_unreachable = sos.looks_ended or sos.ended_without_pin or sos.is_late_note
    ask = [] if is_unreachable else [(_("Ask the caller"), link_to(questions, code=sos.code))]
    return [
        *((label, answered(answer=answer.value)) for label, answer in first if not is_there),
        *ask,
        *((label, answered(answer=answer.value)) for label, answer in back),
        *over,
    ]


@screen(staff_only=True)
def confirm_over(caller: Caller, _: Translator, code: str) -> ScreenResult:
    """Ask once, because others stop coming when two say so."""
    sos = caller.sos_by_code.get(code)
    if sos is None:
        return _sos_not_shown(caller, _, code)
    if len(sos.over_staff) + 1 < MIN_VOICES_TO_CLOSE:
        said = _("Is it over? It ends when a second colleague agrees. You can take it back.")
    else:
        said = _("Is it over? A colleague says so too: the call ends now.")
    return show_menu(
        said,
        (_("It has ended, all is well"), link_to(sos_answered, code=code, answer=A.DONE.value)),
        (_("It was a false alarm"), link_to(sos_answered, code=code, answer=A.FALSE_ALARM.value)),
        (_("No, it goes on"), link_to(sos_details, code=code)),
    )


@screen(staff_only=True)
def sos_answered(caller: Caller, _: Translator, code: str, answer: str) -> ScreenResult:
    sos = caller.sos_by_code.get(code)
    if sos is None:
        return _sos_not_shown(caller, _, code)
    said = _said_after_answer(caller, sos, A(answer), _)
    return show_menu(said, (_("Team"), Link("team.team")), intents=[intents.AnswerSos(code, A(answer))])


def _said_after_answer(caller: Caller, sos: Sos, answer: A, _: Translator) -> str:
    """Return what follows from the answer: one person alone never ends a call."""
    if answer is A.COMING:
        return _said_to_who_comes(sos, _)
    said = {
        A.THERE: _("Thank you. We tell the caller, without your name."),
        A.CANNOT: _("Thank you. We tell the caller and your colleagues, without your name."),
        A.GOES_ON: _("Thank you. The call goes on."),
    }
    if answer in said:
        return said[answer]
    if len({*sos.over_staff, require_staff(caller).id}) < MIN_VOICES_TO_CLOSE:
        return _("Thank you. The call ends when a second colleague says the same, or the caller ends it.")
    return _("Thank you. The call has ended.")


def _said_to_who_comes(sos: Sos, _: Translator) -> str:
    if not sos.has_place:
        waits = _("Thank you. We ask the caller where. Please wait for the place: we text you.")
        return joins.sentences(_, waits, sos_lines.duress_line(sos, _))
    word = _("Say this word: {word}").format(word=sos.passphrase) if sos.passphrase else ""
    told = _("Thank you. We tell the caller, without your name.")
    return joins.sentences(_, told, word, sos_lines.duress_line(sos, _), sos_lines.advice_line(sos, _))


_SCREENS = frozenset(
    map(screen_id, (sos_list, code_typed, sos_details, sos_texts, confirm_over, sos_answered, questions, asked))
)
