"""Turns intents into writes. Each intent has one function, registered under its type in the `writes_*` modules."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from gateway.model.alert import Alert
from gateway.model.broadcast import Broadcast, What, bits_for
from gateway.model.care import Care
from gateway.model.intents import (
    Agree,
    AnswerHelp,
    AskContact,
    Back,
    CallHelp,
    Clear,
    Confirm,
    Decline,
    Delete,
    DropContact,
    GoOut,
    HearNew,
    Held,
    HelpOver,
    Intent,
    Join,
    Later,
    Leave,
    NotHeld,
    Reject,
    Resign,
    Reviewed,
    Send,
    SetDuress,
    Stop,
    TakePart,
    TellOf,
    Tonight,
    Unlist,
    Update,
)
from gateway.model.outing import Outing
from gateway.model.referral import Referral
from gateway.model.sos import Sos
from gateway.settings import Settings
from gateway.store import keys
from gateway.store.change import Change
from gateway.store.shelf import Shelf
from gateway.store.turn import Turn, trust_tag
from gateway.vault import Purpose, Vault

if TYPE_CHECKING:
    from gateway.store.shelves import Shelves

Write = Callable[["Writer", Any], None]
I = TypeVar("I", bound=Intent)  # noqa: E741
_writes: dict[type[Intent], Write] = {}
LEAVING = (Leave, Stop, Delete, Resign)
GROWING = (AskContact, GoOut, Join, Tonight, TakePart, TellOf)
LASTING = (
    *LEAVING, *GROWING, CallHelp, HelpOver, AnswerHelp, Back, Later, Held, NotHeld, Agree, Decline, DropContact,
    SetDuress, Send, Confirm, Reject, Update, Clear, HearNew, Unlist, Reviewed,
)  # fmt: skip
"""what a failover may not undo"""


def writes(kind: type[I]) -> Callable[[Callable[["Writer", I], None]], Callable[["Writer", I], None]]:
    """Register what an intent writes."""

    def register(write: Callable[["Writer", I], None]) -> Callable[["Writer", I], None]:
        _writes[kind] = write
        return write

    return register


class Writer:
    """One turn's intents on their way into one change."""

    def __init__(self, turn: Turn, shelves: "Shelves", settings: Settings, lang: str):
        self.turn = turn
        self.world = turn.world
        self.shelves = shelves
        self.settings = settings
        self.times = settings.times
        self.lang = lang
        self.change = turn.change
        self.drop_session = False
        self._staff = turn.staff
        self._referrals: dict[str, Referral] = {}

    def write(self, intents: tuple[Intent, ...]) -> None:
        """All intents, then the records they changed, each guarded by what was read."""
        for intent in intents:
            _writes[type(intent)](self, intent)
            self.change.lasting |= isinstance(intent, LASTING)
            self.change.growing |= isinstance(intent, GROWING)
            self.change.leaving |= isinstance(intent, LEAVING)
        self._close()

    def _close(self) -> None:
        turn = self.turn
        kept = turn.subscription.pack() if turn.subscription else None
        if kept != turn.raw_subscription:
            self.change.expect_field(keys.bucket(turn.token), turn.token, turn.raw_subscription)
            if kept:
                self.change.write("HSET", keys.bucket(turn.token), turn.token, kept)
        if turn.staff and turn.staff != self._staff:
            self.shelves.staff.put(self.change, turn.staff.token, turn.staff)
        if turn.member and turn.member != turn.member_as_read:
            self.shelves.enrolled.put(self.change, turn.member.token, turn.member)
        if turn.care != turn.care_as_read:
            write_care(self.change, turn.vault, turn.care_tag, turn.care, turn.raw_care, self.times.care)
        if turn.outing != turn.outing_as_read:
            write_outing(self.change, turn.vault, turn.care_tag, turn.outing, turn.raw_outing)
        if turn.sos != turn.sos_as_read:
            write_sos(self.change, turn.vault, turn.care_tag, turn.sos, turn.raw_sos, self.times.sos)
        for code, referral in self._referrals.items():
            write_referral(self.change, self.turn.vault, referral, turn.raw_referrals.get(code))

    def put_referral(self, code: str, referral: Referral) -> None:
        """Remember a referral's new state; written once, at the end."""
        mine = self.turn.visitors if code in self.turn.visitors else self.turn.visits
        self._referrals[code] = mine[code] = referral

    def put_call(self, tag: bytes, raw: bytes, sos: Sos | None) -> None:
        """Somebody's call for help, as staff change it; None: it is closed."""
        write_sos(self.change, self.turn.vault, tag, sos, raw, self.times.sos)

    def put_alert(self, alert: Alert) -> None:
        self.shelves.alerts.put(self.change, str(alert.number).encode(), alert)

    def reach(self, area: str) -> int:
        """Memberships that a warning here goes to; people in two areas count twice."""
        return self.world.reach(area, self.turn.members)

    def begin(self, alert: Alert, what: What, until: int) -> None:
        """Start one edition of an alert on its way."""
        begin_broadcast(self.change, self.shelves.broadcasts, alert, what, until, self.turn.now, self.times.keep_alert)

    def bits(self, area: str) -> int:
        return bits_for(self.reach(area))


def write_care(change: Change, vault: Vault, tag: bytes, care: Care | None, raw: bytes | None, keep: int) -> None:
    """What somebody left for her safety, if it is still what was read; None: it is forgotten."""
    key = keys.care(tag)
    change.expect(key, raw)
    if care:
        change.write("SET", key, vault.seal(msgspec.msgpack.encode(care), "care"), "EX", keep)
        for contact in care.contacts:  # what they agreed to lives as long as her list
            number = vault.number(contact.token, Purpose.CONTACT)
            change.write("EXPIRE", keys.trust(trust_tag(vault, number)), keep)
    else:
        change.write("DEL", key)


def write_outing(change: Change, vault: Vault, tag: bytes, outing: Outing | None, raw: bytes | None) -> None:
    """A note and an hour, if it is still what was read; None: it is wiped."""
    key = keys.outings(tag)
    change.expect_field(key, tag, raw)
    if outing:
        change.write("HSET", key, tag, vault.seal(outing.pack(), "out"))
    else:
        change.write("HDEL", key, tag)


SWEPT = 3600
"""seconds within which the job of a call for help takes it off the list"""


def write_sos(change: Change, vault: Vault, tag: bytes, sos: Sos | None, raw: bytes | None, keep: int) -> None:
    """A call for help, if it is still what was read; None: it is forgotten."""
    key = keys.sos(tag)
    change.expect(key, raw)
    if sos:
        change.write("SET", key, vault.seal(msgspec.msgpack.encode(sos), "sos"), "EX", keep + SWEPT)
    else:
        change.write("DEL", key)


def write_referral(change: Change, vault: Vault, referral: Referral, raw: bytes | None) -> None:
    """A referral, if it is still the one that was read."""
    key = keys.referral(referral.code)
    change.expect(key, raw)
    change.write("SET", key, vault.seal(msgspec.msgpack.encode(referral), "ref"), "EXAT", referral.until)


def begin_broadcast(
    change: Change, shelf: Shelf[Broadcast], alert: Alert, what: What, until: int, now: int, keep: int
) -> Broadcast:
    """Write a broadcast with the first of its prefixes to do, and make it due. Times in Unix seconds."""
    author = alert.seconded or alert.author
    broadcast = Broadcast(alert.number, alert.edition, what, until, alert.bits, author=author, at=now)
    todo, counts = f"bc:{broadcast.id}:todo", f"bc:{broadcast.id}:n"
    all_ = 1 << alert.bits
    listed = range(min(all_, keys.LISTED_AT_ONCE))
    change.write("HSET", shelf.name, broadcast.id, shelf.sealed(broadcast))
    change.write("ZADD", todo, *(w for prefix in listed for w in (prefix, prefix)))
    change.write("HSET", counts, "all", all_, "open", len(listed), "keep", until + keep)
    for key in (todo, counts):
        change.write("EXPIREAT", key, until + keep)
    shelf.touch(change)
    change.due("alerts", f"bc:{broadcast.id}", now)
    return broadcast
