"""The texts to responders about calls for help that are due together."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gateway.model.message import Lane
from gateway.model.sos import Sos
from gateway.model.sos_evidence import SosEvidence
from gateway.model.sos_task import SosTask
from gateway.model.staff import Staff
from gateway.model.world import World
from gateway.store import Transaction, keys
from gateway.text import joins
from gateway.text.gsm import count_segments
from gateway.text.translator import Translator
from gateway.text.wording_safety import responder_off_duty_text, responder_sos_text
from jobs.context import JobContext
from jobs.handlers.staff_notices import on_duty

MAX_CODES_PER_TEXT = 20
BUNDLE_S = 60
"""seconds in which a responder gets one text at most about the calls of a flood"""
FIRST_RESPONDER_LEAD_S = 3
"""seconds by which the text to a first responder is due before the texts to further responders of other calls"""


@dataclass
class SosBatch:
    """The next round of calls that are due together: one commit, and one text for all the calls of a responder."""

    context: JobContext
    world: World
    transaction: Transaction
    now: int
    is_flood: bool
    codes_by_responder: dict[str, tuple[Staff, list[str]]] = field(default_factory=dict)
    _engaged: dict[str, set[str]] | None = None
    """by code of each open call: the staff who were asked for it, or come"""
    bundled: Counter[str] = field(default_factory=Counter)
    """how many calls the next text to a responder counts without naming them"""

    def add(self, person: Staff, sos: Sos) -> None:
        """Add a call to the texts of a responder. Of a flood, a stranger's text is only counted."""
        if self.is_flood and sos.evidence is SosEvidence.TEXT_ONLY:
            self.bundled[person.id] += 1
        else:
            self.codes_by_responder.setdefault(person.id, (person, []))[1].append(sos.code)
            if self._engaged is not None:
                self._engaged.setdefault(sos.code, set()).add(person.id)

    def staff_with_other_calls(self, sos: Sos) -> frozenset[str]:
        """Return the ids of staff whom another open call needs. In a flood nobody is spared."""
        if self.is_flood:
            return frozenset()
        if self._engaged is None:
            found = self.context.store.safety_records.read_first_sos()
            self._engaged = {each.code: set(each.engaged_staff) for each in found}
        others = (ids for code, ids in self._engaged.items() if code != sos.code)
        return frozenset().union(*others)

    def queue_texts(self) -> None:
        """Queue texts with as many codes as fit in each. First responders get theirs before second ones."""
        for staff_id, count in self.bundled.items():
            field = keys.unannounced_sos_field(self.context.store.vault, staff_id)
            self.transaction.write("HINCRBY", keys.UNANNOUNCED_SOS, field, count)
            item = SosTask.NOTIFY_RESPONDER_NEW_SOS.item(staff_id)
            self.transaction.schedule_if_absent(Lane.ALERTS, item, self.now + BUNDLE_S)
        for place, (person, codes) in enumerate(self.codes_by_responder.values()):
            is_here = bool(on_duty(self.world, (person,), self.now))
            compose = responder_sos_text if is_here else responder_off_duty_text
            for text in self._compose_texts(codes, self.context.translator(person.lang), compose):
                self.context.text_staff(
                    self.transaction, person, text, self.now - max(0, FIRST_RESPONDER_LEAD_S - place)
                )

    def _compose_texts(
        self, codes: list[str], _: Translator, compose: Callable[[str, str, Translator], str]
    ) -> Iterator[str]:
        dial = self.world.profile.service_code
        while codes:
            longer = [
                compose(joins.listed(_, codes[:n]), dial, _) for n in range(1, len(codes[:MAX_CODES_PER_TEXT]) + 1)
            ]
            fit = [text for text in longer if count_segments(text) == 1] or longer[:1]
            yield fit[-1]
            codes = codes[len(fit) :]
