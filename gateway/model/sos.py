"""Calls for help (SOS): the staff who were asked, the responders who come, and the stage."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from gateway.model.feature import Feature
from gateway.model.help_kind import HelpKind
from gateway.model.sos_evidence import SosEvidence
from gateway.model.sos_question import ANSWERED_KINDS, IN_WORDS, AskedQuestion, SosQuestion, with_question, without
from gateway.model.sos_rounds import EVERYBODY_ASKED, TRANSITIONS, CallerReads, SosStage

SOS_FEATURE = Feature("sos")
"""A caller calls for help, and responders on duty come."""


class SosTier(StrEnum):
    """The groups that are informed of a call for help, nearest first. The caller chooses them."""

    RESPONDERS = "responders"
    """responders on duty"""
    CONTACTS = "contacts"
    """the caller's contacts"""
    ORGANISATION = "organisation"
    """the organisation: verifiers and admins"""
    POLICE = "police"
    """phoned by responders, only where the deployment allows it and the caller chose so"""


DEFAULT_TIERS = (SosTier.RESPONDERS, SosTier.ORGANISATION)
"""the tiers of a caller who chose none"""


MAX_DETAILS_CHARS = 240
FIRST_TEXTS_KEPT, TEXTS_KEPT = 2, 40
"""texts whose words are kept: of the first ones, and in all; two rounds of MAX_TEXTS lose nothing"""
MAX_TEXTS = 20
"""texts with words that a call takes until it is renewed. Each changes its record, and delays responders' answers"""
MAX_TEXT_CHARS = 160
"""of the words of one text"""


RENEWAL_PAUSE_S, TEXT_RENEWAL_PAUSE_S = 900, 1800
"""after this time a caller who dials, or texts, again is not only noted: responders are asked once more"""
REOPEN_S = 3600
"""so long a yes opens a call again that our team ended"""
MIN_RESPONDERS = 2
"""nobody is asked to go alone"""
MIN_VOICES_TO_CLOSE = 2
"""responders who must say that a call is over before it ends; one of them may be bought, or have lost the phone"""
BY_CALLER = "caller"
"""of the notice that a call has ended: the caller ended it"""
_RANK_WIDTH = 10**9
"""more than any time in Unix minutes"""


class Sos(msgspec.Struct, frozen=True, omit_defaults=True):
    """One call for help, which is stored sealed. Times in Unix seconds."""

    code: str
    """four digits, more while many calls are open; the only part of the call in the texts to responders"""
    owner: bytes
    """the caller's token, of purpose SAFETY"""
    lang: str
    at: int
    areas: tuple[str, ...] = ()
    """where the caller may be: the areas that the caller gets warnings of, until the caller names one"""
    names_area: bool = False
    """the caller chose the area, so it is no guess"""
    tiers: tuple[str, ...] = DEFAULT_TIERS
    details: str = ""
    """where the caller is, as the caller typed it when dialling; responders read it after their PIN"""
    note: str = ""
    """The note of a safe call, added under duress. Responders read it; no text to the caller may depend on it."""
    texted: tuple[str, ...] = ()
    """the same by text, the oldest first. They may be forged, and push no dialled words out"""
    text_count: int = 0
    kinds: tuple[HelpKind, ...] = ()
    """what is wrong, as the words were read, or as the caller reported it before"""
    has_only_need: bool = False
    """the words so far say what is wrong, and not where"""
    said_place: str = ""
    """the newest words that say where; words of a text replace no dialled words"""
    late_place: str = ""
    """where the caller wanted to be, by the note of a safe call"""
    passphrase: str = ""
    false_alarm_count: int = 0
    """the number of this caller's false alarms, which put the call lower on the list but never off it"""
    asked_staff: tuple[str, ...] = ()
    """ids of staff"""
    coming_staff: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    """ids of staff who read all that the caller said so far"""
    was_read: bool = False
    """somebody read what the caller said at any time"""
    arrived_staff: tuple[str, ...] = ()
    declined_staff: tuple[str, ...] = ()
    """ids of staff who said that they come, and cannot"""
    questions: tuple[AskedQuestion, ...] = ()
    """what responders asked, each question once at a time"""
    reads_told: tuple[CallerReads, ...] = ()
    """what the caller read of nobody coming; told again only to a caller who dials, because texts may be forged"""
    is_way_told: bool = False
    """the caller heard that somebody is on the way, and it was known where"""
    over_staff: tuple[str, ...] = ()
    """ids of staff who say that it is over. It goes on until there are MIN_VOICES_TO_CLOSE"""
    all_call_false: bool = True
    """each of them said that it was not real"""
    evidence: SosEvidence = SosEvidence.KNOWN
    is_delayed: bool = False
    """the caller raised several calls lately, so no person is texted until `cancel_window` has passed"""
    stage: SosStage = SosStage.RAISED
    is_under_duress: bool = False
    """the second code was given: somebody else has the caller's phone"""
    is_hidden: bool = False
    """the caller's phone shows no call: it was raised by the second code, or seemed to be ended after it"""
    shown_before_pin_at: int = 0
    """when it was raised, or seemed to be, without the own PIN: a session before the PIN shows it. 0: it does not"""
    ended_without_pin: bool = False
    """the phone ended it without the own PIN: it goes on, and that phone gets no text about it"""
    is_end_told: bool = False
    """the caller heard that our team ended it"""
    is_silent: bool = False
    """the caller wants no texts about this call, because somebody may watch the phone"""
    from_safe_call: bool = False
    """it was raised by a safe call that ran out, and ends with that safe call"""
    has_called: bool = False
    """the caller called, or wrote, while it was open"""

    def with_details(self, details: str, tells_where: bool = True) -> "Sos":
        """Return this call with more details after the current details, cut to the last MAX_DETAILS_CHARS."""
        if not details:
            return self
        said = f"{self.details}; {details}".removeprefix("; ")[-MAX_DETAILS_CHARS:]
        place = details if tells_where else self.said_place
        return replace(self._after_words(tells_where), details=said, said_place=place)

    def at_area(self, area: str) -> "Sos":
        """Return this call at the area that the caller chose."""
        return replace(self, areas=(area,), names_area=True).with_place_told()

    def _after_words(self, tells_where: bool) -> "Sos":
        """Return this call before new words, which say where the caller is, or only what is wrong."""
        is_first = not (self.details or self.texted)
        only_need = not tells_where and (is_first or self.has_only_need)
        told = replace(self, has_only_need=only_need, questions=without(self.questions, SosQuestion.WHAT))
        return told.with_place_told() if tells_where else told

    def with_kinds(self, kinds: Iterable[HelpKind]) -> "Sos":
        """Return this call with more that is wrong."""
        return replace(self, kinds=tuple(dict.fromkeys((*self.kinds, *kinds))))

    def with_texted(self, words: str, tells_where: bool = True) -> "Sos":
        """Return this call with the words of one more text; after MAX_TEXTS, the call as it is."""
        if not self.takes_texts:
            return self
        first = self.texted[:FIRST_TEXTS_KEPT]
        last = (*self.texted[FIRST_TEXTS_KEPT:], words)[FIRST_TEXTS_KEPT - TEXTS_KEPT :]
        kept = (*first, *last) if len(self.texted) >= FIRST_TEXTS_KEPT else (*self.texted, words)
        place = words if tells_where and not (self.details and self.said_place) else self.said_place
        called = self._after_words(tells_where).called_again()
        return replace(called, texted=kept, text_count=self.text_count + 1, said_place=place)

    @property
    def takes_texts(self) -> bool:
        return self.text_count < MAX_TEXTS

    def with_asked_staff(self, staff_ids: Iterable[str]) -> "Sos":
        """Return this call with these ids after the staff asked so far."""
        return replace(self, asked_staff=tuple(dict.fromkeys((*self.asked_staff, *staff_ids))))

    def advance(self, to: SosStage) -> "Sos":
        """Return this call at stage `to`. Raises ValueError for a transition that `TRANSITIONS` lacks."""
        if to not in TRANSITIONS[self.stage]:
            raise ValueError(f"a call for help cannot go from {self.stage.name} to {to.name}")
        return replace(self, stage=to)

    def with_words_of(self, before: "Sos") -> "Sos":
        """Return this call with what the caller said in the call `before`, which our team ended too early."""
        kept = ("areas", "names_area", "details", "note", "texted", "text_count", "kinds", "has_only_need")
        said = {name: getattr(before, name) for name in kept}
        return replace(self, **said, evidence=min(self.evidence, before.evidence))

    @property
    def may_reopen(self) -> bool:
        """Whether our team ended it, and we asked the caller whether somebody is still needed."""
        return self.stage is SosStage.FALSE_ALARM and not self.ended_without_pin

    @property
    def looks_ended(self) -> bool:
        """Whether the call looks ended on the caller's phone."""
        return self.is_closed or self.is_hidden

    @property
    def is_closed(self) -> bool:
        return self.stage in (SosStage.HELPED, SosStage.FALSE_ALARM)

    @property
    def is_late_note(self) -> bool:
        """Whether only a safe call ran out, and nobody heard from the caller since."""
        return self.from_safe_call and not self.has_called

    @property
    def is_widened(self) -> bool:
        """Whether all responders were asked, and not only those near the caller."""
        return self.stage not in (SosStage.RAISED, SosStage.ROUND_1_DONE)

    @property
    def rank(self) -> int:
        """Return the place on responders' lists, the lowest first.

        Evidence counts most, then doubts of responders, then false alarms, then age in minutes. Of strangers' texts
        the newest is first, because old forged ones would fill the list.
        """
        band = self.evidence * 100 + bool(self.over_staff) * 50 + min(self.false_alarm_count, 9)
        minute = self.at // 60
        age = _RANK_WIDTH - minute if self.evidence is SosEvidence.TEXT_ONLY else minute
        return band * _RANK_WIDTH + age

    @property
    def has_place(self) -> bool:
        """Whether the caller said anything by which a person can be found. A responder may still ask for more."""
        return self.names_area or (bool(self.details or self.texted) and not self.has_only_need)

    @property
    def help_kinds(self) -> tuple[HelpKind, ...]:
        """Return what is wrong, by the caller's words and answers."""
        answered = (ANSWERED_KINDS.get(asked.question) for asked in self.questions if asked.yes)
        known = {*self.kinds, *answered}
        return tuple(kind for kind in HelpKind if kind in known)

    def waits_for(self, question: SosQuestion) -> bool:
        """Whether this question was asked and not answered."""
        return any(asked.question is question and asked.yes is None for asked in self.questions)

    @property
    def waiting(self) -> tuple[SosQuestion, ...]:
        """The questions that wait for a yes or a no, in the order of asking."""
        open_ = (asked.question for asked in self.questions if asked.yes is None)
        return tuple(question for question in open_ if question not in IN_WORDS)

    def asked(self, question: SosQuestion, staff_id: str) -> "Sos":
        """Return this call with one question of a responder more."""
        return replace(self, questions=with_question(self.questions, question, staff_id))

    def with_place_told(self) -> "Sos":
        """Return this call after new words: the question where the caller is has its answer."""
        return replace(self, questions=without(self.questions, SosQuestion.WHERE))

    def to_tell(self) -> tuple[str, ...]:
        """Return the ids of staff who hear of what is added: who come, or asked, and read all that was there before."""
        concerned = dict.fromkeys((*self.coming_staff, *(asked.asked_by for asked in self.questions)))
        return tuple(staff_id for staff_id in concerned if staff_id in self.readers)

    @property
    def still_coming(self) -> tuple[str, ...]:
        """Ids of staff who come and do not say that it is over."""
        return tuple(staff_id for staff_id in self.coming_staff if staff_id not in self.over_staff)

    @property
    def engaged_staff(self) -> tuple[str, ...]:
        """Ids of staff whom this call needs: who come; while fewer than two come, also who were asked."""
        asked = self.asked_staff if len(self.still_coming) < MIN_RESPONDERS else ()
        silent = (one for one in asked if one not in (*self.over_staff, *self.declined_staff))
        return tuple(dict.fromkeys((*self.still_coming, *silent)))

    def called_again(self) -> "Sos":
        """Return this call after a new sign of need, so that what responders said of its end counts no more."""
        return replace(self, over_staff=(), all_call_false=True)

    def is_quiet(self, now: int, is_forgeable: bool = False) -> bool:
        """Whether all rounds of an open call are over, and its responders were asked a while ago."""
        pause_s = TEXT_RENEWAL_PAUSE_S if is_forgeable else RENEWAL_PAUSE_S
        return self.stage in EVERYBODY_ASKED and not self.is_hidden and now >= self.at + pause_s

    def renewed(self, now: int, is_forgeable: bool = False) -> "Sos":
        """Return this call as if it were raised now, with what is known of it. It takes words by text again."""
        told = self.reads_told if is_forgeable else ()
        return replace(self.called_again().advance(SosStage.RENEWED), at=now, text_count=0, reads_told=told)

    def may_call_over(self, staff_id: str) -> bool:
        """Whether this person may say that it is over: once, and where somebody comes, a person who comes.

        Others may second a colleague who said so.
        """
        return staff_id not in self.over_staff and (
            not self.coming_staff or staff_id in self.coming_staff or bool(self.over_staff)
        )

    @property
    def contacts_notified(self) -> bool:
        """Whether the contacts were texted, and may get a text that the call has ended."""
        return SosTier.CONTACTS in self.tiers and self.is_widened and not self.is_under_duress
