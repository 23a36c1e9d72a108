"""Talk to someone: who answers, and whether anyone does now."""

from gateway.model.caller import Caller
from menus.screen import Shown, Translator, menu, screen


@screen(neutral=True)
def talk(caller: Caller, _: Translator) -> Shown:
    house, roster = caller.world.house, caller.world.roster
    people = tuple(p for p in roster.people if p.active and p.role != "clinic")
    now = roster.on_duty(people, caller.local)
    lines = []
    if house.hotline:
        lines.append(_("Call {hotline}. A colleague answers.").format(hotline=house.hotline))
    lines.append(_("Somebody is on duty now.") if now else _("Nobody is on duty now."))
    if not house.hotline:
        lines.append(_("Under 'Tell us' you can leave a word."))
    return menu(" ".join(lines))
