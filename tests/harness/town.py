"""People with phones. Their keys and texts go to the real handlers; their texts come from the simulated network."""

import secrets
from datetime import datetime, timedelta

import httpx
import pytest
from msgspec.structs import replace

from gateway.cli import enrolment
from gateway.crypto.secrets import derive_tags, hash_secret
from gateway.model.alert import AlertTask
from gateway.model.feature import Feature, FeatureSwitch
from gateway.model.sos import SOS_FEATURE
from gateway.model.task import Task, task_of
from gateway.model.world import World
from gateway.numbers import Number
from gateway.store import Transaction, Turn, keys
from gateway.store.records.callers import SESSIONS
from gateway.turns.sms import SmsHandler
from gateway.turns.ussd import UssdHandler
from jobs import dispatch
from jobs.context import JobContext
from jobs.notify import LANES
from menus.engine.session import Session
from tests.harness.cast import NUMBERS, RESPONDERS, number
from tests.harness.phone import Phone

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEK = 604800
SHORTEN_LIFETIMES = """
local cursor = '0'
repeat
  local page = redis.call('SCAN', cursor, 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    local left = redis.call('PTTL', key)
    if left > 0 and left <= tonumber(ARGV[1]) then
      redis.call('DEL', key)
    elseif left > 0 then
      redis.call('PEXPIRE', key, left - ARGV[1])
    end
  end
until cursor == '0'
"""


class TownPhone(Phone):
    """A phone whose sessions and texts are handled directly, in this process."""

    def __init__(self, town: "Town", name: str):
        super().__init__(name)
        self._town = town
        self._session_id, self._typed = "", ""

    def dial_whole(self, *keys: str) -> str:
        """Dial the service code with these keys in one request. Return the screen."""
        self._session_id = secrets.token_hex(8)
        self._turn("*".join(keys))
        return self.screen

    def _begin(self) -> None:
        self._session_id = secrets.token_hex(8)
        self._turn("")

    def _answer(self, key: str) -> None:
        self._turn(f"{self._typed}*{key}" if self._typed else key)

    def _turn(self, typed: str) -> None:
        self._typed = typed
        reply, _queued = self._town.ussd.handle_turn(self._session_id, number(self.name), typed)
        assert reply[:4] in ("CON ", "END "), reply
        self.screen, self.open = reply[4:], reply.startswith("CON ")

    def session(self) -> Session:
        """Return what is stored of the session between two keys."""
        store = self._town.store
        key = keys.session(derive_tags(store.vault, number(self.name)).session)
        return Session.unpack(SESSIONS.open(store.vault, store.connection.execute("GET", key), key))

    def text(self, words: str, id_: str = "") -> None:
        self._town.sms.handle_text(id_ or secrets.token_hex(8), number(self.name), words)

    def text_and_confirm(self, words: str) -> None:
        """Send a text that needs a fresh code, and then the code. The question counts as read."""
        self.text(words)
        assert any(self.fresh_code() in text for text in self.inbox())
        self.text(self.fresh_code())

    def fresh_code(self) -> str:
        """Return the code for which a text of this phone waits."""
        question = self._town.store.read_turn(number(self.name)).text_guard.question
        return question.code if question else ""

    def fresh_codes(self) -> list[str]:
        """Return every fresh code in the question that is open to this phone."""
        question = self._town.store.read_turn(number(self.name)).text_guard.question
        return [choice.answer for choice in question.choices if choice.is_code] if question else []

    def texts(self) -> list[str]:
        """Return every text that this phone ever got, after everything due was done."""
        self._town.work()
        return [text["text"] for text in self._town.network.get(f"/phones/{NUMBERS[self.name]}").json()["inbox"]]

    def inbox(self) -> list[str]:
        """Return new texts, after everything due was done."""
        return self._town.inbox(self.name)


class Town:
    def __init__(self, context: JobContext, network_url: str):
        self.context = context
        self.store = context.store
        self.ussd = UssdHandler(context.deployment)
        self.sms = SmsHandler(context.deployment)
        self.network = httpx.Client(base_url=f"{network_url}/api", timeout=20)
        self._phones = {name: TownPhone(self, name) for name in NUMBERS}
        self._ahead = 0
        self._bend_time()
        self.connect_phones()

    def __getitem__(self, name: str) -> TownPhone:
        return self._phones[name]

    def connect_phones(self) -> None:
        """Give the network these phones, with empty inboxes."""
        self.network.post("/reset")
        self._read = dict.fromkeys(NUMBERS, 0)
        for name, msisdn in NUMBERS.items():
            self.network.post("/phones", json={"msisdn": msisdn, "label": name})

    def work(self) -> None:
        """Do the work that is due on every lane, until none is left."""
        for _ in range(50):
            self.make_due_by_town_clock()
            ran = [dispatch.run_lane(self.context, lane, 10) for lane in LANES]
            if not any(ran) and not self._waiting():
                return
        raise AssertionError("the lanes never ran dry")

    def see_through(self) -> None:
        """Do all due work, and let the lanes' pauses pass."""
        for _ in range(50):
            self.work()
            if not any(self.store.work_queue.has_due_items(lane) for lane in LANES):
                return
            self.end_pauses()
        raise AssertionError("the network never took it")

    def _waiting(self) -> bool:
        return any(
            self.store.work_queue.has_due_items(lane) and not self.store.circuit_breaker.remaining_pause_s(lane)
            for lane in LANES
        )

    def end_pauses(self) -> None:
        """End the pauses of lanes. The record of failures stays."""
        self.store.connection.execute("DEL", *(f"rest:{lane}" for lane in LANES))

    def give_codes(self, name: str, codes: list[str]) -> None:
        """Give a staff member one-use codes, as from a printed list."""

        def give(world: World, transaction: Transaction, now: int) -> None:
            person = next(p for p in world.roster.people if p.name == name)
            hashes = tuple(hash_secret(self.store.vault, number(name), "code", code) for code in codes)
            self.store.world_cache.staff.put(transaction, person.token, replace(person, code_hashes=hashes))

        self.store.transact(give)

    def set_staff_language(self, name: str, lang: str) -> None:
        def write(world: World, transaction: Transaction, now: int) -> None:
            person = next(p for p in world.roster.people if p.name == name)
            self.store.world_cache.staff.put(transaction, person.token, replace(person, lang=lang))

        self.store.transact(write)

    def turn_on(self, *features: Feature) -> None:
        """Turn features on, as the organisation does. With SOS, enrol responders."""
        if SOS_FEATURE in features:
            for name, (msisdn, role, area, pin) in RESPONDERS.items():
                where = self.store.read_world().atlas.resolve(area).id if area else ""
                enrolment.enrol_staff(Number.parse(msisdn), name, role, area=where, active=True, pin=pin)

        def write(world: World, transaction: Transaction, now: int) -> None:
            for feature in features:
                self.store.world_cache.features.put(transaction, feature.encode(), FeatureSwitch("Zuhura", now))

        self.store.transact(write)

    def change_staff(self, name: str, **changes: object) -> None:
        """Change the record of a person, as the terminal does."""

        def change(world: World, transaction: Transaction, now: int) -> None:
            person = next(p for p in world.roster.people if p.name == name)
            self.store.world_cache.staff.put(transaction, person.token, replace(person, **changes))

        self.store.transact(change)

    def clock(self, when: str) -> None:
        """Sleep until the next such day and hour, for example `Sat 23:10`."""
        day, _space, hour = when.partition(" ")
        here = datetime.fromtimestamp(self.now(), self.store.world_cache.world.profile.zone)
        days = (DAYS.index(day) - here.weekday()) % 7
        then = (here + timedelta(days=days)).replace(hour=int(hour[:2]), minute=int(hour[3:]), second=0)
        self.sleep(int((then - here).total_seconds()) % WEEK)

    def now(self) -> float:
        """Return this town's time in Unix seconds: Redis' clock plus the seconds slept."""
        return self._now() + self._ahead

    def sleep(self, seconds: int) -> None:
        """Let seconds pass for the store, its records and its lanes. Redis' own clock does not change."""
        self._ahead += seconds
        self.store.connection.execute("EVAL", SHORTEN_LIFETIMES, 0, seconds * 1000)

    def sleep_until(self, moment: float) -> None:
        """Sleep until this moment of the town's clock, whatever real time the test has used before."""
        self.sleep(max(0, int(moment - self.now())))

    def make_due_by_town_clock(self) -> None:
        """Make work that is due by this town's clock due by Redis' clock, in the same order."""
        execute, now_ms = self.store.connection.execute, int(self.now() * 1000)
        for lane in LANES if self._ahead else ():
            for item, due_ms in execute("ZRANGEBYSCORE", f"due:{lane}", "-inf", now_ms, "WITHSCORES"):
                execute("ZADD", f"due:{lane}", due_ms - self._ahead * 1000, item)

    def _bend_time(self) -> None:
        """Replace the clock in the three places where the store reads it: for jobs, for turns, and to defer work."""
        store, finish = self.store, self.store.work_queue.reschedule

        def turn_here(*args: object, **fields: object) -> Turn:
            turn = Turn(*args, **fields)  # type: ignore[arg-type]
            turn.now += self._ahead
            return turn

        self._now = store.connection.now
        store.connection.now = self.now  # type: ignore[method-assign]
        store.work_queue.reschedule = lambda item, seconds: finish(item, seconds + self._ahead)  # type: ignore[method-assign]
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr("gateway.store.turn_reader.Turn", turn_here)

    def let_pass(self) -> None:
        """Make all work of every lane due now."""
        self.end_pauses()
        for lane in LANES:
            for item in self.store.connection.execute("ZRANGE", f"due:{lane}", 0, -1):
                self.store.connection.execute("ZADD", f"due:{lane}", 0, item)

    def let_pass_lane(self, lane: str, *tasks: Task) -> None:
        """Make the items of these tasks due now, or all items of the lane but the expiry of alerts."""
        self.end_pauses()
        for item in self.store.connection.execute("ZRANGE", f"due:{lane}", 0, -1):
            task = task_of(item)
            if task in tasks or (not tasks and task is not AlertTask.EXPIRE_ALERT):
                self.store.connection.execute("ZADD", f"due:{lane}", 0, item)

    def inbox(self, name: str) -> list[str]:
        """Return the texts that this phone got since the last call, after everything due was done."""
        texts = self._phones[name].texts()
        new = texts[self._read[name] :]
        self._read[name] = len(texts)
        return new

    def faults(self, **faults: object) -> None:
        """Set faults of the network; without arguments, clear them."""
        assert self.network.put("/faults", json=faults).status_code == 200

    def close(self) -> None:
        self._patch.undo()
        self.network.close()
