"""What is to be done and when: one sorted set a lane. RQ is only the bell; this is the mailbox."""

import random
from collections.abc import Iterable

import msgspec

from gateway.errors import StoreAway
from gateway.store.change import Change
from gateway.store.connection import Connection

LONGEST_PAUSE = 30
"""seconds between two tries of what keeps failing"""

SOON = 600
"""seconds; longer than any lease, any pause between tries, and a verifier's time to answer"""
REWOUND = 60


class Item(msgspec.Struct, frozen=True):
    """Something due, claimed until `lease` (milliseconds of Redis' clock). `takes`: 1 the first time."""

    lane: str
    name: bytes
    takes: int
    lease: int

    @property
    def verb(self) -> str:
        return self.name.split(b":", 1)[0].decode()

    @property
    def rest(self) -> bytes:
        return self.name.split(b":", 1)[1] if b":" in self.name else b""

    def arguments(self) -> list[str]:
        return self.rest.decode().split(":")


class Due:
    """Claims carry a lease; who dies holding one leaves it to be taken up again."""

    def __init__(self, connection: Connection, lease: int):
        self._connection = connection
        self._lease = lease * 1000
        self._unheard: dict[bytes, int] = {}
        """items begun by us, for all we know, and never gone on with: Redis fell silent; with their lease's end"""

    def take(self, lane: str, count: int) -> list[Item]:
        """At most `count` items that are due, oldest first; nothing that sends while the lane rests."""
        got = self._connection.run("take", [f"due:{lane}", f"takes:{lane}", f"rest:{lane}"], [self._lease, count])
        return [Item(lane, *got[i : i + 3]) for i in range(0, len(got), 3)]

    def ensure(self, lane: str, item: str, seconds: float) -> None:
        """Make an item due in a while, unless it stands on the lane already."""
        self._connection.call("ZADD", f"due:{lane}", "NX", int((self._connection.now() + seconds) * 1000), item)

    def begin(self, item: Item) -> bool:
        """Just before what must not happen twice; False where somebody died after this very word.

        Where Redis' answer is lost, nothing was done: whoever asks again, under this lease or the next, may go on.
        """
        words = [item.name, item.lease, self._unheard.get(item.name, 0)]
        try:
            free = bool(self._connection.run("begin", [f"begun:{item.lane}"], words))
        except StoreAway:
            self._unheard[item.name] = item.lease
            raise
        self._unheard.pop(item.name, None)
        return free

    def done(self, item: Item, unless: str = "") -> bool:
        """Finish an item; False where its lease had passed to somebody else, or it was made due anew meanwhile.

        `unless`: a sorted set; while something stands in it, the item stays, due at once.
        """
        return self._finish(item, "", unless=unless)

    def finishing(self, change: Change, item: Item, seconds: float, now: float) -> None:
        """Finish an item, or put it off, together with what a change writes, and only while the lease holds."""
        change.expect_score(f"due:{item.lane}", item.name, item.lease)
        for kind in ("takes", "begun"):
            change.write("HDEL", f"{kind}:{item.lane}", item.name)
        if seconds:
            change.write("ZADD", f"due:{item.lane}", int((now + seconds) * 1000), item.name)
        else:
            change.write("ZREM", f"due:{item.lane}", item.name)
            change.write("HDEL", f"tries:{item.lane}", item.name)

    def held(self, item: Item) -> bool:
        """Does the lease still hold?"""
        score = self._connection.call("ZSCORE", f"due:{item.lane}", item.name)
        return score is not None and int(score) == item.lease

    def later(self, item: Item, seconds: float) -> bool:
        """Put an item off."""
        return self._finish(item, str(int(seconds * 1000)))

    def renew(self, item: Item) -> Item:
        """Hold an item for another lease; where it has passed to somebody else, what was held stays void."""
        until = int(self._connection.run("renew", [f"due:{item.lane}"], [item.name, item.lease, self._lease]))
        return msgspec.structs.replace(item, lease=until or item.lease)

    def back_off(self, item: Item) -> float:
        """Put an item off for longer each time, with jitter; returns the pause in seconds."""
        pause = self._pause(item)
        self._finish(item, str(int(pause * 1000)))
        return pause

    def failed(self, item: Item) -> None:
        """As `back_off`, but whoever takes it next must look after what was begun, as after a death."""
        self._finish(item, str(int(self._pause(item) * 1000)), as_after_death=True)

    def _pause(self, item: Item) -> float:
        times = int(self._connection.call("HINCRBY", f"tries:{item.lane}", item.name, 1))
        pause: float = min(LONGEST_PAUSE, 2**times) * random.uniform(0.75, 1.25)  # noqa: S311  nothing secret
        return pause

    def _finish(self, item: Item, delay: str, as_after_death: bool = False, unless: str = "") -> bool:
        keys = [f"{kind}:{item.lane}" for kind in ("due", "takes", "begun", "tries")]
        keys += [unless] if unless else []
        return bool(self._connection.run("done", keys, [item.name, item.lease, delay, int(as_after_death)]))

    def rewind(self, lanes: Iterable[str], seconds: float) -> int:
        """Redis' clock went back by so much: what was due, or was to be SOON, comes due as before. Returns how many.

        For the first who asks in REWOUND seconds, where there are two clocks.
        """
        where = ["clock:rewound", *(f"due:{lane}" for lane in lanes)]
        return int(self._connection.run("rewind", where, [int(seconds * 1000), SOON * 1000, REWOUND]))

    def waiting(self, lane: str) -> bool:
        """Is anything due now?"""
        now = int(self._connection.now() * 1000)
        return bool(self._connection.call("ZCOUNT", f"due:{lane}", "-inf", now))

    def backlog(self, lane: str) -> int:
        """How many items stand on the lane, due or not."""
        return int(self._connection.call("ZCARD", f"due:{lane}"))
