"""Staff by text: only with one-use codes from a printed list, for what is texted stays in *Sent*."""

from collections.abc import Callable, Sequence

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.alert import Alert, State
from gateway.model.caller import Caller
from gateway.model.intents import Intent, PinTried
from menus.authority import asks_anew, in_scope, may_change, may_decide, me, needs_second
from menus.compose import LONGEST_PLACE, going_out, held, proposal_of, seconded, send_anew, twin_of
from menus.screen import Translator
from menus.texts import kind_in

Answer = tuple[str, Sequence[Intent]]


def activated(caller: Caller, _: Translator) -> Answer:
    text = _("Thank you. This phone is active now. Dial {dial}")
    return text.format(dial=caller.world.house.service_code), [intents.Activate()]


def act(keyword: str, rest: str, caller: Caller, _: Translator) -> Answer:
    """`KEYWORD code ...`. A wrong code counts as a wrong PIN; a right one is used up, whatever comes of it."""
    code, _space, words = rest.partition(" ")
    if me(caller).locked(caller.now):
        return _("Not accepted. A colleague can unlock you."), ()
    if not caller.secrets.one_use_code(code):
        return _("Not accepted. Please check the code from your list."), [PinTried(right=False)]
    said, done = COMMANDS[keyword](words.strip(), caller, _)
    return said, [PinTried(right=True, code=code), *done]


def alert(words: str, caller: Caller, _: Translator) -> Answer:
    found, rest = caller.world.atlas.parse_head(words.split())
    if len(found) != 1 or not me(caller).sends or not in_scope(caller, found[0].id):
        return _("Which area? It must be one of yours, with its parent if the name is used twice."), ()
    kind, place = kind_in(" ".join(rest), _)
    if twin := twin_of(caller, kind, found[0].id):
        said = _("{number} says this already. For news send {keyword}, a new code, {number} and your words.")
        return said.format(number=twin.number, keyword=_.word("UPDATE")), ()
    until = caller.now + caller.world.house.alert_seconds
    propose = needs_second(caller, found[0].id)
    if propose and (asked := proposal_of(caller, kind, found[0].id)):
        said, dial = _("{number}, {area}: please check. Dial {dial}"), caller.world.house.service_code
        return said.format(number=asked.number, area=found[0].name, dial=dial), ()
    return _goes(propose, caller, _), [
        intents.Send(kind, found[0].id, clip(place, LONGEST_PLACE), "", until, propose=propose)
    ]


def confirm(words: str, caller: Caller, _: Translator) -> Answer:
    case, place = _waiting(words, caller)
    if case is None:
        return _no_such(_), ()
    if case.state is State.PROPOSED:
        return _goes(False, caller, _), [seconded(case, caller.now)]
    until = caller.now + caller.world.house.alert_seconds
    propose = needs_second(caller, case.area)
    return _goes(propose, caller, _), [intents.Confirm(case.number, clip(place, LONGEST_PLACE), "", until, propose)]


def _goes(propose: bool, caller: Caller, _: Translator) -> str:
    """Also who gets it later only."""
    return f"{going_out(propose, _)} {held(caller, _)}".rstrip()


def reject(words: str, caller: Caller, _: Translator) -> Answer:
    case, _rest = _waiting(words, caller)
    return (_("Rejected."), [intents.Reject(case.number)]) if case else (_no_such(_), ())


def clear(words: str, caller: Caller, _: Translator) -> Answer:
    case, _rest = _live(words, caller)
    return (_("Done. The ending goes out now."), [intents.Clear(case.number)]) if case else (_no_such(_), ())


def update(words: str, caller: Caller, _: Translator) -> Answer:
    case, rest = _live(words, caller)
    if case is None or not rest:
        return _no_such(_), ()
    if asks_anew(caller, case):
        return send_anew(_), ()
    change = intents.Update(case.number, clip(rest, LONGEST_PLACE), case.text, case.until)
    return going_out(False, _), [change]


def _no_such(_: Translator) -> str:
    return _("No such number here. It may be decided already, or yours: then somebody else decides.")


def _numbered(words: str, caller: Caller) -> tuple[Alert | None, str]:
    number, _space, rest = words.partition(" ")
    case = caller.world.case(int(number)) if number.isascii() and number.isdigit() and len(number) < 6 else None
    return case, rest.strip()


def _waiting(words: str, caller: Caller) -> tuple[Alert | None, str]:
    case, rest = _numbered(words, caller)
    return (case if case and may_decide(caller, case) else None), rest


def _live(words: str, caller: Caller) -> tuple[Alert | None, str]:
    case, rest = _numbered(words, caller)
    return (case if case and may_change(caller, case) else None), rest


COMMANDS: dict[str, Callable[[str, Caller, Translator], Answer]] = {
    "ALERT": alert,
    "CONFIRM": confirm,
    "REJECT": reject,
    "CLEAR": clear,
    "UPDATE": update,
}
