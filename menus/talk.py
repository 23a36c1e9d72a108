"""Talk to someone: who answers, and whether anyone does now."""

from gateway.model.caller import Caller
from gateway.model.feature import Feature
from gateway.model.helper import Sort
from gateway.wording import day_and_hour, sort_name, works_with
from menus import outing, sos, trust
from menus.screen import Shown, Translator, menu, screen, to

ENTRIES = (sos.entry, trust.held_entry, outing.entry, trust.entry, outing.later_entry, trust.asked_entry)
"""what stands before the helpers, where the organisation turned it on"""


@screen(neutral=True, by_heart=True)
def talk(caller: Caller, _: Translator) -> Shown:
    house, roster = caller.world.house, caller.world.roster
    people = tuple(p for p in roster.people if p.active and p.role != "clinic")
    lines = []
    if house.hotline:
        lines.append(_("Call {hotline}. A colleague answers.").format(hotline=house.hotline))
    later = roster.next_on_duty(people, caller.local)
    if roster.on_duty(people, caller.local):
        lines.append(_("Somebody is on duty now."))
    elif later:
        lines.append(_("Somebody is on duty from {when}.").format(when=day_and_hour(later, _)))
    else:
        lines.append(_("Nobody is on duty now."))
    if not house.hotline:
        lines.append(_("Under 'Tell us' you can leave a word."))
    colleagues = caller.offers(Feature.SOS) and caller.outing and caller.outing.colleagues
    if caller.outing and not (colleagues or (caller.care and caller.care.circle)):
        lines.append(_("Nobody on your list would hear that you are not back."))
    choices = [choice for entry in ENTRIES if (choice := entry(caller, _))]
    choices += [(helper.name, to(other, place=place)) for place, helper in enumerate(house.helpers)]
    return menu(" ".join(lines), *choices)


@screen()
def other(caller: Caller, _: Translator, place: int) -> Shown:
    """Somebody beside us: what they are, when they answer, and whom they work with."""
    known = caller.world.house.helpers
    if place >= len(known):
        return menu(_("This page is not here any more."))
    helper = known[place]
    lines = [f"{helper.name}: {sort_name(helper.kind, _)}.", _("Call {phone}").format(phone=helper.phone), helper.hours]
    if helper.kind is not Sort.POLICE:
        lines.append(works_with(helper.police, helper.immigration, _))
    return menu("\n".join(line for line in lines if line))
