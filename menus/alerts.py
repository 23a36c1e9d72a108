"""Screens of "Alerts near me": live and past alerts, and how a caller joins and leaves areas."""

from gateway.model import intents
from gateway.model.alert import Alert
from gateway.model.area import Area
from gateway.model.caller import Caller
from gateway.model.subscription import MAX_AREAS
from gateway.text import joins
from gateway.text.gsm import clip
from gateway.text.printed_keywords import fill_in
from gateway.text.wording import alert_kind_name, format_clock, format_date, format_location
from menus.alert_lines import certainty_line
from menus.areas import area_label, area_name, choose_area, match_areas
from menus.engine import paging
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_consent,
    ask_question,
    link_to,
    redirect,
    screen,
    show_menu,
)
from menus.printed_keys import asks_for_language

MIN_AREA_CHARS = 8
Choices = list[tuple[str, Link]]


@screen()
def alerts(caller: Caller, _: Translator) -> ScreenResult:
    """Show live alerts first: most callers open this screen for them."""
    live = caller.world.live_alerts(caller.areas, caller.now)
    choices: Choices = [(_live_alert_line(caller, a, _), link_to(alert_details, number=a.number)) for a in live[:4]]
    if caller.areas:
        text = "" if live else _("No alert in your areas now. There can still be danger.")
        choices.append((_("Last 7 days"), link_to(past_alerts)))
    else:
        text = joins.sentences(_, _("You get no alerts yet."), _("To look, type an area's first letters."))
    choices += [
        (_("Get alerts"), choose_area(link_to(confirm_join))),
        (_("Check a place"), choose_area(link_to(area_lookup))),
        (_("Another area tonight"), choose_area(link_to(join_tonight))),
    ]
    if caller.areas:
        return show_menu(text, *choices, (_("Stop area texts"), link_to(leave_area)))
    return ask_question(text, link_to(places_typed), "typed", *choices, choice_first=True)


def _live_alert_line(caller: Caller, found: Alert, _: Translator) -> str:
    return f"! {joins.beside(_, area_name(caller, found.area), _alert_hours(caller, found))}"


def _alert_hours(caller: Caller, found: Alert) -> str:
    local = caller.world.local_time
    return f"{format_clock(local(found.at))}-{format_clock(local(found.until))}"


@screen(neutral=True)
def places_typed(caller: Caller, _: Translator, typed: str) -> ScreenResult:
    """Show the alerts of the one area with these letters, or list the areas, those with an alert marked."""
    found, is_meant = match_areas(caller, typed, _)
    if is_meant and len(found) == 1:
        return redirect(link_to(area_lookup, area=found[0].id), caller, _)
    return show_menu("", *((_area_line(caller, area, _), link_to(area_lookup, area=area.id)) for area in found))


def _area_line(caller: Caller, area: Area, _: Translator) -> str:
    live, label = caller.world.live_alerts((area.id,), caller.now), area_label(caller, area, _)
    return f"! {joins.beside(_, label, _alert_hours(caller, live[0]))}" if live else label


@screen()
def alert_details(caller: Caller, _: Translator, number: int) -> ScreenResult:
    """Show everything known about one alert: kind, venue, hours and the sender's words."""
    found = caller.world.alert(number)
    if found is None or not found.was_sent:
        return show_menu(_("This alert has ended."))
    local = caller.world.local_time
    facts = {
        "kind": alert_kind_name(found.kind, _),
        "where": format_location(found, area_name(caller, found.area), _),
        "at": format_clock(local(found.at)),
        "until": format_clock(local(found.until)),
    }
    if not found.is_live(caller.now):
        if found.is_false_alarm:
            return show_menu(_("{kind}, {where}, {at}: was a false alarm. Stay careful.").format(**facts))
        return show_menu(_("{kind}, {where}, {at}: has ended. Stay careful.").format(**facts))
    text = _("{kind}: {where}. Since {at}, until {until}.").format(**facts)
    return show_menu(
        "\n".join(line for line in (joins.sentences(_, text, found.text), certainty_line(found, _)) if line),
        (_("My rights"), Link("rights.rights")),
        (_("Talk to someone"), Link("talk.talk")),
    )


@screen(neutral=True)
def area_lookup(caller: Caller, _: Translator, area: str) -> ScreenResult:
    """Show the alerts of an area without a subscription. Nothing is stored."""
    name = area_name(caller, area)
    live = caller.world.live_alerts((area,), caller.now)
    choices: Choices = [(_live_alert_line(caller, a, _), link_to(alert_details, number=a.number)) for a in live[:4]]
    text = "" if live else _("{area}: no alert now. There can still be danger.").format(area=name)
    return show_menu(
        text,
        *choices,
        (_("Last 7 days"), link_to(past_alerts, area=area)),
        (_("Get alerts"), link_to(confirm_join, area=area)),
    )


@screen()
def past_alerts(caller: Caller, _: Translator, area: str = "") -> ScreenResult:
    """Show kind, area and part of the day of each past alert, without counts or words."""
    areas = (area,) if area else caller.areas
    lines = [_past_alert_line(caller, a, _) for a in caller.world.past_alerts(areas, caller.now)[:8]]
    return show_menu("\n".join(lines) if lines else _("Nothing in the last 7 days."))


def _past_alert_line(caller: Caller, found: Alert, _: Translator) -> str:
    when = caller.world.local_time(found.at)
    part = [_("night"), _("morning"), _("afternoon"), _("evening")][when.hour // 6]
    what = joins.listed(_, (alert_kind_name(found.kind, _), area_name(caller, found.area)))
    what = joins.bracketed(_, what, _("false alarm") if found.is_false_alarm else "")
    return joins.labelled(_, joins.beside(_, format_date(when, _), part), what)


def too_many_areas_text(area_count: int, _: Translator) -> str:
    said = _.ngettext(
        "You have {n} area. Stop its texts first.", "You have {n} areas. Stop the texts of one first.", area_count
    )
    return said.format(n=area_count)


def no_capacity_text(_: Translator) -> str:
    return _("We cannot add anything now. Please try again later.")


@screen(neutral=True)
def confirm_join(caller: Caller, _: Translator, area: str, tonight: bool = False) -> ScreenResult:
    """Ask for consent, behind all that is to know. Raise CONSENT_VERSION with every change of meaning in this text."""
    if len(caller.areas) >= MAX_AREAS:
        return show_menu(too_many_areas_text(len(caller.areas), _), (_("Stop area texts"), link_to(leave_area)))
    if caller.world.is_full:
        return show_menu(no_capacity_text(_))
    yes = link_to(area_joined, area=area, tonight=tonight)
    return _ask_to_join(area_name(caller, area), (_("Yes, join"), yes), (_("No"), Link("home.home")), _)


def _ask_to_join(name: str, yes: tuple[str, Link], no: tuple[str, Link], _: Translator) -> ScreenResult:
    """Return the question with as much of the area's name as leaves both answers on page 1."""
    # Translators: with 8 characters of a name it fits on one page, above "1. Yes, join" and "2. No".
    said = _("Texts come for {area}. Your network and we see them. Others can make the network tell.")
    shown = ask_consent(said.format(area=name), yes, no)
    for room in range(len(name) - 1, MIN_AREA_CHARS - 1, -1):
        if len(paging.all_pages(shown.text, shown.choices, _)) == 1:
            break
        shown = ask_consent(said.format(area=clip(name, room)), yes, no)
    return shown


@screen()
def area_joined(caller: Caller, _: Translator, area: str, tonight: bool = False) -> ScreenResult:
    if caller.world.is_full:
        return show_menu(no_capacity_text(_))
    live = caller.world.live_alerts((area,), caller.now)
    said = _("Done. You get alerts for {area} until tomorrow.") if tonight else _("Done. You get alerts for {area}.")
    can_fail = _("They can be late or fail: there can still be danger. To end, send {stop}.")
    text = joins.sentences(_, said.format(area=area_name(caller, area)), fill_in(can_fail, _))
    choices: Choices = [(_live_alert_line(caller, a, _), link_to(alert_details, number=a.number)) for a in live[:2]]
    if not live:
        choices = [
            (_("One more area"), choose_area(link_to(confirm_join))),
            (_("What the texts say"), Link("settings.wording")),
        ]
    if asks_for_language(caller) and not caller.has_own_pin and len(caller.world.profile.languages) > 1:
        # Translators: behind it stands the question whether to use this language each time on this phone.
        choices.append((_("Keep this language"), Link("settings.remember_language")))
    did = intents.AddTonightArea(area) if tonight else intents.Subscribe(area)
    return show_menu(text, *choices, intents=[did], choice_first=1)


@screen(neutral=True)
def join_tonight(caller: Caller, _: Translator, area: str) -> ScreenResult:
    """Join at once if the caller visibly has a subscription; every other caller reads the consent text first."""
    if not caller.subscription:
        return confirm_join(caller, _, area, tonight=True)
    return area_joined(caller, _, area, tonight=True)


@screen()
def leave_area(caller: Caller, _: Translator) -> ScreenResult:
    choices = [(area_name(caller, id_) or "?", link_to(area_left, area=id_)) for id_ in caller.areas]
    return show_menu(_("Stop texts for which area?") if choices else _("You have no areas."), *choices)


@screen()
def area_left(caller: Caller, _: Translator, area: str) -> ScreenResult:
    text = _("Done. No more alerts for {area}.").format(area=area_name(caller, area))
    return show_menu(text, (_("Stop area texts"), link_to(leave_area)), intents=[intents.LeaveArea(area)])
