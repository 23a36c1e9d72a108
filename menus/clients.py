"""For members: which clients hurt people or do not pay. Invisible for everybody else.

What is typed becomes keyed hashes at once. Only the call itself, sealed, keeps it until the screen after next, which
shows it once more: a wrong digit accuses somebody else.
"""

import secrets

from gateway.gsm import clip
from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.client import DAY, MOST_LISTED, TOLD_A_DAY, Harm, Sought, Telling, found, month_of, month_text
from gateway.model.feature import Feature
from gateway.wording import harm_name
from menus.alerts import no_room
from menus.places import area_name, choose_area
from menus.screen import Link, Refused, Shown, Translator, ask, end, menu, screen, to

LONGEST_WORDS = 100
MONTHS = 5
MOST_SHOWN = 6


def entry(caller: Caller, _: Translator) -> tuple[str, Link] | None:
    """Only for who was invited, and not before her own PIN: a borrowed phone does not tell that she takes part."""
    if Feature.CLIENTS not in caller.world.features or caller.member is None or not caller.opened:
        return None
    return _("For members"), to(clients)


@screen(owner=True)
def clients(caller: Caller, _: Translator) -> Shown:
    if Feature.CLIENTS not in caller.world.features or caller.member is None:
        return menu(_("This page is not here any more."), (_("Home"), Link("home.home")))
    if not caller.member.active:
        said = [
            _("Members tell each other which clients hurt people or do not pay. They read kind, month and area only."),
            _shared(caller, _),
            _("Staff read your short words. We keep that you take part, scrambled. Take part?"),
        ]
        text = " ".join(filter(None, said))
        return menu(text, (_("Yes"), to(taking_part)), (_("No"), Link("home.home")))
    hear = (_("No texts about new ones"), to(hear_new, on=False))
    if not caller.member.told:
        hear = (_("Text me about new ones"), to(hear_risk))
    return menu(
        _shared(caller, _),
        (_("Look up a number or plate"), to(look)),
        (_("Tell about a client"), to(phone)),
        hear,
        (_("Leave the members"), to(leave)),
    )


def _shared(caller: Caller, _: Translator) -> str:
    return _("Members of other organisations read it too.") if caller.world.house.shares_lists else ""


@screen(owner=True)
def taking_part(caller: Caller, _: Translator) -> Shown:
    if caller.world.full:
        return menu(no_room(_))
    return menu(_("Done."), (_("For members"), to(clients)), do=[intents.TakePart()])


@screen(owner=True)
def hear_risk(caller: Caller, _: Translator) -> Shown:
    text = _("The text says: {text}. Who sees your phone can read it. Send it?")
    said = _("Something new to read. Dial {dial}").format(dial=caller.world.house.service_code)
    return menu(text.format(text=said), (_("Yes"), to(hear_new, on=True)), (_("No"), to(clients)))


@screen(owner=True)
def hear_new(caller: Caller, _: Translator, on: bool) -> Shown:
    return menu(_("Done."), (_("For members"), to(clients)), do=[intents.HearNew(on)])


@screen(owner=True)
def leave(caller: Caller, _: Translator) -> Shown:
    text = _("Leave? What others can read stays, without any trace of you.")
    return menu(text, (_("Leave the members"), to(left)), (_("No"), to(clients)))


@screen(owner=True)
def left(caller: Caller, _: Translator) -> Shown:
    return menu(_("Done."), (_("Home"), Link("home.home")), do=[intents.Resign()])


@screen(owner=True)
def look(caller: Caller, _: Translator) -> Shown:
    if not _active(caller):
        return clients(caller, _)
    if caller.look_until > caller.now:
        when = f"{caller.world.local(caller.look_until):%d/%m %H:%M}"
        return menu(_("You looked up many. The next time: {when}").format(when=when), (_("Home"), Link("home.home")))
    return ask(_("Type a phone number or a number plate."), to(looked), "typed")


@screen(owner=True)
def looked(caller: Caller, _: Translator, typed: str) -> Shown:
    """A hit and a miss are counted alike, and ask nothing of the store."""
    if not _active(caller) or caller.look_until > caller.now:
        return look(caller, _)
    sought = _known(caller.secrets.sought(typed), _)
    same = found(caller.world.clients, sought.exact, caller.now)
    like = found(caller.world.clients, sought.near, caller.now)
    told = _listing(caller, _, same or like)
    if not told:
        text = _("Nothing listed. That does not mean there is no risk.")
    else:
        text = told if same else "\n".join((_("One letter or digit differs:"), told))
    again = [(_("Look up another"), to(look))]
    if told:
        again.append((_("Ask for review"), to(review, marks=_listed(caller, sought.exact if same else sought.near))))
    return menu(text, *again, do=[intents.LookedUp()], here=to(clients))


def _listing(caller: Caller, _: Translator, told: list[Telling]) -> str:
    """Kind, month and area of each, the latest first; never words, and how many it says of nobody."""
    latest = sorted(told, key=lambda t: (-t.month, -t.day))
    return "\n".join(list(dict.fromkeys(line(caller, each, _) for each in latest))[:MOST_SHOWN])


def line(caller: Caller, told: Telling, _: Translator) -> str:
    parts = (harm_name(told.harm, _), month_text(told.month), area_name(caller, told.district))
    return ", ".join(part for part in parts if part)


def _listed(caller: Caller, marks: tuple[bytes, ...]) -> str:
    """The marks under which something stands: few, so that a session can keep them."""
    return " ".join(mark.hex() for mark in marks if mark in caller.world.clients)


@screen(owner=True)
def review(caller: Caller, _: Translator, marks: str) -> Shown:
    found_again = tuple(bytes.fromhex(mark) for mark in marks.split())
    return menu(
        _("Thank you. Staff look at it again."), (_("Home"), Link("home.home")), do=[intents.AskReview(found_again)]
    )


@screen(owner=True)
def phone(caller: Caller, _: Translator) -> Shown:
    if not _active(caller):
        return clients(caller, _)
    if _told_today(caller) >= TOLD_A_DAY:
        return menu(_("You told us enough for today. Go on tomorrow, or talk to someone."))
    if _full(caller):
        return menu(no_room(_))
    return ask(_("Their phone number?"), to(plate), "typed", (_("Skip"), to(plate, typed="")))


@screen(owner=True)
def plate(caller: Caller, _: Translator, typed: str) -> Shown:
    first = _known(caller.secrets.phone(typed), _) if typed else None
    so_far = {"phone": _packed(first), "said": first.text if first else ""}
    skip = ((_("Skip"), to(kind, typed="", **so_far)),) if first else ()
    return ask(_("The number plate of their car?"), to(kind, **so_far), "typed", *skip, here=to(phone))


@screen(owner=True)
def kind(caller: Caller, _: Translator, typed: str, phone: str, said: str) -> Shown:
    second = _known(caller.secrets.plate(typed), _) if typed else None
    marks = " ".join(part for part in (phone, _packed(second)) if part)
    if not marks:
        return clients(caller, _)
    text = "\n".join(part for part in (said, second.text if second else "", _("What is it?")) if part)
    choices = [(harm_name(harm, _), to(month, marks=marks, harm=harm.value)) for harm in Harm]
    return menu(text, *choices, here=to(clients))


@screen(owner=True)
def month(caller: Caller, _: Translator, marks: str, harm: str) -> Shown:
    now = month_of(caller.local.year, caller.local.month)
    choices = [(month_text(m), _where(marks, harm, m)) for m in range(now, now - MONTHS, -1)]
    return menu(_("Which month?"), *choices, (_("Earlier"), _where(marks, harm, 0)))


def _where(marks: str, harm: str, when: int) -> Link:
    return choose_area(to(words, marks=marks, harm=harm, month=when))


@screen(owner=True)
def words(caller: Caller, _: Translator, marks: str, harm: str, month: int, area: str) -> Shown:
    so_far = {"marks": marks, "harm": harm, "month": month, "area": district(caller, area)}
    return ask(
        _("Short words for staff only: no name, health or origin."),
        to(check, **so_far),
        "typed",
        (_("Skip"), to(check, typed="", **so_far)),
    )


@screen(owner=True)
def check(caller: Caller, _: Translator, marks: str, harm: str, month: int, area: str, typed: str) -> Shown:
    said = clip(typed, LONGEST_WORDS)
    told = Telling(b"", Harm(harm), month, area, 0)
    text = "\n".join(part for part in (line(caller, told, _), said) if part)
    send = to(reported, marks=marks, harm=harm, month=month, area=area, typed=said)
    return menu(text, (_("Send"), send), here=to(clients))


@screen(owner=True)
def reported(caller: Caller, _: Translator, marks: str, harm: str, month: int, area: str, typed: str) -> Shown:
    if not _active(caller) or _told_today(caller) >= TOLD_A_DAY or _full(caller):
        return phone(caller, _)
    code = _new_code(caller)
    text = _("Thank you. Members see it once another one tells the same, or you say {code} to staff in person.")
    telling = intents.TellOf(
        tuple(map(_unpacked, marks.split())), Harm(harm), month, district=area, words=typed, code=code
    )
    return end(text.format(code=code), do=[telling])


def _active(caller: Caller) -> bool:
    return caller.member is not None and caller.member.active and Feature.CLIENTS in caller.world.features


def _full(caller: Caller) -> bool:
    """A number and a plate more have no room."""
    return caller.world.full or len(caller.world.clients) > MOST_LISTED - 2


def _known(sought: Sought | None, _: Translator) -> Sought:
    if sought is None:
        raise Refused(_("That is no number and no plate. Example: 0712 345 678, KAA 123A"))
    return sought


def _told_today(caller: Caller) -> int:
    """The number and the plate of one telling count once."""
    own, today = caller.member.token if caller.member else b"", caller.now // DAY
    listed = caller.world.clients.values()
    return len({t.code for each in listed for t in each.tellings if t.by == own and t.day == today})


def _packed(sought: Sought | None) -> str:
    return f"{sought.exact[0].hex()}.{sought.shared.hex()}.{sought.plate:d}" if sought else ""


def _unpacked(text: str) -> tuple[bytes, bytes, bool]:
    mark, shared, is_plate = text.split(".")
    return bytes.fromhex(mark), bytes.fromhex(shared), is_plate == "1"


def _new_code(caller: Caller) -> str:
    """Five digits, in use by nobody."""
    used = {t.code for each in caller.world.clients.values() for t in each.tellings}
    while True:
        code = f"{10000 + secrets.randbelow(90000)}"
        if code not in used:
            return code


def district(caller: Caller, area: str) -> str:
    """Of a ward, what it lies in: the second level of the tree at most."""
    chosen = caller.world.atlas.get(area)
    depth = len(chosen.path) if chosen else 0
    return caller.world.atlas.ancestors(area)[depth - 3] if depth > 2 else area
