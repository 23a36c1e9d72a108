"""The parts of a safe call's note: what each question takes, and the label under which contacts read it.

A place, a phone and a plate may have numbers, because contacts need them. Each has a form of its own, so that none
carries another message. The last part is free words, with neither a link nor a number.
"""

import re

from gateway.errors import BadInput
from gateway.model.caller import Caller
from gateway.model.safe_call import MAX_NOTE_PART_CHARS
from gateway.numbers import Number, example_number
from gateway.text.gsm import clip
from gateway.text.own_words import MAX_PLACE_DIGITS, carries_contact_details, count_digits
from menus.engine.screen import InvalidAnswer, Translator

MAX_PLATE_DIGITS = 7
_PLATE = re.compile(r"(?=.*\d)[^\W_]{2,10}")
_PLATE_GAPS = re.compile(r"[\s.-]+")


def require_note_part(step: int, typed: str, caller: Caller, _: Translator) -> str:
    """Return the answer to this question with its label. Raise InvalidAnswer if it carries more than was asked."""
    words = clip(typed, MAX_NOTE_PART_CHARS)
    return (_place, _phone, _plate, _other_words)[step](words, caller, _)


def not_a_number_text(caller: Caller, _: Translator) -> str:
    """Return what to type instead, with a number of the caller's country."""
    example = example_number(caller.world.profile.region)
    return _("That is no phone number here. Write it as {example}.").format(example=example)


def _place(words: str, caller: Caller, _: Translator) -> str:
    if carries_contact_details(words, MAX_PLACE_DIGITS):
        raise InvalidAnswer(_("Only the place, please: at most 4 digits, no links."))
    return _("Place: {words}").format(words=words)


def _phone(words: str, caller: Caller, _: Translator) -> str:
    try:
        number = Number.parse_typed(words, caller.world.profile.region)
    except BadInput:
        raise InvalidAnswer(not_a_number_text(caller, _)) from None
    return _("Phone of the person met (do not call): {words}").format(words=number.e164)


def _plate(words: str, caller: Caller, _: Translator) -> str:
    plate = _PLATE_GAPS.sub("", words)
    if not _PLATE.fullmatch(plate) or count_digits(plate) > MAX_PLATE_DIGITS:
        raise InvalidAnswer(_("Only the number plate, please: 2 to 10 letters and digits."))
    return _("Number plate: {words}").format(words=plate.upper())


def _other_words(words: str, caller: Caller, _: Translator) -> str:
    if carries_contact_details(words):
        raise InvalidAnswer(_("Only words here, please: no numbers, links or signs."))
    return words
