"""Proof for what arrives by text or missed call: a text waits until a number that we texted comes back."""

import secrets
from collections.abc import Sequence

from msgspec.structs import replace

from gateway.actions.authorisation import text_authority
from gateway.model.counted_event import CountedEvent
from gateway.model.intents import RaiseSos, Subscribe, Unsubscribe
from gateway.model.intents.intent import TextAuthority
from gateway.settings import Settings, Times
from gateway.store import Turn
from gateway.store.event_counts import count_event
from gateway.text.translator import Translator
from menus.sms.dispatch import Lexicon, SmsResult

CODE_DIGITS = 4
MAX_CODE_WORDS = 4
"""Words of a text that brings a code. Our question has more, so a machine that repeats it proves nothing."""


def take_waiting_text(turn: Turn, text: str, lexicon: Lexicon) -> str | None:
    """Return the text that waited for the code in this text, and let it act; None where this text has no such code.

    A wrong code is counted.
    """
    code = _code_in(lexicon.normalise(text).split(), lexicon)
    if not code or not turn.text_guard.waits(turn.now):
        return None
    if not secrets.compare_digest(code, turn.text_guard.code):
        turn.text_guard = turn.text_guard.with_wrong_code(turn.now)
        return None
    waiting = turn.text_guard.waiting_text
    turn.text_guard = turn.text_guard.without_question()
    turn.has_fresh_code = True
    return waiting


def _code_in(words: Sequence[str], lexicon: Lexicon) -> str:
    """Return the code of a short text such as `4821`, `48 21` or `yes 4821`; empty for any other text."""
    digits = "".join(word for word in words if word.isascii() and word.isdigit())
    if len(digits) != CODE_DIGITS or len(words) > MAX_CODE_WORDS:
        return ""
    return digits if lexicon.keyword_of(words) in ("", "YES") else ""


def require_proof(turn: Turn, text: str, result: SmsResult, _: Translator, settings: Settings) -> SmsResult:
    """Return the result if a text suffices for its intents. Otherwise nothing of it is applied: ask, or say to dial."""
    needed = {text_authority(turn, intent) for intent in result.intents}
    if needed <= {TextAuthority.ACTS}:
        return _limit_answers(turn, result)
    if any(isinstance(intent, Subscribe) for intent in result.intents):
        count_event(turn.transaction, turn.vault, CountedEvent.JOIN_BY_TEXT, turn.token, turn.now)
    turn.transaction.adds_data |= any(intent.adds_data for intent in result.intents)
    dial = turn.world.profile.service_code
    if TextAuthority.USSD_ONLY in needed or not _begin_question(turn, text, settings.times):
        said = _("Please dial {dial}.").format(dial=dial)
        return _limit_answers(turn, replace(result, texts=(_.normalise(said),), intents=(), is_unproven=True))
    said = _("If you texted us now, send {code} to go on. Or dial {dial}.").format(
        code=f"{settings.at_keyword} {turn.text_guard.code}".strip(), dial=dial
    )
    question = replace(result, texts=(_.normalise(said),), intents=(), is_unproven=True, is_question=True)
    return _limit_answers(turn, question)


def _begin_question(turn: Turn, text: str, times: Times) -> bool:
    """Let the text wait for a code. Return False where this phone must dial.

    Two texts that wait at once cancel each other. Otherwise a caller could confirm a text that another person forged.
    """
    guard = turn.text_guard
    if guard.waits(turn.now):
        if guard.waiting_text != text:
            turn.text_guard = guard.without_question()
        return guard.waiting_text == text
    if guard.has_too_many_wrong_codes(turn.now) or not _may_answer(turn):
        return False
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    turn.text_guard = guard.with_question(text, code, turn.now + times.fresh_code)
    return True


def _limit_answers(turn: Turn, result: SmsResult) -> SmsResult:
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
