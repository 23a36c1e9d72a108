"""The first screens: which language, and the six neutral lines of home, always in the same order."""

from gateway.model.caller import Caller
from menus import alerts, health, rights, settings, talk, team, tell
from menus.screen import Shown, Translator, menu, redirect, screen, to, unwrapped


@screen(neutral=True)
def language(caller: Caller, _: Translator) -> Shown:
    """Names in GSM-7 only: one Cyrillic letter would halve the screen."""
    choices = [(name, to(speak, lang=code)) for code, name in caller.world.house.languages]
    return menu("", *choices)


@screen(neutral=True)
def speak(caller: Caller, _: Translator, lang: str) -> Shown:
    """The engine renders home again in the language just chosen."""
    return Shown("", lang=lang, here=to(home))


@screen(neutral=True, by_heart=True)
def home(caller: Caller, _: Translator) -> Shown:
    # Translators: the six lines of the first screen; each at most 20 characters, neutral for whoever looks on.
    title = caller.world.house.name
    if caller.world.house.free_to_dial:
        title += " " + _("(free)")
    lines = [
        (_("Alerts near me"), to(alerts.alerts)),
        (_("Health"), to(health.health)),
        (_("My rights"), to(rights.rights)),
        (_("Talk to someone"), to(talk.talk)),
        (_("Tell us"), to(tell.tell)),
        (_("Settings"), to(settings.settings)),
    ]
    if caller.staff and caller.staff.active:
        lines.append((_("Team"), to(team.team)))
    return menu(title, *lines)


@screen(neutral=True)
def resume(caller: Caller, _: Translator, **before: str | int | bool) -> Shown:
    return menu(
        _("Your call was cut off."),
        (_("Go on"), to(go_on, **before)),
        (_("Start again"), to(home)),
    )


@screen(neutral=True)
def go_on(caller: Caller, _: Translator, **before: str | int | bool) -> Shown:
    return redirect(unwrapped(before), caller, _)
