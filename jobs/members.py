"""Members who warn each other of clients: told that something is new, and forgotten when it is over."""

from gateway.model.caller import World
from gateway.model.client import DAY
from gateway.model.message import Ground, Lane
from gateway.store import Change, Item
from gateway.store.writes_clients import put_listed
from gateway.vault import Purpose
from jobs.context import Context

AT_ONCE = 200
"""members in one commit"""


def newly(context: Context, item: Item) -> None:
    """'Something new, dial': to the members who asked, some at a time; each step and the next are one commit."""
    first = int(item.arguments()[0])
    context.store.conclude(item, lambda world, change, now: _tell(context, world, change, now, first))


def _tell(context: Context, world: World, change: Change, now: int, first: int) -> None:
    listeners = [token for token, member in sorted(world.enrolled.items()) if member.active and member.told]
    for token in listeners[first : first + AT_ONCE]:
        _ = context.translator(world.enrolled[token].lang)
        text = _("Something new to read. Dial {dial}").format(dial=world.house.service_code)
        number = context.store.number(token, Purpose.MEMBER)
        context.text(change, number, _.fold(text), Lane.BULK, Ground.MEMBER, now)
    if len(listeners) > first + AT_ONCE:
        change.due("bulk", f"newly:{first + AT_ONCE}", now)


def unlist(context: Context, item: Item) -> None:
    """Once a day: entries after 12 months, words nobody read, invitations nobody took up, members long silent."""
    context.store.conclude(item, lambda world, change, now: _sweep(context, world, change, now))


def _sweep(context: Context, world: World, change: Change, now: int) -> int:
    """Returns seconds until the next, 0 where nothing is left."""
    shelves = context.store.shelves
    for mark, listed in world.clients.items():
        if (lasting := listed.lasting(now // DAY)) != listed:
            put_listed(change, shelves, mark, lasting)
    for token, member in world.enrolled.items():
        if member.over(now):
            change.expect_field("enrolled", token, change.seen.get("enrolled", {}).get(token))
            shelves.enrolled.drop(change, token)
    return DAY if world.clients or world.enrolled else 0
