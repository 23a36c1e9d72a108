"""One inbound text: kept, deduplicated and acted on in one commit; its answer leaves by the lanes."""

from gateway.deployment import Deployment
from gateway.errors import StoreAway
from gateway.model.intents import CallHelp, Delete, Stop
from gateway.model.message import Ground, Lane
from gateway.numbers import Number
from gateway.store import Turn, keys
from gateway.store.change import TRIES
from gateway.turns.snapshot import caller_of
from menus import texting
from menus.texting import Texted

LONGEST = 1000
"""characters of a text that are looked at"""
SEEN_BYTES = 12
"""of a keyed hash: the network's own id beside its records would tell who texted, and when"""


class Sms:
    def __init__(self, deployment: Deployment):
        self._d = deployment
        self._keyword = deployment.settings.at_keyword.casefold()

    def receive(self, text_id: str, number: Number, text: str) -> set[str]:
        """Take in one text; returns the lanes to ring. The same id again changes nothing. Raises StoreAway."""
        seen = self._d.store.vault.digest(text_id.encode(), SEEN_BYTES).hex()
        for _ in range(TRIES):
            turn = self._d.store.read(number, seen)
            if turn.seen:
                return set()
            self._decide(turn, self._stripped(text[:LONGEST]))
            turn.change.expect(f"seen:{seen}", None)
            turn.change.write("SET", f"seen:{seen}", 1, "EX", keys.SEEN)
            if self._d.store.commit(turn.change):
                return turn.change.bells
        raise StoreAway("two copies of one text kept crossing")

    def _stripped(self, text: str) -> str:
        """On a shared short code every text begins with our keyword."""
        head, _space, rest = text.strip().partition(" ")
        return rest if self._keyword and head.casefold() == self._keyword else text

    def _decide(self, turn: Turn, text: str) -> None:
        lang = self._language(turn, text)
        texted = texting.read(
            text, caller_of(turn, lang), self._d.lexicon, self._d.languages[lang].translator,
            self._d.settings.staff_sms,
        )  # fmt: skip
        last = any(isinstance(i, Stop | Delete) for i in texted.do)
        weight = self._weight(turn, texted, last)
        turn.greeted()
        self._d.store.write(turn, texted.do, lang)
        self._answer(turn, texted, last, weight)

    def _weight(self, turn: Turn, texted: Texted, last: bool) -> int:
        """Against the limit on answers: what is not understood weighs most, a goodbye that ends something nothing."""
        if last:
            return 0 if self._has_us(turn) else keys.LOOP_GOODBYE
        return 1 if texted.understood else keys.LOOP_LIMIT // keys.LOOP_REPLIES

    def _has_us(self, turn: Turn) -> bool:
        """Is there anything that a goodbye ends?"""
        kept = turn.subscription or turn.member or turn.trust.owners or (turn.staff and turn.staff.active)
        return bool(kept) or any(visit.may_text or visit.may_ask for visit in turn.visits.values())

    def _answer(self, turn: Turn, texted: Texted, last: bool, weight: int) -> None:
        """Two machines that answer each other fall silent."""
        goodbyes, answers = divmod(turn.looped, keys.LOOP_GOODBYE)
        begun = turn.sos is not None and turn.sos != turn.sos_as_read and turn.called < 2 * keys.MOST_CALLS
        calls = begun and any(isinstance(intent, CallHelp) for intent in texted.do)
        if (weight and last and goodbyes) or (not (last or calls) and answers + weight > keys.LOOP_LIMIT):
            return
        if weight:
            turn.change.write("INCRBY", keys.loop(turn.tags.loop), weight)
            turn.change.write("EXPIRE", keys.loop(turn.tags.loop), keys.LOOP_WINDOW)
        if not last:
            turn.answerable(self._d.settings.times.reply)
        lane = Lane.ALERTS if turn.staff and turn.staff.active else Lane.MESSAGES
        for part in texted.parts:
            until = turn.now + self._d.settings.times.message
            turn.text(lane, turn.number, part, Ground.LAST if last else Ground.ANSWER, until)

    def _language(self, turn: Turn, text: str) -> str:
        """As kept; for others the language whose keyword it begins with; else the first."""
        if turn.staff:
            return self._d.languages.get(turn.staff.lang).code
        if turn.subscription:
            return self._d.languages.get(turn.subscription.lang).code
        first = self._d.lexicon.plain(text).split(" ")[0]
        for language in self._d.languages:
            for keyword in set(self._d.lexicon.keywords.values()):
                words = self._d.lexicon.plain(language.pgettext("keyword", keyword).replace(",", " ")).split()
                if first and first in words:
                    return language.code
        return self._d.languages.default.code
