"""Alerts that start and end from time to time, and are checked when none of their work is left."""

import itertools
import random
import time
from contextlib import suppress

from gateway.errors import StoreUnavailable
from gateway.model import intents
from gateway.model.alert import Alert, AlertKind, AlertState
from gateway.model.broadcast import Broadcast, BroadcastKind
from gateway.model.subscription import Wording
from gateway.store import keys
from gateway.text.wording import ending_text
from jobs.notify import Notifier
from tests.bench.soak.ledger import Ledger
from tests.bench.soak.proofs import adds_up
from tests.harness.crowd import nothing_left
from tests.harness.delivery_log import doubled
from tests.harness.stack import Stack

EVERY, LIVES = (10, 25), (8, 30)
"""seconds"""
LONGEST = 300
PATIENCE = 5.0
"""seconds for which counts and states may disagree, because reports and departures go on during the reading"""


class Warnings:
    def __init__(self, stack: Stack, ledger: Ledger, dice: random.Random, areas: dict[str, str]):
        self._stack, self._ledger, self._dice = stack, ledger, dice
        self._areas = list(areas.values())
        self._bell = Notifier(stack.store.connection.create_rq_client())
        self._places = (f"Gate {n}" for n in itertools.count(1000))
        self._ends: dict[int, float] = {}
        self._next = 0.0
        self._judged: dict[str, float] = {}
        self._sums: dict[str, int] = {}
        self._seen: dict[str, str] = {}
        self.wrong: list[str] = []
        self.delivered = self.again = self.proven = 0

    def step(self, begin: bool = True) -> None:
        """Start, end, observe and check alerts; do nothing while Redis is away."""
        with suppress(StoreUnavailable):
            if begin and time.monotonic() > self._next:
                self._start()
            for alert in list(self._stack.store.read_world().alerts.values()):
                if alert.venue.startswith("Gate ") and alert.state in (AlertState.LIVE, AlertState.ENDED):
                    self._follow(alert, begin)

    def _start(self) -> None:
        area, place = self._dice.choice(self._areas), next(self._places)
        until = int(self._stack.store.now()) + LONGEST
        self._next = time.monotonic() + self._dice.uniform(*EVERY)
        self._do(intents.SendAlert(AlertKind.RAID, area, place, "", until))

    def _do(self, intent: intents.Intent) -> None:
        store = self._stack.store
        turn = store.read_terminal_turn()
        store.apply_intents(turn, (intent,), "")
        if store.commit(turn.transaction):
            self._bell.notify(turn.transaction.lanes_to_notify)

    def _follow(self, alert: Alert, going: bool) -> None:
        ends = self._ends.setdefault(alert.number, time.monotonic() + self._dice.uniform(*LIVES))
        if alert.state is AlertState.LIVE and (time.monotonic() > ends or not going):
            self._do(intents.EndAlert(alert.number))
        for broadcast in list(self._stack.store.world_cache.broadcasts.items.values()):
            if broadcast.number == alert.number and broadcast.id not in self._judged.keys() - self._waiting():
                self._never_shrinks(broadcast)
                self._note(alert, broadcast)
                if alert.state is AlertState.ENDED and nothing_left(self._stack.store, broadcast.id):
                    self._judge(alert, broadcast)

    def _waiting(self) -> set[str]:
        return {id_ for id_, at in self._judged.items() if at}

    def _never_shrinks(self, broadcast: Broadcast) -> None:
        """Check that the counts always contain every recipient that was ever inserted."""
        total = sum(self._stack.store.recipients.count_states(broadcast.id).values())
        if total < self._sums.get(broadcast.id, 0):
            self.wrong.append(f"{broadcast.id}: {self._sums[broadcast.id]} people were counted, then {total}")
        self._sums[broadcast.id] = total

    def _note(self, alert: Alert, broadcast: Broadcast) -> None:
        """Record the last observed state."""
        lanes = self._stack.store.connection.batch(
            [
                ("ZRANGE", keys.broadcast_part(self._stack.store.vault, broadcast.id, "todo"), 0, 5, "WITHSCORES"),
                ("ZRANGE", "due:alerts", 0, 5, "WITHSCORES"),
            ]
        )
        counts = {
            state.name.lower(): n for state, n in self._stack.store.recipients.count_states(broadcast.id).items() if n
        }
        now = self._stack.store.now()
        self._seen[broadcast.id] = f"{alert.state.name.lower()} at {now:.1f}: {counts}; to do, due: {lanes}"

    def _judge(self, alert: Alert, broadcast: Broadcast) -> None:
        """Check an edition once, when it is done; again for a while where states changed during the reading."""
        self._ledger.look()
        taken = self._ledger.sent(alert.venue, self._endings(alert), broadcast.kind is BroadcastKind.END)
        wrong = adds_up(self._stack.store, broadcast, set(taken))
        first = self._judged.setdefault(broadcast.id, time.monotonic())
        if wrong and time.monotonic() - first < PATIENCE:
            return
        self._judged[broadcast.id] = 0.0
        self.wrong += wrong
        self.proven += 1
        self.delivered += len(taken)
        self.again += doubled(taken).total()

    def _endings(self, alert: Alert) -> set[str]:
        """Return every text of its ending."""
        deployment, world = self._stack.deployed, self._stack.store.world_cache.world
        area = world.atlas.get(alert.area)
        return {
            ending_text(
                alert,
                area.name if area else "",
                style,
                language.translator,
                world.local_time,
                world.profile.service_code,
            )
            for language in deployment.languages
            for style in Wording
        }

    def unfinished(self) -> list[str]:
        """Return the editions that were never done, each with its last observed state."""
        done = self._judged.keys() - self._waiting()
        return sorted(f"{id_} ({self._seen[id_]})" for id_ in self._sums.keys() - done)
