"""News of the client list: the function that notes that a member read them."""

from msgspec.structs import replace

from gateway.actions.apply import ActionContext, handles
from gateway.actions.clients import is_active_member
from gateway.model import intents


@handles(intents.MarkNewsRead)
def mark_news_read(ctx: ActionContext, intent: intents.MarkNewsRead) -> None:
    member = ctx.turn.member
    if member and is_active_member(member, ctx.turn.now):
        ctx.turn.member = replace(member, news_read_at=ctx.turn.now)
