"""Proof for what arrives by text or missed call: a text waits until a number that we texted comes back."""

from msgspec.structs import replace

from gateway.actions.authorisation import text_authority
from gateway.model.counted_event import CountedEvent
from gateway.model.intents import RaiseSos, Subscribe, Unsubscribe
from gateway.model.intents.intent import TextAuthority
from gateway.model.open_question import Choice, OpenQuestion
from gateway.settings import Settings, Times
from gateway.store import Turn
from gateway.store.event_counts import count_event
from gateway.text.translator import Translator
from gateway.turns.answers import Answer, new_code
from menus.sms.result import SmsResult


def require_proof(turn: Turn, answer: Answer, result: SmsResult, _: Translator, settings: Settings) -> SmsResult:
    """Return the result if a text suffices for its intents. Otherwise nothing of it is applied: ask, or say to dial.

    `answer` is the text, and the meaning that was chosen for it: it is read again when the code comes back.
    """
    needed = {text_authority(turn, intent) for intent in result.intents}
    if result.needs_code and not turn.has_fresh_code:
        needed.add(TextAuthority.FRESH_CODE)
    if needed <= {TextAuthority.ACTS}:
        return limit_answers(turn, result)
    if any(isinstance(intent, Subscribe) for intent in result.intents):
        count_event(turn.transaction, turn.vault, CountedEvent.JOIN_BY_TEXT, turn.token, turn.now)
    turn.transaction.adds_data |= any(intent.adds_data for intent in result.intents)
    dial = turn.world.profile.service_code
    if TextAuthority.USSD_ONLY in needed or not _begin_question(turn, answer, settings.times, _.lang):
        said = _("Please dial {dial}.").format(dial=dial)
        return limit_answers(turn, SmsResult((_.normalise(said),), is_unproven=True))
    said = _("If you texted us now, send {code} to go on. Or dial {dial}.").format(
        code=f"{settings.at_keyword} {turn.text_guard.open_code(turn.now)}".strip(), dial=dial
    )
    return limit_answers(turn, SmsResult((_.normalise(said),), is_unproven=True, is_question=True))


def _begin_question(turn: Turn, answer: Answer, times: Times, lang: str) -> bool:
    """Let the text wait for a code. Return False where this phone must dial.

    Two texts that wait at once cancel each other. Otherwise a caller could confirm a text that another person forged.
    """
    guard = turn.text_guard
    if guard.open_code(turn.now):
        is_same = guard.question is not None and guard.question.text == answer.text
        if not is_same:
            turn.text_guard = guard.without_question()
        return is_same
    if guard.has_too_many_wrong_codes(turn.now) or not _may_answer(turn):
        return False
    choice = Choice(new_code(set()), answer.meaning, answer.area, answer.kind)
    turn.text_guard = guard.with_question(OpenQuestion(answer.text, turn.now + times.fresh_code, (choice,), lang))
    return True


def limit_answers(turn: Turn, result: SmsResult) -> SmsResult:
    """Return the result without its answer where this phone got too many answers to texts that may be forged."""
    calls_for_help = any(isinstance(intent, RaiseSos) for intent in result.intents)
    is_new_sos = calls_for_help and (turn.sos is None or turn.sos.looks_ended)
    if is_new_sos or turn.has_fresh_code or any(isinstance(intent, Unsubscribe) for intent in result.intents):
        return result
    is_unproven = result.is_unproven and not calls_for_help
    if not (_may_answer(turn) if is_unproven else turn.text_guard.may_answer(turn.now, _is_staff(turn))):
        return replace(result, texts=())
    turn.text_guard = turn.text_guard.with_answer(turn.now, is_unproven, len(result.texts))
    return result


def _may_answer(turn: Turn) -> bool:
    return turn.text_guard.may_answer_unproven(turn.now, _is_staff(turn))


def _is_staff(turn: Turn) -> bool:
    return turn.staff is not None and turn.staff.active
