"""Inbound texts. Each is deduplicated and applied in one commit, and its answer is queued on a lane."""

from msgspec.structs import replace

from gateway.deployment import Deployment
from gateway.errors import StoreUnavailable
from gateway.model.intents import DeleteCaller, RaiseSos, Unsubscribe
from gateway.model.message import Lane, LegalBasis
from gateway.numbers import Number
from gateway.store import Turn, keys
from gateway.store.records.callers import SOS
from gateway.store.records.text_guards import TEXT_GUARDS
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.turns import claims
from gateway.turns.before_pin import empty_account
from gateway.turns.snapshot import caller_from_turn
from menus.sms import dispatch
from menus.sms.dispatch import SmsResult
from translations import KEYWORDS

MAX_TEXT_CHARS = 1000
"""the most characters of a text that are read"""


class SmsHandler:
    def __init__(self, deployment: Deployment):
        self._deployment = deployment
        self._shared_code_keyword = deployment.settings.at_keyword.casefold()

    def handle_text(self, text_id: str, number: Number, text: str) -> set[str]:
        """Handle one text and return the lanes to notify. The same id again changes nothing.

        Raises StoreUnavailable.
        """
        seen = self._deployment.store.vault.digest("inbound text", text_id.encode()).hex()
        for _ in range(MAX_ATTEMPTS):
            turn = self._deployment.store.read_turn(number, seen)
            if turn.is_duplicate:
                return set()
            self._decide(turn, self._strip_keyword(text[:MAX_TEXT_CHARS]))
            turn.transaction.require(keys.inbound_seen(seen), None)
            turn.transaction.write("SET", keys.inbound_seen(seen), 1, "EX", keys.SEEN_TTL_S)
            if self._deployment.store.commit(turn.transaction):
                return turn.transaction.lanes_to_notify
        raise StoreUnavailable("other commits came between every attempt to record a text")

    def _strip_keyword(self, text: str) -> str:
        """Return the text without our keyword, with which every text to a shared short code begins."""
        head, _space, rest = text.strip().partition(" ")
        return rest if self._shared_code_keyword and head.casefold() == self._shared_code_keyword else text

    def _decide(self, turn: Turn, text: str) -> None:
        text = claims.take_waiting_text(turn, text, self._deployment.lexicon) or text
        view = _view_by_text(turn)
        lang = self._choose_language(view, text)
        result = dispatch.answer_text(
            text, caller_from_turn(view, lang, turn), self._deployment.lexicon,
            self._deployment.languages[lang].translator,
            self._deployment.settings.staff_sms,
        )  # fmt: skip
        result = claims.require_proof(
            turn, text, result, self._deployment.languages[lang].translator, self._deployment.settings
        )
        is_goodbye = any(isinstance(i, Unsubscribe | DeleteCaller) for i in result.intents)
        weight = self._loop_weight(view, result, is_goodbye)
        if is_goodbye and weight and not turn.has_fresh_code:
            if turn.text_guard.is_silent(turn.now):
                result = replace(result, texts=())
            turn.text_guard = turn.text_guard.silenced(turn.now)
        turn.record_activity()
        self._deployment.store.apply_intents(turn, result.intents, self._choose_language(turn, text))
        self._queue_answer(turn, result, is_goodbye, weight)

    def _loop_weight(self, turn: Turn, result: SmsResult, is_goodbye: bool) -> int:
        """Return the number that an answer adds to the loop score.

        It is highest for a goodbye with nothing to end, and 0 for a goodbye that ends something.
        """
        if is_goodbye:
            return 0 if self._has_anything_to_end(turn) else keys.LOOP_GOODBYE_SCORE
        return 1 if result.understood else keys.MAX_LOOP_SCORE // keys.MAX_UNCLEAR_REPLIES

    def _has_anything_to_end(self, turn: Turn) -> bool:
        """Whether the phone has a record or consent that STOP or DELETE ends."""
        has_record = (
            turn.subscription or turn.member or turn.contact_requests.owners or (turn.staff and turn.staff.gets_texts)
        )
        return bool(has_record) or any(r.may_text or r.may_ask_rating for r in turn.referrals.values())

    def _queue_answer(self, turn: Turn, result: SmsResult, is_goodbye: bool, weight: int) -> None:
        """Queue the answer, unless the loop score is too high. Two machines must not answer each other for ever."""
        goodbyes, answers = divmod(turn.loop_score, keys.LOOP_GOODBYE_SCORE)
        is_new_sos = turn.sos is not None and turn.is_changed(SOS) and turn.recent_sos_count < 2 * keys.MAX_RECENT_SOS
        raises_sos = is_new_sos and any(isinstance(intent, RaiseSos) for intent in result.intents)
        if (weight and is_goodbye and goodbyes) or (
            not (is_goodbye or raises_sos) and answers + weight > keys.MAX_LOOP_SCORE
        ):
            return
        if weight:
            turn.transaction.write("INCRBY", keys.loop_score(turn.tags.loop), weight)
            turn.transaction.write("EXPIRE", keys.loop_score(turn.tags.loop), keys.LOOP_WINDOW_S)
        if not is_goodbye:
            turn.open_reply_window(self._deployment.settings.times.reply)
        lane = Lane.ALERTS if turn.staff and turn.staff.active else Lane.MESSAGES
        times = self._deployment.settings.times
        until = turn.now + (times.fresh_code if result.is_question else times.message)
        legal_basis = LegalBasis.FINAL if is_goodbye else LegalBasis.ANSWER
        turn.queue_texts(lane, turn.number, result.texts, legal_basis, until)

    def _choose_language(self, turn: Turn, text: str) -> str:
        """Return the stored language; else that of the keyword that begins the text; else that of an invitation.

        A word of several languages is the invitation's; else that of the language that prints it.
        """
        languages = self._deployment.languages
        if stored := turn.staff or turn.subscription:
            return languages.get(stored.lang).code
        asked = languages.get(turn.contact_requests.lang).code
        first = self._deployment.lexicon.normalise(text).split(" ")[0]
        found = self._languages_of_keyword(first) if first else []
        return asked if asked in found or not found else found[0]

    def _languages_of_keyword(self, word: str) -> list[str]:
        """Return the languages that list this word for a keyword, those first that print it."""
        normalise, printing, listing = self._deployment.lexicon.normalise, [], []
        for language in self._deployment.languages:
            lists = [language.pgettext("keyword", keyword).split(",") for keyword in KEYWORDS]
            if word in {normalise(words[0]) for words in lists}:
                printing.append(language.code)
            elif word in normalise(" ".join(" ".join(words) for words in lists)).split():
                listing.append(language.code)
        return printing + listing


def _view_by_text(turn: Turn) -> Turn:
    """Return the account that answers show. A text cannot bring the PIN, so with one it is a stranger's."""
    if not turn.is_locked:
        return turn
    view = empty_account(turn, {})
    view.records[TEXT_GUARDS.name] = turn.records[TEXT_GUARDS.name]
    return view
