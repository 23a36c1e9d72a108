"""`mwavuli clients`: members, counts, and lists exchanged with other organisations as keyed hashes."""

import os
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from msgspec.structs import replace

from gateway.actions.clients import delete_member, is_active_member, new_member, schedule_expiry, write_client_entry
from gateway.cli.common import load_deployment, load_settings, notify_workers
from gateway.cli.prompts import asks_number, read_number
from gateway.crypto.client_hashes import list_key_name, read_list_key
from gateway.crypto.vault import Purpose, new_key
from gateway.errors import BadInput
from gateway.imports.client_list import ClientListRow, read_client_list, write_client_list
from gateway.model.client_report import MAX_ENTRIES, MAX_MEMBERS, MAX_REPORTS_PER_ENTRY, ClientEntry, ClientReport, Harm
from gateway.model.message import Lane
from gateway.model.world import World
from gateway.store import Transaction

ITEMS_PER_COMMIT = 500
DAY_S = 86400
FILE_ARGUMENT = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def clients() -> None:
    """Manage reports on dangerous clients: members, and lists shared with other organisations."""


@clients.command()
@asks_number
def invite() -> None:
    """Invite a phone as a member. No text is sent; the owner must dial within 7 days."""
    invite_member(_member_token())
    click.echo("invited. Tell its owner: dial within 7 days, then 'Tell us'.")


def invite_member(token: bytes) -> None:
    """Invite a member. Raises BadInput where there are too many, or this phone is one."""
    store, lang = load_deployment().store, load_settings().languages[0]

    def write(world: World, transaction: Transaction, now: int) -> None:
        if is_active_member(world.members.get(token), now):
            raise BadInput("that phone already belongs to a member")
        if len(world.members) >= MAX_MEMBERS:
            raise BadInput(f"there are {MAX_MEMBERS} members: no further member can be invited")
        store.world_cache.members.put(transaction, token, new_member(token, now, lang, ""))
        schedule_expiry(transaction, now)

    store.transact(write)


@clients.command()
@asks_number
def remove() -> None:
    """End a membership. Reports that other members can read stay, without their author."""
    store, token = load_deployment().store, _member_token()

    def write(world: World, transaction: Transaction, now: int) -> None:
        if token not in world.members:
            raise BadInput("that phone belongs to no member")
        transaction.replicate = transaction.must_replicate = True
        delete_member(transaction, store.world_cache, store.vault, world, token, now)

    store.transact(write)
    click.echo("removed.")


@clients.command("list")
def list_counts() -> None:
    """Count members, and entries by kind. The counts rank and identify nobody."""
    world = load_deployment().store.read_world()
    active = sum(member.active for member in world.members.values())
    click.echo(f"members: {active}; invited and not accepted yet: {len(world.members) - active}")
    reported = [each for each in world.client_entries.values() if each.reports]
    shown = [each for each in reported if each.is_visible]
    click.echo(f"numbers and plates that members can read: {len(shown)}; waiting: {len(reported) - len(shown)}")
    for harm, count in Counter(report.harm for each in shown for report in each.reports).most_common():
        click.echo(f"  {harm}: {count}")
    for source, count in Counter(report.source for each in shown for report in each.reports if report.source).items():
        click.echo(f"  of these from {source}: {count}")


@clients.command()
@FILE_ARGUMENT
def key(file: Path) -> None:
    """Make the key of a shared list. Every organisation needs the same file; hand it over in person."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BadInput(f"{file} cannot be made ({error.strerror}): give the name of a new file") from None
    with open(handle, "w", encoding="ascii") as out:
        out.write(new_key() + "\n")
    click.echo(f'written. In MWAVULI_SETTINGS: [clients] list_key = "{file.resolve()}"')


@clients.command()
@FILE_ARGUMENT
def export(file: Path) -> None:
    """Write the entries that members can read as keyed hashes, for organisations with the same list key."""
    shared, world, now = _read_list_key(), load_deployment().store.read_world(), load_deployment().store.now()
    current_entries = [each.without_expired(int(now // DAY_S)) for each in world.client_entries.values()]
    own = [each for each in current_entries if each.is_visible and not all(report.source for report in each.reports)]
    ours = [each for each in own if each.shared_hash and each.shared_key_name == list_key_name(shared)]
    lines = [line for each in ours for line in _export_lines(world, each)]
    write_client_list(file, list_key_name(shared), lines)
    click.echo(f"exported: {len({line.client_hash for line in lines})} numbers and plates")
    if len(ours) < len(own):
        click.echo(f"left out, reported before this list key was set: {len(own) - len(ours)}")


def _export_lines(world: World, listed: ClientEntry) -> list[ClientListRow]:
    """Return kind, month and district of our own members' reports; no day, no words and no author."""
    found = []
    for report in listed.reports:
        area = world.atlas.get(report.district)
        if not report.source:
            path = area.full_name if area else ""
            found.append(ClientListRow(listed.shared_hash, listed.is_plate, report.harm, report.month, path))
    return sorted(set(found))


@clients.command("import")
@FILE_ARGUMENT
@click.option(
    "--from", "source", required=True, help="the organisation whose list it is; a newer list replaces its older one"
)
def import_list(file: Path, source: str) -> None:
    """Import another organisation's list. Entries that they removed since their last list are removed here too."""
    if not source.strip():
        raise BadInput("--from is the organisation whose list it is; it cannot be empty")
    lines = read_client_list(file, list_key_name(_read_list_key()))
    others = [
        each
        for each in load_deployment().store.read_world().client_entries.values()
        if not _is_only_from(each, source.strip())
    ]
    room = MAX_ENTRIES - len(others)
    if (theirs := len({line.client_hash for line in lines})) > room:
        raise BadInput(f"{file} lists {theirs} numbers and plates and there is room for {room}: nothing was imported")
    digests = {load_deployment().store.client_hasher.hash_imported(line.client_hash) for line in lines}
    gone = _remove_withdrawn(digests, source.strip())
    off = _merge_lines(lines, source.strip())
    notify_workers({Lane.BULK})
    click.echo(
        f"imported: {len(digests)} numbers and plates, {len(lines)} lines; removed since their last list: {gone}"
    )
    if off:
        click.echo(f"left out of these, removed here by moderators: {off}")


def _is_only_from(listed: ClientEntry, source: str) -> bool:
    return bool(listed.reports) and all(report.source == source for report in listed.reports)


def _merge_lines(lines: list[ClientListRow], source: str) -> int:
    """Merge the lines. Return the number of entries left out because moderators here removed them."""
    store, off = load_deployment().store, set[bytes]()
    theirs: dict[bytes, list[ClientListRow]] = {}
    for each in lines:
        theirs.setdefault(store.client_hasher.hash_imported(each.client_hash), []).append(each)

    def merge(part: dict[bytes, list[ClientListRow]], world: World, transaction: Transaction, now: int) -> None:
        refused = {
            store.client_hasher.hash_imported(each.shared_hash)
            for each in world.client_entries.values()
            if each.removed_day and each.shared_hash
        }
        for digest, some in part.items():
            before = world.client_entries.get(digest) or ClientEntry(is_plate=some[0].is_plate)
            taken_off = digest in refused or before.removed_day
            off.update({digest} if taken_off else ())
            others = tuple(report for report in before.reports if report.source != source)
            known = {(t.harm, t.month, t.district): t.day for t in before.reports if t.source == source}
            imported = (_imported_report(world, each, source, now, known) for each in some[:MAX_REPORTS_PER_ENTRY])
            after = replace(before, reports=(*others, *(() if taken_off else imported)))
            if after != before:
                write_client_entry(transaction, store.world_cache, digest, after)
        schedule_expiry(transaction, now)

    _commit_in_batches(theirs, merge)
    return len(off)


def _imported_report(
    world: World, each: ClientListRow, source: str, now: int, known: dict[tuple[Harm, int, str], int]
) -> ClientReport:
    """Make a report of a line. A repeated line keeps its first day: it ends 12 months after its first import."""
    found = next((area.id for area in world.atlas if area.full_name == each.district), "")
    day = known.get((each.harm, each.month, found), int(now // DAY_S))
    return ClientReport(b"", each.harm, each.month, found, day, is_vouched=True, is_moderated=True, source=source)


def _remove_withdrawn(digests: set[bytes], source: str) -> int:
    store = load_deployment().store
    old = {
        digest: each
        for digest, each in store.read_world().client_entries.items()
        if digest not in digests and any(report.source == source for report in each.reports)
    }

    def drop(part: dict[bytes, ClientEntry], world: World, transaction: Transaction, now: int) -> None:
        for digest in part:
            if before := world.client_entries.get(digest):
                remaining = tuple(report for report in before.reports if report.source != source)
                write_client_entry(transaction, store.world_cache, digest, replace(before, reports=remaining))

    _commit_in_batches(old, drop)
    return len(old)


def _commit_in_batches(
    items: dict[bytes, list[ClientListRow]] | dict[bytes, ClientEntry], write: Callable[..., None]
) -> None:
    """Commit in portions. After an interruption, run the command again."""
    pairs = list(items.items())
    for start in range(0, len(pairs), ITEMS_PER_COMMIT):
        part = dict(pairs[start : start + ITEMS_PER_COMMIT])
        load_deployment().store.transact(partial(write, part))
        click.echo(f"{min(start + ITEMS_PER_COMMIT, len(pairs))} of {len(pairs)}", err=True)


def _member_token() -> bytes:
    return load_deployment().store.vault.token(read_number(), Purpose.MEMBER)


def _read_list_key() -> bytes:
    shared = read_list_key(load_settings().tuning.clients.list_key)
    if not shared:
        raise BadInput("no list key: `mwavuli clients key FILE` makes one, [clients] list_key in the settings names it")
    return shared
