"""My visit: what the clinic says to a code, words both ways, and how it went."""

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.referral import Referral, Step
from menus.screen import Args, Link, Shown, Translator, ask, end, menu, screen, to

NAME = 30
LONGEST_WORDS = 140


def _one(caller: Caller, code: str) -> Referral | None:
    return next((v for v in caller.visits if v.code == code), None)


@screen(owner=True)
def visits(caller: Caller, _: Translator) -> Shown:
    choices = [(_visit_line(caller, v), to(visit, code=v.code)) for v in caller.visits]
    return menu(_("My visit") if choices else _("Nothing new."), *choices)


def _visit_line(caller: Caller, visit: Referral) -> str:
    mark = "! " if visit.waiting else ""
    found = caller.world.directory.get(visit.clinic)
    return f"{mark}{visit.code} {clip(found.name if found else '?', NAME)}"


@screen(owner=True)
def visit(caller: Caller, _: Translator, code: str) -> Shown:
    found = _one(caller, code)
    if found is None:
        return menu(_("This code is over."))
    choices = []
    if found.waiting:
        choices.append((_("Read their words"), to(visit_words, code=code)))
    choices.append((_("Write to them"), to(visit_write, code=code)))
    if found.step in (Step.SENT, Step.FULL, Step.MISSED):
        instead: Args = {"need": found.need, "area": found.area, "but": found.clinic}
        choices.append((_("Other places"), Link("health.places", instead)))
    if not found.answer:
        choices.append((_("How did it go?"), to(visit_rate, code=code)))
    return menu(f"{code}. {_they_say(found.step, _)}", *choices)


def _they_say(step: Step, _: Translator) -> str:
    return {
        Step.SENT: _("They have not answered yet."),
        Step.WELCOME: _("They say: you are welcome."),
        Step.FULL: _("They are full now."),
        Step.CAME: _("They say that you came."),
        Step.MISSED: _("They say that you did not come. You can still go."),
    }[step]


@screen(owner=True)
def visit_words(caller: Caller, _: Translator, code: str) -> Shown:
    found = _one(caller, code)
    words = " / ".join(found.waiting) if found else ""
    if not words:
        return menu(_("Nothing new."))
    write = (_("Write to them"), to(visit_write, code=code))
    return menu(words, write, (_("My visit"), to(visits)), do=[intents.Heard(code)])


@screen(owner=True)
def visit_write(caller: Caller, _: Translator, code: str) -> Shown:
    return ask(_("What do you want to tell them? No names are needed."), to(visit_written, code=code), "words")


@screen(owner=True)
def visit_written(caller: Caller, _: Translator, code: str, words: str) -> Shown:
    return end(_("Thank you. We pass it on."), do=[intents.Ask(code, clip(words, LONGEST_WORDS))])


@screen(owner=True)
def visit_rate(caller: Caller, _: Translator, code: str) -> Shown:
    return menu(
        _("How did it go?"),
        (_("They treated me well"), to(visit_rated, code=code, answer="good")),
        (_("They treated me badly"), to(visit_rated, code=code, answer="bad")),
        (_("I did not go"), to(visit_rated, code=code, answer="not")),
    )


@screen(owner=True)
def visit_rated(caller: Caller, _: Translator, code: str, answer: str) -> Shown:
    return end(_("Thank you. It helps us to choose places."), do=[intents.Rate(code, answer)])
