"""The open calls for help: found by their code, however many there are, and in the order of responders' lists."""

from collections.abc import Iterable

from gateway.crypto.vault import Vault
from gateway.model.codes import draw_code
from gateway.model.sos import Sos
from gateway.store import keys
from gateway.store.commands import Command, Commands
from gateway.store.record_io import open_if_readable
from gateway.store.records.callers import SOS
from gateway.store.transaction import Transaction
from gateway.store.turn import Turn

MAX_LISTED_SOS = 100
"""calls that one turn of staff reads without their code, the first of the list"""
MAX_OPEN_SOS = 8_999
"""open calls, for which codes of six digits suffice; above it the last of the list lapse"""


def new_sos_code(transaction: Transaction, vault: Vault, open_count: int) -> str:
    """Return a code that no open call has and no call had within a day, which the commit makes sure of."""
    code = draw_code(open_count)
    transaction.require_field(keys.SOS_TAGS_BY_CODE, keys.sos_field(vault, code), None)
    transaction.require(keys.ended_sos(vault, code), None)
    return code


def add_open_sos(transaction: Transaction, vault: Vault, tag: bytes, sos: Sos) -> None:
    """Add a new call to the index, and count it for the alarm about a flood."""
    transaction.write("HSET", keys.SOS_TAGS_BY_CODE, keys.sos_field(vault, sos.code), tag)
    rank_sos(transaction, tag, sos)
    count_for_flood(transaction)


def count_for_flood(transaction: Transaction) -> None:
    """Count a new call, or one about which responders are asked again."""
    transaction.write("SET", keys.SOS_FLOOD, 0, "EX", keys.SOS_FLOOD_TTL_S, "NX")
    transaction.write("INCR", keys.SOS_FLOOD)


def rank_sos(transaction: Transaction, tag: bytes, sos: Sos) -> None:
    """Put a call at its place of the list, after what its rank rests on has changed."""
    transaction.write("ZADD", keys.SOS_RANKS, sos.rank, tag)


def remove_open_sos(transaction: Transaction, vault: Vault, tag: bytes, sos: Sos) -> None:
    """Take an ended call off the index. For a day, its code says that it is over."""
    transaction.write("HDEL", keys.SOS_TAGS_BY_CODE, keys.sos_field(vault, sos.code))
    transaction.write("ZREM", keys.SOS_RANKS, tag)
    transaction.write("SET", keys.ended_sos(vault, sos.code), 1, "EX", keys.ENDED_SOS_TTL_S)


def listing_command() -> Command:
    """Return the command that reads the tags of the first calls of the list."""
    return "ZRANGE", keys.SOS_RANKS, 0, MAX_LISTED_SOS - 1


def add_sos_with_tags(turn: Turn, vault: Vault, tags: Iterable[bytes | None]) -> Commands[None]:
    """Add the calls under these tags to a turn of staff, but never their own.

    A person who forced a member of staff holds their phone and may know both PINs.
    """
    wanted = [tag for tag in tags if tag and tag != turn.sos_tag]
    if not wanted:
        return
    [stored] = yield [("MGET", *map(keys.sos, wanted))]
    for tag, raw in zip(wanted, stored, strict=True):
        if sos := open_if_readable(SOS, vault, keys.sos(tag), raw):
            turn.sos_by_code[sos.code] = (tag, raw, sos)


def add_sos_with_codes(turn: Turn, vault: Vault, codes: Iterable[str]) -> Commands[None]:
    """Add the calls with these codes, and note which of the codes belonged to a call that has ended."""
    wanted = [code for code in codes if code not in turn.sos_by_code]
    if not wanted:
        return
    tags, *ended = yield [
        ("HMGET", keys.SOS_TAGS_BY_CODE, *(keys.sos_field(vault, code) for code in wanted)),
        *(("EXISTS", keys.ended_sos(vault, code)) for code in wanted),
    ]
    turn.ended_sos_codes |= {code for code, is_over in zip(wanted, ended, strict=True) if is_over}
    yield from add_sos_with_tags(turn, vault, tags)
