"""Texts about safe calls, arrests and calls for help. They are neutral, because other people may read any phone."""

from gateway.model.sos_question import IN_WORDS, SosQuestion, keys_of
from gateway.model.sos_rounds import CallerReads
from gateway.text import joins
from gateway.text.printed_keywords import fill_in
from gateway.text.translator import Translator


def safe_call_missed_text(display_name: str, hour: str, note: str, _: Translator, may_ring: bool = True) -> str:
    """Return the text to contacts: the caller's note, and advice that keeps them from harm."""
    said = _("{called} wanted to be back by {hour} but is not. First call {called}. Do not go alone. The note: {note}")
    if not may_ring:
        said = _(
            "{called} wanted to be back by {hour} but is not. Do not call {called}. Do not go alone. The note: {note}"
        )
    return said.format(called=display_name, hour=hour, note=note or "-")


def safe_call_ended_text(display_name: str, _: Translator) -> str:
    """Return the text to contacts who were notified that the caller was not back."""
    return _("{called} is back.").format(called=display_name)


def sos_helped_text(dial: str, _: Translator) -> str:
    """Return the text to the caller after responders closed the call as helped."""
    return _("You are not alone. For help now: dial {dial}").format(dial=dial)


def sos_closed_text(dial: str, _: Translator) -> str:
    """Return the text to the caller after responders called it a false alarm. Help may be needed all the same."""
    return _("Our team says it has ended. Do you still need someone? Dial {dial}").format(dial=dial)


def contact_sos_ended_text(display_name: str, _: Translator) -> str:
    """Return the text to contacts who were notified of the call for help."""
    return _("{called} needs no more help. Thank you.").format(called=display_name)


def late_note_text(note: str, hour: str, _: Translator) -> str:
    """Return what responders read of a safe call that ran out, behind their PIN."""
    return joins.listed_apart(_, (_("Wanted to be back by {hour}").format(hour=hour), note))


def reminder_text(dial: str, keys: str, _: Translator) -> str:
    """Return a neutral reminder, because the person with the caller may read it."""
    return _("A reminder waits for you. Dial {dial}, then press {keys}").format(dial=dial, keys=keys)


def responder_sos_text(code: str, dial: str, _: Translator) -> str:
    """Return the text to a responder, who reads the details after the PIN."""
    return _("{code}: you are needed. Dial {dial}").format(code=code, dial=dial)


def responder_sos_doubted_text(code: str, dial: str, _: Translator) -> str:
    """Return the text to responders after one of them said that the call is over."""
    return _("{code}: a colleague says: no help needed. Is that true? Dial {dial}").format(code=code, dial=dial)


def new_sos_text(count: int, dial: str, _: Translator) -> str:
    """Return the text to a responder about several calls of strangers, without their codes."""
    return _.ngettext("{n} person needs you. Dial {dial}", "{n} people need you. Dial {dial}", count).format(
        n=count, dial=dial
    )


def responder_sos_ended_text(code: str, by_caller: bool, _: Translator) -> str:
    """Return the text to a responder who was asked, after the caller or two colleagues ended the call."""
    said = _("{code} has ended: the caller ended it. Thank you.") if by_caller else _("{code} has ended. Thank you.")
    return said.format(code=code)


def responder_needed_again_text(code: str, dial: str, _: Translator) -> str:
    """Return the text to a responder after the last person who came said no."""
    return _("{code}: nobody comes any more. You are needed. Dial {dial}").format(code=code, dial=dial)


def responder_arrived_text(passphrase: str, _: Translator) -> str:
    """Return the neutral text to the caller after a person who was on the way arrived."""
    said = _("1 person is near you now.")
    return joins.sentences(_, said, _("The word: {word}").format(word=passphrase) if passphrase else "")


def responder_declined_text(still_coming: int, _: Translator) -> str:
    """Return the neutral text to the caller after a person who was on the way could not come."""
    if not still_coming:
        return _("1 person had to turn back. We are asking others.")
    said = _.ngettext("{n} person is still on the way.", "{n} people are still on the way.", still_coming)
    return joins.sentences(_, _("1 person had to turn back."), said.format(n=still_coming))


def responders_coming_text(count: int, passphrase: str, _: Translator) -> str:
    """Return the neutral text to the caller, with the passphrase."""
    said = _.ngettext("{n} person is on the way.", "{n} people are on the way.", count).format(n=count)
    return joins.sentences(_, said, _("The word: {word}").format(word=passphrase) if passphrase else "")


def contact_request_texts(letter: str, _: Translator) -> tuple[str, ...]:
    """Return our questions to a person who is asked to be a contact. Each says how to answer, and nothing else.

    Before a yes only the first letter of the caller's name leaves: a whole word could be an insult, or out the caller.
    """
    letter = f"{letter}."
    said = (
        _("{called} asks: may this number text you when {called} needs you? Reply {yes} or {stop}."),
        _("{called} named you as a contact for travel. Is that all right? Reply {yes} or {stop}."),
    )
    return tuple(fill_in(sentence, _, called=letter) for sentence in said)


def unclear_yes_text(_: Translator) -> str:
    """Return the answer to a yes that does not say to which of several callers."""
    said = _("Who do you mean? Send {yes} and the letter in our text about the person you know. {stop} ends all.")
    return fill_in(said, _)


def default_arrest_words(display_name: str, _: Translator) -> str:
    return _("{called} is held by police and asks for your help.").format(called=display_name or "?")


def arrest_text(words: str, hotline: str, _: Translator) -> str:
    """Return the text to contacts on the day of an arrest: the caller's words, and our number to call."""
    return joins.sentences(_, words, hotline)


def contact_sos_text(display_name: str, _: Translator, may_ring: bool = True) -> str:
    """Return the text to contacts after the caller called for help. A phone in other hands must not ring."""
    if not may_ring:
        text = _("{called} needs you now. Do not call {called}. Do not go alone.")
        return text.format(called=display_name)
    return _("{called} needs you now. First call {called}. Do not go alone.").format(called=display_name)


def no_responder_text(reads: CallerReads, hotline: str, answers_from: str, _: Translator) -> str:
    """Return the text to a caller to whom nobody comes, with the number to call, or from when it is answered."""
    if answers_from:
        closed = {
            CallerReads.NO_ANSWER_YET: _("Nobody has answered yet."),
            CallerReads.ASKED_AGAIN: _("We asked them all again."),
            CallerReads.STAYS_OPEN: _("Nobody has come yet. Your call stays open."),
        }
        return joins.sentences(_, closed[reads], answers_from)
    said = {
        CallerReads.NO_ANSWER_YET: _("Nobody has answered yet. Call {hotline}"),
        CallerReads.ASKED_AGAIN: _("We asked them all again. Can somebody near you come? Or call {hotline}"),
        CallerReads.STAYS_OPEN: _("Nobody has come yet. Your call stays open: text us more, or call {hotline}"),
    }
    return said[reads].format(hotline=hotline)


def responders_saw_text(count: int, _: Translator) -> str:
    """Return the text to a caller to whom somebody would come, but does not know where."""
    said = _.ngettext("{n} person saw it. Where are you?", "{n} people saw it. Where are you?", count)
    return said.format(n=count)


def responders_read_text(count: int, _: Translator) -> str:
    """Return the text to a caller whose words somebody read."""
    return _.ngettext("{n} person read it.", "{n} people read it.", count).format(n=count)


def question_text(question: SosQuestion, _: Translator, hotline: str = "") -> str:
    """Return what a responder asks the caller, as a screen asks it. `hotline`: whom the caller can talk with."""
    can_talk = _("Can you talk? Our phone: {hotline}").format(hotline=hotline)
    asked = {
        SosQuestion.WHERE: _("Where are you?"),
        SosQuestion.ALONE: _("Are you alone?"),
        SosQuestion.HURT: _("Are you hurt?"),
        SosQuestion.CAN_TALK: can_talk if hotline else _("Can you talk?"),
        SosQuestion.WHAT: _("What is happening?"),
    }
    return asked[question]


def question_by_text(question: SosQuestion, hotline: str, _: Translator) -> str:
    """Return the same with the keys that answer it by text."""
    asked = question_text(question, _, hotline)
    if question in IN_WORDS:
        return asked
    yes, no = keys_of(question)
    return joins.sentences(_, asked, _("Yes: send {yes}. No: send {no}.").format(yes=yes, no=no))


def responder_words_text(code: str, dial: str, _: Translator) -> str:
    """Return the text to a responder who comes, or asked, after the caller said more."""
    return _("{code}: there is something new. Dial {dial}").format(code=code, dial=dial)


def responder_off_duty_text(code: str, dial: str, _: Translator) -> str:
    """Return the text to a responder who is off duty, and knows so that colleagues on duty were asked first."""
    return _("{code}: you are off duty, but needed. Dial {dial}").format(code=code, dial=dial)
