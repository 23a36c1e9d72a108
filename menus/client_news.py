"""The screen "New near me" of members: kind, month and district of what became readable lately."""

from gateway.model import intents
from gateway.model.caller import Caller
from gateway.model.client_news import ClientNews, news_near
from menus import clients
from menus.engine.screen import Link, ScreenResult, Translator, link_to, screen, show_menu
from menus.waiting import Waiting, waits


def _news(caller: Caller) -> list[ClientNews]:
    """Return the news that the caller, a member, may read. Before the own PIN nobody is one."""
    if not clients.is_active_member(caller):
        return []
    entries, atlas = caller.world.client_entries.values(), caller.world.atlas
    return news_near(entries, clients.reader_of(caller), atlas, caller.areas, caller.now)


@waits
def unread_news(caller: Caller, _: Translator) -> list[Waiting]:
    read_at = caller.member.news_read_at if caller.member else 0
    is_unread = any(each.since > read_at for each in _news(caller))
    return [(_("New near me"), link_to(new_near_me))] if is_unread else []


@screen()
def new_near_me(caller: Caller, _: Translator) -> ScreenResult:
    lines = clients.report_lines(caller, _, [report for each in _news(caller) for report in each.reports])
    read = [intents.MarkNewsRead()] if unread_news(caller, _) else []
    return show_menu(lines or _("Nothing new."), (_("For members"), Link("clients.clients")), intents=read)
