"""Inbound texts. Each is deduplicated and applied in one commit, and its answer is queued on a lane."""

from contextlib import suppress

from msgspec.structs import replace

from gateway.deployment import Deployment
from gateway.errors import StoreUnavailable
from gateway.model.caller import Caller
from gateway.model.intents import AddSosDetails, DeleteCaller, RaiseSos, Unsubscribe
from gateway.model.message import Lane, LegalBasis
from gateway.numbers import Number
from gateway.store import Turn, keys
from gateway.store.records.text_guards import TEXT_GUARDS
from gateway.store.transaction import MAX_ATTEMPTS
from gateway.turns import answers, claims
from gateway.turns.answers import Answer
from gateway.turns.before_pin import empty_account
from gateway.turns.cries import read_cries
from gateway.turns.snapshot import caller_from_turn
from gateway.understanding.meaning import Reading
from menus.sms import dispatch
from menus.sms.dispatch import TextRequest
from menus.sms.result import Option, SmsResult

CountedReading = tuple[str, str, tuple[str, ...], tuple[str, ...]]
"""language, how the text was answered, what it was read as, and words that are not known"""
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
            counted = self._decide(turn, self._strip_keyword(text[:MAX_TEXT_CHARS]))
            turn.transaction.require(keys.inbound_seen(seen), None)
            turn.transaction.write("SET", keys.inbound_seen(seen), 1, "EX", keys.SEEN_TTL_S)
            if self._deployment.store.commit(turn.transaction):
                with suppress(StoreUnavailable):  # a count may get lost, a text that was committed may not
                    self._deployment.store.text_counts.note(*counted)
                return turn.transaction.lanes_to_notify
        raise StoreUnavailable("other commits came between every attempt to record a text")

    def _strip_keyword(self, text: str) -> str:
        """Return the text without our keyword, with which every text to a shared short code begins."""
        head, _space, rest = text.strip().partition(" ")
        return rest if self._shared_code_keyword and head.casefold() == self._shared_code_keyword else text

    def _decide(self, turn: Turn, text: str) -> CountedReading:
        """Decide what follows from a text, and return how it was read."""
        is_to_responder = answers.answers_responder(turn, text)
        answer = None if is_to_responder else answers.take_answer(turn, text, self._deployment.lexicon)
        given = answer or Answer(text)
        view = _view_by_text(turn)
        reading = self._read(view, given.text)
        lang = self._choose_language(view, given, reading)
        _, settings = self._deployment.languages[lang].translator, self._deployment.settings
        caller = caller_from_turn(view, lang, turn)
        request = TextRequest(
            given.text, reading, given.meaning, given.area, given.kind, turn.text_guard.unclear, settings.staff_sms
        )
        result = dispatch.answer_text(request, caller, self._deployment.lexicon, _)
        counted = _counted_reading(lang, given, reading, result)
        result = answers.ask(turn, given.text, result, _, settings, lambda option: self._try(request, caller, option))
        counts = turn.text_guard
        result = claims.require_proof(turn, given, result, _, settings)
        is_goodbye = any(isinstance(i, Unsubscribe | DeleteCaller) for i in result.intents)
        if self._is_loop(turn, view, text, result, is_goodbye, answer is not None):
            turn.text_guard = replace(turn.text_guard, unproven=counts.unproven, answered=counts.answered)
            result = replace(result, texts=())
        turn.record_activity()
        said = read_cries(result.intents, self._deployment, lang, turn.world.atlas)
        self._deployment.store.apply_intents(turn, said, self._choose_language(turn, given, reading))
        self._queue_answer(turn, result, is_goodbye)
        return counted

    def _read(self, view: Turn, text: str) -> Reading:
        is_running = bool(view.safe_call or (view.sos and not view.sos.looks_ended))
        is_invited = bool(view.contact_requests.pending.owners)
        lang = self._stored_language(view)
        return self._deployment.lexicon.read(text, lang, view.world.atlas, is_running, is_invited)

    def _try(self, request: TextRequest, caller: Caller, option: Option) -> SmsResult:
        """Return what would follow if this option were chosen."""
        chosen = replace(request, meaning=option.meaning, area=option.area, kind=option.kind)
        return dispatch.answer_text(
            chosen, caller, self._deployment.lexicon, self._deployment.languages[caller.lang].translator
        )

    def _is_loop(self, turn: Turn, view: Turn, text: str, result: SmsResult, is_goodbye: bool, is_answer: bool) -> bool:
        """Whether two machines may be answering each other, so that no text is sent back.

        Cries, what ends texts, answers to our questions and commands of staff are always answered. Of other texts, an
        equal one is answered once in a while, and after too many within an hour answers rest. A goodbye with nothing to
        end is answered once a day.
        """
        guard, now = turn.text_guard, turn.now
        turn.text_guard = replace(guard, unclear=0 if result.understood else guard.unclear + 1)
        if is_goodbye and not turn.has_fresh_code and not self._has_anything_to_end(view):
            turn.text_guard = turn.text_guard.silenced(now)
            return guard.is_silent(now)
        acts = bool(result.intents) and not any(isinstance(i, AddSosDetails | RaiseSos) for i in result.intents)
        needs_answer = result.passes or (result.is_question and result.understood)
        if is_answer or is_goodbye or acts or needs_answer or self._raises_sos(turn, result):
            return False
        digest = self._deployment.store.vault.digest("heard text", text.casefold().encode()).hex()[:8]
        if guard.has_heard(digest, now) or guard.rests(now, self._deployment.settings.times.texts_an_hour):
            return True
        turn.text_guard = turn.text_guard.with_heard(digest, now)
        return False

    def _raises_sos(self, turn: Turn, result: SmsResult) -> bool:
        """Whether a new call for help begins, and not one of many."""
        is_new = turn.sos is None or turn.sos.looks_ended
        is_rare = turn.recent_sos_count < 2 * keys.MAX_RECENT_SOS
        return is_new and is_rare and any(isinstance(intent, RaiseSos) for intent in result.intents)

    def _has_anything_to_end(self, turn: Turn) -> bool:
        """Whether the phone has a record or consent that STOP or DELETE ends."""
        has_record = (
            turn.subscription or turn.member or turn.contact_requests.owners or (turn.staff and turn.staff.gets_texts)
        )
        return bool(has_record) or any(r.may_text or r.may_ask_rating for r in turn.referrals.values())

    def _queue_answer(self, turn: Turn, result: SmsResult, is_goodbye: bool) -> None:
        times = self._deployment.settings.times
        keeps_answers = turn.sos is not None and not turn.sos.looks_ended
        if not is_goodbye or (keeps_answers and not any(isinstance(i, DeleteCaller) for i in result.intents)):
            turn.open_reply_window(times.reply)  # after STOP too: a call for help that runs is still answered
        lane = Lane.ALERTS if turn.staff and turn.staff.active else Lane.MESSAGES
        until = turn.now + (times.fresh_code if result.is_question else times.message)
        legal_basis = LegalBasis.FINAL if is_goodbye else LegalBasis.ANSWER
        turn.queue_texts(lane, turn.number, result.texts, legal_basis, until)

    def _stored_language(self, turn: Turn) -> str:
        stored = turn.staff or turn.subscription
        return self._deployment.languages.get(stored.lang if stored else "").code

    def _choose_language(self, turn: Turn, given: Answer, reading: Reading) -> str:
        """Return the language in which the text is written, where that is clear; else the stored one.

        A phone without a language is answered in that of the keyword that begins the text, else in that of an
        invitation. A word of several languages is the invitation's; else that of the language that prints it.
        """
        languages = self._deployment.languages
        asked = turn.contact_requests.lang
        if asked and turn.contact_requests.pending.owners:
            return languages.get(asked).code
        if given.lang in languages.codes:
            return given.lang
        if reading.lang in languages.codes and not reading.is_phrase:
            return reading.lang
        if stored := turn.staff or turn.subscription:
            return languages.get(stored.lang).code
        if turn.sos and not turn.sos.looks_ended and turn.sos.lang in languages.codes:
            return turn.sos.lang
        first = self._deployment.lexicon.normalise(given.text).split(" ")[0]
        found = self._languages_of_keyword(first) if first else []
        known = [*found, reading.lang] if reading.lang in languages.codes else found
        asked_code = languages.get(asked).code
        return asked_code if asked_code in known or not known else known[0]

    def _languages_of_keyword(self, word: str) -> list[str]:
        """Return the languages that list this word for a keyword, those first that print it."""
        normalise, printing, listing = self._deployment.lexicon.normalise, [], []
        for language in self._deployment.languages:
            lists = language.phrases.keywords.values()
            if word in {normalise(words[0]) for words in lists}:
                printing.append(language.code)
            elif word in normalise(" ".join(" ".join(words) for words in lists)).split():
                listing.append(language.code)
        return printing + listing


def _counted_reading(lang: str, given: Answer, reading: Reading, result: SmsResult) -> CountedReading:
    if given.meaning:
        return lang, "chosen", (given.meaning,), ()
    if result.understood:
        return lang, "acted", (reading.meaning or "form",), ()
    return lang, "asked", tuple(option.meaning for option in result.options), reading.unknown_words


def _view_by_text(turn: Turn) -> Turn:
    """Return the account that answers show. A text cannot bring the PIN, so with one it is a stranger's."""
    if not turn.is_locked:
        return turn
    view = empty_account(turn, {})
    view.records[TEXT_GUARDS.name] = turn.records[TEXT_GUARDS.name]
    return view
