"""What a clinic's phone shows, behind its PIN: a visitor's words, and what can be answered to a code."""

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.referral import Referral, is_code
from menus.screen import Refused, Shown, Translator, ask, menu, screen, to
from menus.visits import LONGEST_WORDS


def here(caller: Caller) -> dict[str, Referral]:
    """The open visits to the clinic whose phone this is, by code."""
    return {v.code: v for v in caller.visitors}


@screen(staff=True)
def visitor(caller: Caller, _: Translator) -> Shown:
    """No list: who is at the desk has a code, and the phone may lie anywhere."""
    return ask(_("Which code?"), to(visitor_code), "code")


@screen(staff=True)
def visitor_code(caller: Caller, _: Translator, code: str) -> Shown:
    """Another clinic's code looks like any other: codes cannot be tried out here."""
    if not is_code(code):
        raise Refused(_("A code has 5 digits. Please check it."))
    found = here(caller).get(code)
    answers = (_("Welcome"), _("We are full"), _("Came"), _("Did not come"))
    choices = [(label, to(visitor_said, code=code, answer=i)) for i, label in enumerate(answers, 1)]
    said = " / ".join(found.words) if found else ""
    return menu(f"{code}: {said}" if said else code, *choices, (_("Pass on words"), to(visitor_words, code=code)))


@screen(staff=True)
def visitor_words(caller: Caller, _: Translator, code: str) -> Shown:
    return ask(_("Your words? The visitor reads them by dialling."), to(visitor_said, code=code, answer=5), "words")


@screen(staff=True)
def visitor_said(caller: Caller, _: Translator, code: str, answer: int, words: str = "") -> Shown:
    said = intents.ClinicSays(code, answer, clip(words, LONGEST_WORDS))
    return menu(_("Thank you."), (_("Answer a code"), to(visitor)), do=[said])
