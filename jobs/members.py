"""Members who warn each other of clients: told that something is new, and forgotten when it is over."""

from gateway.model.caller import World
from gateway.model.client import DAY
from gateway.model.message import Ground, Lane
from gateway.store import Change, Item, keys
from gateway.store.turn import look_tag
from gateway.store.writes_clients import put_listed
from gateway.vault import Purpose
from jobs.context import Context

PORTIONS = 16
"""commits in which members are told: by the first four bits of their tokens, for lists move meanwhile"""


def newly(context: Context, item: Item) -> None:
    """'Something new, dial': to the members who asked, some at a time; each step and the next are one commit."""
    portion = int(item.arguments()[0])
    context.store.conclude(item, lambda world, change, now: _tell(context, world, change, now, portion))


def _tell(context: Context, world: World, change: Change, now: int, portion: int) -> None:
    for token, member in world.enrolled.items():
        if member.active and member.told and token[0] * PORTIONS >> 8 == portion:
            _ = context.translator(member.lang)
            text = _("Something new to read. Dial {dial}").format(dial=world.house.service_code)
            number = context.store.number(token, Purpose.MEMBER)
            context.text(change, number, _.fold(text), Lane.BULK, Ground.MEMBER, now)
    if portion + 1 < PORTIONS:
        change.due("bulk", f"newly:{portion + 1}", now)


def unlist(context: Context, item: Item) -> None:
    """Once a day: entries after 12 months, words nobody read, invitations nobody took up, members long silent."""
    context.store.conclude(item, lambda world, change, now: _sweep(context, world, change, now))


def _sweep(context: Context, world: World, change: Change, now: int) -> int:
    """Returns seconds until the next, 0 where nothing is left."""
    shelves = context.store.shelves
    over = [token for token, member in world.enrolled.items() if member.over(now)]
    for mark, listed in world.clients.items():
        lasting = listed.lasting(now // DAY)
        for token in over:
            lasting = lasting.without(token)
        if lasting != listed:
            put_listed(change, shelves, mark, lasting)
            change.rewrite(now)
    for token in over:
        change.expect_field("enrolled", token, change.seen.get("enrolled", {}).get(token))
        shelves.enrolled.drop(change, token)
        change.write("DEL", keys.look(look_tag(context.store.vault, context.store.number(token, Purpose.MEMBER))))
    if world.clients or world.enrolled:
        return DAY
    change.expect_shelf("clients")  # who is invited now must find this item, or make a new one
    change.expect_shelf("enrolled")
    return 0
