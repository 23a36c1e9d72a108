"""Screens on which a caller who called for help says where: an area by one key, and words."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.text import joins
from gateway.text.gsm import clip
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_question,
    link_to,
    screen,
    show_menu,
)

MAX_WORDS_CHARS = 80
MAX_OFFERED_AREAS = 3
MAX_LABEL_CHARS = 16
"""so that the question and the first area stand on one page in every script"""


def offered_areas(caller: Caller) -> tuple[str, ...]:
    """Return the ids of the areas where this caller may be: that of tonight, of the last alert, and the chosen ones."""
    known = caller.subscription
    if known is None:
        return ()
    tonight = tuple(area for area in caller.areas if area not in known.areas)
    last = tuple(alert.area for alert in caller.world.alerts_reaching(caller.areas)[:1])
    found = dict.fromkeys((*tonight, *known.areas[:1], *last, *known.areas[1:]))
    return tuple(area for area in found if caller.world.atlas.get(area))[:MAX_OFFERED_AREAS]


def area_choices(caller: Caller, just_raised: bool = True) -> list[tuple[str, Link]]:
    """Return the offered areas as choices."""
    named = ((area, caller.world.atlas.get(area)) for area in offered_areas(caller))
    return [
        (clip(area.name, MAX_LABEL_CHARS), link_to(told, area=id_, just_raised=just_raised))
        for id_, area in named
        if area
    ]


@screen()
def where(caller: Caller, _: Translator) -> ScreenResult:
    return ask_question(
        _("Where are you? What do you see? Only people who can help read it."),
        link_to(told),
        "typed",
        *area_choices(caller, just_raised=False),
    )


@screen()
def told(caller: Caller, _: Translator, typed: str = "", area: str = "", just_raised: bool = False) -> ScreenResult:
    """Add words or an area to the call, and take more words. `just_raised`: perhaps it was raised in this request."""
    if caller.sos is None and not just_raised:
        here = Link("sos.sos_menu")
        return show_menu(_("This call for help has ended."), (_("I need someone now"), here), location=here)
    anew = (intents.RaiseSos(),) if just_raised else ()  # raised again in case it was closed meanwhile
    return ask_question(
        joins.sentences(_, _("We passed it on."), _("What do you see there? You can write more.")),
        link_to(told, just_raised=just_raised),
        "typed",
        (_("End my call for help"), Link("sos.confirm_end")),
        location=Link("sos.sos_menu"),
        intents=(*anew, intents.AddSosDetails(clip(typed, MAX_WORDS_CHARS), area=area)),
        choice_first=True,
    )
