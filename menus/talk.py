"""Talk to someone: who answers, and whether anyone does now."""

from gateway.model.caller import Caller
from gateway.wording import day_and_hour
from menus.screen import Shown, Translator, menu, screen


@screen(neutral=True)
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
    return menu(" ".join(lines))
