"""Answers an inbound text: staff's and clinics' forms, keywords, and what people write in their own words. Pure."""

import msgspec
from msgspec.structs import replace

from gateway.model.caller import Caller
from gateway.model.intents import AnswerReferral, AnswerSosQuestion, ReportClinic
from gateway.model.sos import SOS_FEATURE, Sos
from gateway.model.sos_question import ANSWER_KEYS, SosQuestion
from gateway.model.staff import Role
from gateway.understanding.concepts import BARE_CALL, NEGATIONS
from gateway.understanding.fold import fold_words
from gateway.understanding.meaning import Meaning, Reading
from menus.engine.screen import Translator
from menus.sms import clinic, clinic_report, staff
from menus.sms.acts import act_on, how_to_end_text
from menus.sms.keywords import UNCLEAR_YES, find_keyword_wish, text_after
from menus.sms.lexicon import Lexicon
from menus.sms.questions import ask_meaning, ask_what_is_meant, ask_yes_or_no, label_sos
from menus.sms.quotes import quotes_another_text
from menus.sms.result import Option, SmsResult, said
from menus.sms.wish import Wish, wish_of_reading

M = Meaning
AFTER_JOINING = frozenset({M.HELP, M.ALERTS, M.RIGHTS, M.CLINIC})
"""Meanings whose answers say what this service is: another person could have them sent to any phone."""
_NO_ANSWER_OF_A_CLINIC = frozenset({M.JOIN, M.YES, M.NO, M.THANKS, M.ALERTS})
"""meanings that a nurse's text has only by chance"""
_ALWAYS_SENT = frozenset({M.STOP, M.DELETE})
_SENTENCE_WORDS = 4
"""words from which a text that begins with `yes` is read as a sentence, and not as a yes with a letter"""


class TextRequest(msgspec.Struct, frozen=True):
    """A text as it was read, and what an answer to our question said about it."""

    text: str
    reading: Reading
    meaning: str = ""
    """the meaning that was chosen in our question; empty: none was"""
    area: str = ""
    """the id of the area that was chosen there"""
    kind: str = ""
    """the need that was chosen there"""
    unclear: int = 0
    """how many texts before this one were not understood, in a row"""
    staff_may_text: bool = False


def answer_text(request: TextRequest, caller: Caller, lexicon: Lexicon, _: Translator) -> SmsResult:
    """Answer a text. STOP comes before everything else, and works for every sender."""
    reading = request.reading
    if request.meaning:
        result = _act(_chosen_wish(request, caller, lexicon), caller, lexicon, _)
    elif reading.meaning is M.STOP and (reading.is_phrase or not (caller.sos or _begins_with_yes(request, lexicon))):
        result = _act(Wish(M.STOP, request.text), caller, lexicon, _)
    else:
        result = _answer_form(request, caller, lexicon, _) or _answer_words(request, caller, lexicon, _)
    result = replace(result, texts=tuple(map(_.normalise, result.texts)))
    return result if has_joined(caller) else replace(result, is_unproven=True)


def _begins_with_yes(request: TextRequest, lexicon: Lexicon) -> bool:
    """Whether a text is a yes with a condition, as `yes but do not text me`. It agrees to nothing, and ends nothing."""
    return lexicon.keyword_of(lexicon.normalise(request.text).split()) == M.YES


def _is_sentence_of_yes(request: TextRequest) -> bool:
    """Whether a text that begins with `yes` agrees as a whole: `yes of course she can text me`."""
    is_long = len(fold_words(request.text)) >= _SENTENCE_WORDS
    return is_long and request.reading.meaning in (M.YES, M.JOIN) and not _has_negation(request.reading)


def has_joined(caller: Caller) -> bool:
    """Whether the owner of this phone agreed to any texts. The sender of a text to us can be forged."""
    member = caller.member is not None and caller.member.active
    staff_texts = caller.staff is not None and caller.staff.active
    has_records = caller.subscription or caller.safety_profile or caller.contact_requests.has_accepted
    return bool(has_records) or member or staff_texts or any(r.may_text for r in caller.referrals)


def _answer_form(request: TextRequest, caller: Caller, lexicon: Lexicon, _: Translator) -> SmsResult | None:
    """Answer a form of staff or of a clinic; None for other texts."""
    if caller.staff is None:
        return None
    if not caller.staff.active:
        if not staff.is_activation_code(request.text):
            return None
        activated = staff.activation_reply(request.text, caller, _)
        asked = ask_what_is_meant(request.unclear, caller, lexicon, _)
        return activated if activated.texts else replace(asked, intents=activated.intents)
    keyword, used = lexicon.find_keyword(lexicon.normalise(request.text).split())
    if keyword in staff.COMMANDS and request.staff_may_text:
        return staff.run_command(keyword, text_after(request.text, used, lexicon), caller, _)
    return _answer_clinic(request, caller, lexicon, _) if Role.CLINIC in caller.staff.roles else None


def _answer_clinic(request: TextRequest, caller: Caller, lexicon: Lexicon, _: Translator) -> SmsResult | None:
    """Answer what a clinic's phone reports of the clinic, or answers to a code; None for other texts."""
    if report := clinic_report.parse_report(request.text, caller, lexicon):
        answered = clinic_report.answer_report(report, caller, _)
    elif reply := clinic.parse_reply(request.text, caller, lexicon):
        answered = clinic.answer_reply(reply, caller, _)
    else:
        return None
    is_done = any(isinstance(intent, AnswerReferral | ReportClinic) for intent in answered.intents)
    return replace(answered, is_unproven=True, passes=is_done)


def _answer_words(request: TextRequest, caller: Caller, lexicon: Lexicon, _: Translator) -> SmsResult:
    """Answer a keyword with its arguments, or free words."""
    reading = request.reading
    wish = None if reading.is_phrase else find_keyword_wish(request.text, caller, lexicon, _)
    is_invited = bool(caller.contact_requests.pending.owners)
    if wish and wish.kind == UNCLEAR_YES and is_invited and _is_sentence_of_yes(request):
        wish = None
    if caller.sos and not _leaves_call(reading, caller):
        return _add_to_sos(wish, caller.sos, request, caller, lexicon, _)
    if quotes_another_text(request.text, caller.world.profile.service_code):
        return ask_what_is_meant(request.unclear, caller, lexicon, _)
    answers_invitation = is_invited and reading.meaning in (M.YES, M.NO)
    if wish is None and answers_invitation and reading.meaning is M.YES and _has_negation(reading):
        return ask_yes_or_no(_)
    is_chance = _is_nurse(caller) and not reading.is_phrase and reading.meaning in _NO_ANSWER_OF_A_CLINIC
    if wish is None and is_chance and not answers_invitation:
        return ask_what_is_meant(request.unclear, caller, lexicon, _)
    if wish is None and _is_bare_call(reading) and not has_joined(caller):
        return ask_meaning((M.SOS,), caller, lexicon, _)
    if wish is None and reading.meaning and reading.meaning is not M.OTHER:
        wish = wish_of_reading(reading, request.text, caller.world.atlas, reading.meaning)
    if wish and (wish.kind == UNCLEAR_YES or _has_sense(wish, reading.is_phrase, caller)):
        return _act(_with_language(wish, lexicon), caller, lexicon, _)
    if reading.options and not request.unclear:
        return ask_meaning(reading.options, caller, lexicon, _)
    return ask_what_is_meant(request.unclear, caller, lexicon, _)


def _is_bare_call(reading: Reading) -> bool:
    """Whether a text says `come`, once, and nothing of danger. It may be meant for somebody else."""
    calls = [some for some in reading.concepts if "come_fast" in some]
    is_bare = all(set(some) <= BARE_CALL for some in reading.concepts)
    return reading.meaning is M.SOS and not reading.is_phrase and is_bare and len(calls) == 1


def _is_nurse(caller: Caller) -> bool:
    return caller.staff is not None and caller.staff.active and Role.CLINIC in caller.staff.roles


def _has_negation(reading: Reading) -> bool:
    return any(set(some) & (NEGATIONS | {"cannot"}) for some in reading.concepts)


def _act(wish: Wish, caller: Caller, lexicon: Lexicon, _: Translator) -> SmsResult:
    """Act on a wish. A phone that did not join reads nothing of what this service is, unless it proves itself."""
    result = act_on(wish, caller, _)
    if wish.meaning in AFTER_JOINING and not has_joined(caller):
        return replace(result, needs_code=True)
    if wish.meaning == M.ALERTS and wish.areas and not result.options:
        result = replace(result, options=(Option(M.REPORT, lexicon.label(_.lang, M.REPORT), wish.areas[0].id),))
    elif _offers_sos(wish, result, caller):
        result = replace(result, options=(label_sos(lexicon, _),))
    return replace(result, passes=wish.meaning in _ALWAYS_SENT)


def _offers_sos(wish: Wish, result: SmsResult, caller: Caller) -> bool:
    """Whether the answer also offers to call for help. Beside a list of numbers it would be taken for one of them."""
    is_list = wish.meaning == M.RIGHTS or (wish.meaning == M.CLINIC and not wish.kind)
    may_offer = wish.offers_sos and not is_list and wish.meaning != M.SOS
    return may_offer and not result.options and caller.has_feature(SOS_FEATURE)


def _chosen_wish(request: TextRequest, caller: Caller, lexicon: Lexicon) -> Wish:
    """Return the wish of a text whose meaning was chosen in our question."""
    wish = wish_of_reading(request.reading, request.text, caller.world.atlas, request.meaning, request.area)
    of_kinds = request.meaning in (M.CLINIC, M.REPORT)
    kind = (
        request.kind
        or wish.kind
        or (lexicon.kind_of(request.text, caller.lang, caller.world.atlas, request.meaning) if of_kinds else "")
    )
    return _with_language(replace(wish, kind=kind), lexicon)


def _with_language(wish: Wish, lexicon: Lexicon) -> Wish:
    """Return the wish for another language with the language that its words name."""
    if wish.meaning != M.LANG or wish.kind:
        return wish
    return replace(wish, kind=lexicon.find_language_in(wish.words))


def _has_sense(wish: Wish, is_phrase: bool, caller: Caller) -> bool:
    """Whether a person may mean this now: a no, and a yes in free words, need a question that we asked.

    A plain yes is answered alike whether or not somebody asked, so that it reveals nothing.
    """
    if wish.meaning == M.YES and is_phrase:
        return True
    return wish.meaning not in (M.YES, M.NO) or bool(caller.contact_requests.owners)


def _leaves_call(reading: Reading, caller: Caller) -> bool:
    """Whether an exact text is none of the words of an open call: DELETE, a wish to end, or an answer to a contact."""
    answers = (M.YES, M.NO) if caller.contact_requests.pending.owners and not _waiting(caller) else ()
    return reading.is_phrase and reading.meaning in (M.DELETE, M.CANCEL, M.SAFE, *answers)


def _waiting(caller: Caller) -> tuple[SosQuestion, ...]:
    return caller.sos.waiting if caller.sos else ()


def _add_to_sos(
    cry: Wish | None, sos: Sos, request: TextRequest, caller: Caller, lexicon: Lexicon, _: Translator
) -> SmsResult:
    """Take a text of a person who called for help as belonging to the call. Where it ends the call, say how to."""
    reading = request.reading
    if answer := _answer_to_responder(sos, request):
        return said(_("We passed it on."), answer)
    if cry is None or cry.meaning != M.SOS:
        is_key = request.text.strip() in ANSWER_KEYS
        cry = Wish(M.SOS, "" if is_key or (reading.meaning is M.SOS and reading.is_phrase) else request.text)
    tells_where = bool(cry.words) and lexicon.read_cry(cry.words, caller.lang, caller.world.atlas).tells_where
    added = act_on(replace(cry, names_place=tells_where), caller, _)
    likeliest = reading.likelihoods[0][0] if reading.likelihoods else reading.meaning
    if likeliest in (M.CANCEL, M.SAFE) or M.CANCEL in reading.options:
        return said(how_to_end_text(caller, _), *added.intents)
    return added


def _answer_to_responder(sos: Sos, request: TextRequest) -> AnswerSosQuestion | None:
    """Return the answer in a text to what a responder asked: its digit, or a yes or no where one question waits."""
    question, yes = ANSWER_KEYS.get(request.text.strip(), (None, False))
    if question in sos.waiting and question:
        return AnswerSosQuestion(question, yes)
    reading = request.reading
    if len(sos.waiting) == 1 and reading.is_phrase and reading.meaning in (M.YES, M.NO):
        return AnswerSosQuestion(sos.waiting[0], reading.meaning is M.YES)
    return None
