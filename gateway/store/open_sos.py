"""The open calls for help: found by their code, however many there are, and in the order of responders' lists."""

from collections.abc import Iterable, Mapping

from gateway.crypto.vault import DIGEST_BYTES, Vault
from gateway.model.codes import draw_code
from gateway.model.listed_sos import ListedSos
from gateway.model.sos import Sos
from gateway.store import keys
from gateway.store.commands import Command, Commands
from gateway.store.record_io import open_if_readable
from gateway.store.records.callers import SOS
from gateway.store.records.subscribers import OPEN_SOS
from gateway.store.transaction import Transaction
from gateway.store.turn import Turn

MAX_LISTED_SOS = 100
"""calls that one turn of staff reads without their code, the first of the list"""
LONGEST_MEMBER = 200
"""bytes; no member of the index is longer"""
MAX_OPEN_SOS = 8_999
"""open calls, for which codes of six digits suffice; above it the last of the list lapse"""


def new_sos_code(transaction: Transaction, vault: Vault, open_count: int) -> str:
    """Return a code that no open call has and no call had within a day, which the commit makes sure of."""
    code = draw_code(open_count)
    transaction.require_none_between(OPEN_SOS.name, *_bounds(vault, code))
    transaction.require(keys.ended_sos(vault, code), None)
    return code


def add_open_sos(transaction: Transaction, vault: Vault, tag: bytes, sos: Sos) -> None:
    """Add a new call to the index, and count it for the alarm about a flood."""
    rank_sos(transaction, vault, tag, sos)
    count_for_flood(transaction)


def count_for_flood(transaction: Transaction) -> None:
    """Count a new call, or one about which responders are asked again."""
    transaction.write("SET", keys.SOS_FLOOD, 0, "EX", keys.SOS_FLOOD_TTL_S, "NX")
    transaction.write("INCR", keys.SOS_FLOOD)


def rank_sos(transaction: Transaction, vault: Vault, tag: bytes, sos: Sos) -> None:
    """Put a call at its place of the list, after what its rank rests on has changed."""
    transaction.write("ZREMRANGEBYLEX", OPEN_SOS.name, *_bounds(vault, sos.code))
    transaction.write("ZADD", OPEN_SOS.name, 0, index_member(vault, sos.code, ListedSos(tag, sos.rank)))


def remove_open_sos(transaction: Transaction, vault: Vault, sos: Sos) -> None:
    """Take an ended call off the index. For a day, its code says that it is over."""
    transaction.write("ZREMRANGEBYLEX", OPEN_SOS.name, *_bounds(vault, sos.code))
    transaction.write("SET", keys.ended_sos(vault, sos.code), 1, "EX", keys.ENDED_SOS_TTL_S)


def index_member(vault: Vault, code: str, listed: ListedSos) -> bytes:
    """Return the member of the index: the hashed code, by which it is found, and the rest sealed.

    All scores are 0, so that Redis keeps the calls in the order of their hashed codes, which is that of no event.
    """
    hashed = OPEN_SOS.hashed(vault, code)
    return hashed + OPEN_SOS.seal(vault, listed, OPEN_SOS.key(), hashed)


class OpenSosList:
    """Opens the members of the index. Those that were in it at the last reading are not opened again."""

    def __init__(self, vault: Vault):
        self._vault = vault
        self._opened: Mapping[bytes, ListedSos | None] = {}

    def sort(self, members: Iterable[bytes]) -> list[tuple[bytes, ListedSos]]:
        """Return the members that can be opened and their content, in the order of responders' lists."""
        known = self._opened
        opened = {m: known[m] if m in known else _open_member(self._vault, m) for m in members}
        self._opened = opened
        return sorted(((m, listed) for m, listed in opened.items() if listed), key=lambda pair: pair[1].rank)

    def first_tags(self, members: Iterable[bytes]) -> list[bytes]:
        """Return the tags of the first calls of the list."""
        return [listed.tag for _member, listed in self.sort(members)[:MAX_LISTED_SOS]]


def _open_member(vault: Vault, member: bytes) -> ListedSos | None:
    hashed, sealed = member[:DIGEST_BYTES], member[DIGEST_BYTES:]
    return open_if_readable(OPEN_SOS, vault, OPEN_SOS.key(), sealed, hashed)


def _bounds(vault: Vault, code: str) -> tuple[bytes, bytes]:
    """Return the ends of the range with the members of this code."""
    hashed = OPEN_SOS.hashed(vault, code)
    return b"[" + hashed, b"[" + hashed + b"\xff" * LONGEST_MEMBER


def listing_command() -> Command:
    """Return the command that reads the list."""
    return "ZRANGE", OPEN_SOS.name, 0, -1


def read_tags_by_code(vault: Vault, codes: Iterable[str]) -> list[Command]:
    """Return the commands that read the members of these codes."""
    return [("ZRANGEBYLEX", OPEN_SOS.name, *_bounds(vault, code)) for code in codes]


def add_sos_with_tags(turn: Turn, vault: Vault, tags: Iterable[bytes]) -> Commands[None]:
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
    ended = [("EXISTS", keys.ended_sos(vault, code)) for code in wanted]
    answers = yield [*read_tags_by_code(vault, wanted), *ended]
    found, are_over = answers[: len(wanted)], answers[len(wanted) :]
    turn.ended_sos_codes |= {code for code, is_over in zip(wanted, are_over, strict=True) if is_over}
    tags = OpenSosList(vault).first_tags(member for members in found for member in members)
    yield from add_sos_with_tags(turn, vault, tags)
