"""Membership of the client list: how it starts, its news by text, and how it ends."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.text.notices import news_text
from menus.alerts import no_capacity_text
from menus.engine.screen import (
    Link,
    ScreenResult,
    Translator,
    ask_consent,
    link_to,
    screen,
    show_menu,
)


@screen()
def membership_started(caller: Caller, _: Translator) -> ScreenResult:
    if caller.world.is_full:
        return show_menu(no_capacity_text(_))
    return show_menu(_("Done."), (_("For members"), Link("clients.clients")), intents=[intents.AcceptMembership()])


@screen()
def confirm_news(caller: Caller, _: Translator) -> ScreenResult:
    text = _("The text says: {text}. Others who see your phone can read it. Send it?")
    said = news_text(caller.world.profile.service_code, _)
    return ask_consent(
        text.format(text=said), (_("Yes"), link_to(news_set, wants_news=True)), (_("No"), Link("clients.clients"))
    )


@screen()
def news_set(caller: Caller, _: Translator, wants_news: bool) -> ScreenResult:
    return show_menu(
        _("Done."), (_("For members"), Link("clients.clients")), intents=[intents.SetMemberNews(wants_news)]
    )


@screen()
def leave_members(caller: Caller, _: Translator) -> ScreenResult:
    text = _("Leave us? What you told staff face to face stays, without your name. We delete the rest.")
    return ask_consent(text, (_("Leave the members"), link_to(membership_ended)), (_("No"), Link("clients.clients")))


@screen()
def membership_ended(caller: Caller, _: Translator) -> ScreenResult:
    return show_menu(_("Done."), (_("Home"), Link("home.home")), intents=[intents.EndMembership()])
