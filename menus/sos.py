"""I need someone now: three keys, what happens then, and taking it back."""

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.feature import Feature
from gateway.model.sos import USUAL, Ring
from gateway.model.staff import Role
from gateway.wording import clock
from menus.pin import either_code
from menus.screen import Link, Shown, Translator, ask, menu, screen, to
from menus.trust import Entry

LONGEST_WORDS = 80


def entry(caller: Caller, _: Translator) -> Entry:
    # Translators: the first line under 'Talk to someone'; neutral, at most 26 characters.
    return (_("I need someone now"), to(now)) if caller.sos or caller.offers(Feature.SOS) else None


def duty(caller: Caller, _: Translator) -> str:
    """Said before and after: who counts on nobody must know it."""
    roster, house = caller.world.roster, caller.world.house
    roles = (Role.RESPONDER, Role.VERIFIER, Role.ADMIN) if Ring.HOUSE in _chosen(caller) else (Role.RESPONDER,)
    people = tuple(p for p in roster.people if p.active and p.role in roles and p != caller.staff)
    if roster.on_duty(people, caller.local):
        return _("Somebody is on duty now.")
    return _("Nobody is on duty now.") + (" " + _("Call {phone}").format(phone=house.hotline) if house.hotline else "")


def _chosen(caller: Caller) -> set[str]:
    """Who hears her."""
    return {str(ring) for ring in (caller.care.rings if caller.care else ()) or USUAL}


@screen(by_heart=True)
def now(caller: Caller, _: Translator) -> Shown:
    sos = caller.sos
    if sos:
        hour = clock(caller.world.local(sos.at))
        lines = [_("Sent at {hour}.").format(hour=hour), duty(caller, _)]
        if sos.coming:
            lines[1] = _.ngettext("{n} person comes.", "{n} people come.", len(sos.coming)).format(n=len(sos.coming))
        return menu(" ".join(lines), (_("Say where you are"), to(place)), (_("It is over"), to(over)), *_after(_))
    said = _("At least two colleagues get a text, read your words and area; you hear if one comes.")
    return menu(
        f"{duty(caller, _)} {said}",
        (_("Send now"), to(sent)),
        (_("Who hears it"), to(rings)),
        *_after(_),
    )


def _after(_: Translator) -> list[tuple[str, Link]]:
    """Who to call, care within three days, the law."""
    return [(_("I was hurt"), Link("sos.after")), (_("Talk to someone"), Link("talk.talk"))]


@screen()
def after(caller: Caller, _: Translator) -> Shown:
    return menu(
        _("You decide what happens next. Care in the first 72 hours does most. Keep clothes, messages and the number."),
        (_("Where to get care"), Link("health.health")),
        (_("My rights"), Link("rights.rights")),
        (_("Talk to someone"), Link("talk.talk")),
    )


@screen(by_heart=True)
def sent(caller: Caller, _: Translator) -> Shown:
    check = caller.care.check if caller.care else ""
    lines = [_("It leaves in a minute.") if caller.called_often else _("Sent."), duty(caller, _)]
    if check:
        lines.append(_("Who comes says: {word}.").format(word=check))
    return menu(
        " ".join(lines),
        (_("Say where you are"), to(place, fresh=True)),
        (_("Take it back"), to(over)),
        do=[intents.CallHelp()],
    )


@screen()
def place(caller: Caller, _: Translator, fresh: bool = False) -> Shown:
    """`fresh`: right after she called, perhaps in the same request."""
    return ask(_("Where are you, what do you see? Only who may come reads it."), to(placed, fresh=fresh), "words")


@screen()
def placed(caller: Caller, _: Translator, words: str, fresh: bool = False) -> Shown:
    if caller.sos is None and not fresh:
        return menu(_("This one is over."), (_("I need someone now"), to(now)), here=to(now))
    anew = (intents.CallHelp(),) if fresh else ()  # closed while she typed
    said = (*anew, intents.HelpPlace(clip(words, LONGEST_WORDS)))
    return menu(_("Done. {duty}").format(duty=duty(caller, _)), (_("It is over"), to(over)), here=to(now), do=said)


@screen(code=True)
def over(caller: Caller, _: Translator) -> Shown:
    """Who set a second code is asked for one of the two."""
    if caller.sos and caller.second_code:
        return ask(_("Your PIN?"), to(over_typed), "typed")
    return _ended(_, "")


@screen()
def over_typed(caller: Caller, _: Translator, typed: str) -> Shown:
    either_code(typed, caller, _)
    return _ended(_, typed)


def _ended(_: Translator, code: str) -> Shown:
    """What was typed stays nowhere."""
    return menu(_("It has ended. Nobody comes."), *_after(_), here=Link("home.home"), do=[intents.HelpOver(code)])


@screen(owner=True)
def rings(caller: Caller, _: Translator) -> Shown:
    chosen = _chosen(caller)
    offered = [(Ring.PEERS, _("Colleagues on duty")), (Ring.HOUSE, _("The organisation"))]
    if caller.offers(Feature.CONTACTS):
        offered.insert(1, (Ring.CONTACTS, _("People I trust")))
    if caller.world.house.police:
        offered.append((Ring.POLICE, _("Police")))
    choices = [
        (f"{'+' if ring in chosen else '-'} {label}", to(ring_turned, ring=ring.value))
        for ring, label in offered
        if ring is not Ring.PEERS
    ]
    return menu(_("Colleagues on duty always hear it. + hears it too, - does not."), *choices)


@screen(owner=True)
def ring_turned(caller: Caller, _: Translator, ring: str) -> Shown:
    chosen = _chosen(caller) ^ {ring} | {Ring.PEERS}
    kept = tuple(each.value for each in Ring if each in chosen)
    return menu(_("Done."), (_("Who hears it"), to(rings)), do=[intents.SetRings(kept)])
