"""`mwavuli clients`: members, and counts of what they reported."""

from collections import Counter

import click

from gateway.actions.clients import expel_member, is_active_member, new_member, schedule_expiry
from gateway.cli.common import load_deployment, load_settings
from gateway.cli.prompts import asks_number, read_number
from gateway.crypto.vault import Purpose
from gateway.errors import BadInput
from gateway.model.client_report import MAX_MEMBERS, NOBODY
from gateway.model.world import World
from gateway.store import Transaction
from gateway.text.estimate import round_count


@click.group()
def clients() -> None:
    """Manage the members who warn each other of clients."""


@clients.command()
@asks_number
def invite() -> None:
    """Invite a phone as a member. No text is sent; the owner must dial within 7 days."""
    invite_member(_member_token())
    click.echo("invited. Tell its owner: dial within 7 days, then 'Tell us'.")


def invite_member(token: bytes) -> None:
    """Invite a member, and say the same where this phone is one. Raises BadInput where there are too many."""
    store, lang = load_deployment().store, load_settings().languages[0]

    def write(world: World, transaction: Transaction, now: int) -> None:
        if is_active_member(world.members.get(token), now):
            return  # nobody at a terminal finds out who is a member
        if len(world.members) >= MAX_MEMBERS:
            raise BadInput(f"there are {MAX_MEMBERS} members: no further member can be invited")
        store.world_cache.members.put(transaction, token, new_member(token, now, lang, ""))
        schedule_expiry(transaction, now)

    store.transact(write)


@clients.command()
@asks_number
def remove() -> None:
    """End a membership, and say the same where there is none."""
    store, token = load_deployment().store, _member_token()

    def write(world: World, transaction: Transaction, now: int) -> None:
        transaction.replicate = transaction.must_replicate = True
        expel_member(store, transaction, world, token, now)

    store.transact(write)
    click.echo("This phone belongs to no member now.")


@clients.command("list")
def list_counts() -> None:
    """Count members, and entries by kind, in round numbers. An exact count would show whether a number is a member's.

    Invitations are not counted: with `invite` anybody at the terminal could try numbers and watch the count.
    """
    store = load_deployment().store
    world, now = store.read_world(), int(store.now())
    shown = [each for each in world.client_entries.values() if each.visible_to(NOBODY, now)]
    click.echo(f"members: {round_count(sum(member.active for member in world.members.values()))}")
    click.echo(f"numbers and plates that members can read: {round_count(len(shown))}")
    for harm, count in Counter(report.harm for each in shown for report in each.reports).most_common():
        click.echo(f"  {harm}: {round_count(count)}")


def _member_token() -> bytes:
    return load_deployment().store.vault.token(read_number(), Purpose.MEMBER)
