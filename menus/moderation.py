"""Members' notes on clients, behind the staff PIN: read, met, taken off, looked at again; and who is invited."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.client import MOST_MEMBERS, Listed, Telling
from gateway.model.feature import Feature
from menus.authority import in_scope, me
from menus.clients import line
from menus.screen import Link, Refused, Shown, Translator, ask, menu, screen, to


def entry(caller: Caller, _: Translator) -> tuple[str, Link] | None:
    """For verifiers and admins, where it is turned on."""
    if Feature.CLIENTS not in caller.world.features or not me(caller).verifies:
        return None
    return _("Members' notes: {n}").format(n=len(waiting(caller)) + len(to_review(caller))), to(notes)


def waiting(caller: Caller) -> dict[str, Telling]:
    """What nobody has read yet, by code, oldest first; never one's own."""
    own = caller.member.token if caller.member else None
    listed = (told for each in caller.world.clients.values() for told in each.tellings)
    found = [t for t in listed if t.code and not t.read and t.by != own and _near(caller, t.district)]
    return {told.code: told for told in sorted(found, key=lambda t: (t.day, t.code))}


def to_review(caller: Caller) -> dict[bytes, Listed]:
    return {mark: each for mark, each in caller.world.clients.items() if each.review and _ours(caller, each)}


def _ours(caller: Caller, listed: Listed) -> bool:
    """Somebody told it of a place of hers, or of no place we know. Nobody settles what they told themselves."""
    own = caller.member.token if caller.member else None
    if any(told.by == own for told in listed.tellings if told.by):
        return False
    return any(_near(caller, told.district) for told in listed.tellings)


def _near(caller: Caller, district: str) -> bool:
    """Within her area or around it: members tell districts, and staff may have less."""
    atlas, own = caller.world.atlas, me(caller).area
    return in_scope(caller, district) or atlas.get(district) is None or atlas.contains(district, own)


@screen(staff=True)
def notes(caller: Caller, _: Translator) -> Shown:
    if entry(caller, _) is None:
        return menu(_("This page is not here any more."))
    found = waiting(caller)
    choices = [(line(caller, told, _), to(note, code=code)) for code, told in found.items()]
    again = [(_("To review"), to(listed, mark=mark.hex())) for mark in to_review(caller)]
    return menu(
        "",
        (_("A code said to me"), to(code)),
        (_("Review a number or plate"), to(seek)),
        (_("Invite a member"), to(invite)),
        *again,
        *choices,
    )


@screen(staff=True)
def note(caller: Caller, _: Translator, code: str) -> Shown:
    """The code is not shown: who told it says it."""
    told = waiting(caller).get(code)
    if told is None:
        return menu(_("Somebody has already decided this one."), (_("To check"), to(notes)))
    text = "\n".join(part for part in (line(caller, told, _), told.words) if part)
    return menu(text, (_("I have read it"), to(read, code=code)), (_("Take it off"), to(unlisted, code=code)))


@screen(staff=True)
def read(caller: Caller, _: Translator, code: str) -> Shown:
    return _done(caller, _, intents.Read(code), code in waiting(caller))


@screen(staff=True)
def unlisted(caller: Caller, _: Translator, code: str) -> Shown:
    return _done(caller, _, intents.Unlist(code), code in waiting(caller))


@screen(staff=True)
def code(caller: Caller, _: Translator) -> Shown:
    return ask(_("Which code did a member say to you?"), to(met), "typed")


@screen(staff=True)
def met(caller: Caller, _: Translator, typed: str) -> Shown:
    said, own = typed.strip(), caller.member.token if caller.member else None
    told = [t for each in caller.world.clients.values() for t in each.tellings if t.code == said]
    if not said or not told or any(t.by == own or not _near(caller, t.district) for t in told):
        raise Refused(_("No note has that code."))
    return _done(caller, _, intents.Met(said), True)


@screen(staff=True)
def seek(caller: Caller, _: Translator) -> Shown:
    return ask(_("Type a phone number or a number plate."), to(sought), "typed")


@screen(staff=True)
def sought(caller: Caller, _: Translator, typed: str) -> Shown:
    found = caller.secrets.sought(typed)
    if found is None:
        raise Refused(_("That is no number and no plate. Example: 0712 345 678, KAA 123A"))
    clients = caller.world.clients
    marks = [mark for mark in found.exact if mark in clients and _ours(caller, clients[mark])]
    choices = [(_("To review"), to(listed, mark=mark.hex())) for mark in marks]
    return menu("" if marks else _("Nothing to check."), *choices, here=to(seek))


@screen(staff=True)
def listed(caller: Caller, _: Translator, mark: str) -> Shown:
    found = caller.world.clients.get(bytes.fromhex(mark))
    if found is None or not _ours(caller, found):
        return menu(_("Nothing to check."), (_("To check"), to(notes)))
    lines = [", ".join(part for part in (line(caller, t, _), t.words) if part) for t in found.tellings]
    if found.shown:
        lines.append(_("Members see it."))
    return menu("\n".join(lines), (_("It stays"), to(stays, mark=mark)), (_("Take it off"), to(taken_off, mark=mark)))


@screen(staff=True)
def stays(caller: Caller, _: Translator, mark: str) -> Shown:
    return _reviewed(caller, _, mark, keep=True)


@screen(staff=True)
def taken_off(caller: Caller, _: Translator, mark: str) -> Shown:
    return _reviewed(caller, _, mark, keep=False)


def _reviewed(caller: Caller, _: Translator, mark: str, keep: bool) -> Shown:
    found = caller.world.clients.get(bytes.fromhex(mark))
    return _done(caller, _, intents.Reviewed(bytes.fromhex(mark), keep), found is not None and _ours(caller, found))


@screen(staff=True)
def invite(caller: Caller, _: Translator) -> Shown:
    if len(caller.world.enrolled) >= MOST_MEMBERS:
        return menu(_("Nobody more can be invited now."))
    return ask(_("Their phone number?"), to(invited), "typed")


@screen(staff=True)
def invited(caller: Caller, _: Translator, typed: str) -> Shown:
    if caller.secrets.phone(typed) is None:
        raise Refused(_("That is no number and no plate. Example: 0712 345 678, KAA 123A"))
    text = _("Invited. Nothing is texted. Tell them: dial within 7 days, then 'Tell us'.")
    return menu(text, (_("To check"), to(notes)), do=[intents.Invite(typed)], here=to(notes))


def _done(caller: Caller, _: Translator, intent: intents.Intent, allowed: bool) -> Shown:
    if entry(caller, _) is None or not allowed:
        return menu(_("Somebody has already decided this one."), (_("To check"), to(notes)))
    return menu(_("Done."), (_("To check"), to(notes)), do=[intent])
