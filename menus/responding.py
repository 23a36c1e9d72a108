"""Calls for help as responders read them, behind their PIN."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.sos import Answer, Ring, Sos
from gateway.wording import clock
from menus.places import area_name
from menus.screen import Link, Refused, Shown, Translator, ask, menu, redirect, screen, to

LISTED = 8
"""the others are opened by their code"""


def waiting(caller: Caller) -> list[Sos]:
    """Those whose callers were never called false first; the oldest first among them."""
    return sorted(caller.calls.values(), key=lambda sos: (sos.rank, sos.at))


@screen(staff=True)
def calls(caller: Caller, _: Translator) -> Shown:
    choices = [(_line(caller, sos, _), to(one, code=sos.code)) for sos in waiting(caller)[:LISTED]]
    if not choices:
        return menu(_("Nobody calls."))
    return ask(_("Choose, or type a code."), to(typed), "code", *choices)


def _line(caller: Caller, sos: Sos, _: Translator) -> str:
    said = _.ngettext("{n} comes", "{n} come", len(sos.coming)).format(n=len(sos.coming))
    return f"{sos.code} {clock(caller.world.local(sos.at))}, {said}"


@screen(staff=True)
def typed(caller: Caller, _: Translator, code: str) -> Shown:
    if not (len(code) == 4 and code.isascii() and code.isdigit()):
        raise Refused(_("Please type a number from the list."))
    return redirect(to(one, code=code), caller, _)


@screen(staff=True)
def one(caller: Caller, _: Translator, code: str) -> Shown:
    sos = caller.calls.get(code)
    if sos is None:
        return menu(_("This one is over."), (_("Calls"), to(calls)))
    areas = ", ".join(area_name(caller, area) for area in sos.areas)
    lines = [
        _line(caller, sos, _), areas, sos.words,
        _("Word: {word}").format(word=sos.check) if sos.check else "",
        _("Somebody forced the end of it: be careful.") if sos.duress else "",
        _("Asks for police: {phone}").format(phone=caller.world.house.police)
        if Ring.POLICE in sos.rings and caller.world.house.police else "",
        _("Go in twos. Meet outside. It can be a trap."),
    ]  # fmt: skip
    return menu(
        "\n".join(filter(None, lines)),
        (_("I come"), to(answered, code=code, answer=Answer.COMING.value)),
        (_("It is over, they are all right"), to(answered, code=code, answer=Answer.DONE.value)),
        (_("It was not real"), to(answered, code=code, answer=Answer.FALSE.value)),
    )


@screen(staff=True)
def answered(caller: Caller, _: Translator, code: str, answer: str) -> Shown:
    if code not in caller.calls:
        return menu(_("This one is over."), (_("Calls"), to(calls)))
    said = (
        _("Thank you. They are told, without your name.") if answer == Answer.COMING else _("Thank you. It is closed.")
    )
    return menu(said, (_("Team"), Link("team.team")), do=[intents.AnswerHelp(code, Answer(answer))])
